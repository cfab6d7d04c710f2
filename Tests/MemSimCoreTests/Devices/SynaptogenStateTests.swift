import MemSimCore
import Testing

/// The state machine of the model, as laws that hold for every cell.
@Suite struct SynaptogenStateTests {
  private func array(_ seed: UInt64 = 3, options: [(name: String, choice: String)] = []) throws -> DeviceArray {
    try DeviceArray("synaptogen", rows: 64, columns: 63, seed: seed, options: options)
  }

  private func all(_ array: DeviceArray, _ state: String, are value: Float) throws -> Bool {
    try array.state(state).allSatisfy { $0 == value }
  }

  @Test func startsInHRS() throws {
    let a = try array()
    #expect(try all(a, "in_HRS", are: 1) && all(a, "in_LRS", are: 0) && all(a, "cycle", are: 0))
    #expect(try a.read(0.2).allSatisfy { $0 > 0 && $0 < 1e-4 })
    #expect(try a.state("US").allSatisfy { $0 < 0 })
  }

  @Test func positiveVoltagesDoNothingInHRS() throws {
    let a = try array()
    let before = try a.hash()
    try a.apply(1.2)
    try a.apply(3)
    #expect(try a.hash() == before)
  }

  @Test func setThenFullReset() throws {
    let a = try array()
    try a.apply(-3)
    #expect(try all(a, "in_LRS", are: 1) && all(a, "in_HRS", are: 0))
    #expect(try all(a, "cycle", are: 0), "SET stays in the cycle")
    let low = try a.hash()
    try a.apply(-3)
    #expect(try a.hash() == low, "negative voltages do nothing in LRS")
    try a.apply(3)
    #expect(try all(a, "in_HRS", are: 1) && all(a, "in_LRS", are: 0) && all(a, "cycle", are: 1))
  }

  @Test func thresholdsAreInclusiveForSetOnly() throws {
    let a = try array()
    try a.apply(a.state("US"))
    #expect(try all(a, "in_LRS", are: 1), "SET at exactly US")
    let low = try a.hash()
    try a.apply(a.state("UR"))
    #expect(try a.hash() == low, "no RESET at exactly UR")
  }

  @Test func partialResetIsMonotoneAndPathIndependent() throws {
    let (stepped, direct) = (try array(), try array())
    for a in [stepped, direct] { try a.apply(-3) }
    var last = try stepped.state("r")
    for volts: Float in [0.7, 0.8, 0.9, 1.0, 1.2, 1.4] {
      try stepped.apply(volts)
      let once = try stepped.hash()
      try stepped.apply(volts)
      #expect(try stepped.hash() == once, "the same voltage again does nothing")
      let r = try stepped.state("r")
      // A cell in the noise of its own transition may wander by rounding.
      #expect(zip(last, r).allSatisfy { $1 >= $0 - 1e-6 })
      last = r
    }
    try direct.apply(1.4)
    let difference = zip(last, try direct.state("r")).map { abs($0 - $1) }.max()!
    #expect(difference < 1e-6)
    #expect(try all(direct, "in_HRS", are: 0) && all(direct, "in_LRS", are: 0))
  }

  @Test func amplitudeBeyondThresholdsIsIrrelevant() throws {
    let (a, b) = (try array(), try array())
    for (x, low, high) in [(a, Float(-3), Float(1.46)), (b, -1000, 1000)] {
      try x.apply(low)
      try x.apply(high)
    }
    #expect(try a.state("r") == b.state("r"))
  }

  /// A cell's cycles are its own: not who else was written, nor in which calls.
  @Test func drawsDoNotDependOnOtherCells() throws {
    let (together, apart) = (try array(), try array())
    for volts: Float in [-3, 1.1, 1.3, -3, 2] { try together.apply(volts) }
    let odd = (0..<apart.count).map { UInt8($0 % 3 == 1 ? 1 : 0) }
    for mask in [odd, odd.map { 1 - $0 }] {
      for volts: Float in [-3, 1.1, 1.3, -3, 2] { try apart.apply([volts], where: mask) }
    }
    #expect(try together.hash() == apart.hash())
  }

  /// Neighbours out of step meet different slots of the history ring.
  @Test func cellsOfOneBlockMayBeOutOfStep() throws {
    let (a, b) = (try array(), try array())
    for cell in 0..<16 {
      var mask = [UInt8](repeating: 0, count: a.count)
      mask[cell] = 1
      for _ in 0..<cell * 3 {
        try a.apply([-3], where: mask)
        try a.apply([2], where: mask)
      }
    }
    for cycle in 0..<45 {
      let mask = (0..<b.count).map { UInt8($0 < 16 && cycle < $0 * 3 ? 1 : 0) }
      try b.apply([-3], where: mask)
      try b.apply([2], where: mask)
    }
    #expect(try a.state("HRS") == b.state("HRS"))
    #expect(try a.hash() == b.hash())
  }

  @Test func setResistanceThenReset() throws {
    let a = try array()
    try a.setState("r", [0.3])
    #expect(try all(a, "in_HRS", are: 0) && all(a, "in_LRS", are: 0))
    try a.apply(1.2)
    #expect(try a.state("r").allSatisfy { $0 > 0.3 && $0 < 0.9 })
    try a.apply(2)
    #expect(try all(a, "in_HRS", are: 1) && all(a, "cycle", are: 0), "the cycle goes on")
  }

  @Test func featuresInForceTakeEffect() throws {
    let a = try array()
    try a.setState("HRS", [1e5])
    #expect(try a.state("r").allSatisfy { abs($0 - 0.8569801) < 1e-6 })
    try a.setState("US", [-0.5])
    try a.setState("UR", [0.9])
    try a.apply(-0.5)
    #expect(try all(a, "in_LRS", are: 1))
    try a.apply(0.9)
    #expect(try all(a, "in_LRS", are: 1))
    try a.setState("LRS", [4500])
    #expect(try a.state("r").allSatisfy { abs($0 - 0.154906) < 1e-5 })
  }

  @Test func badSettingsAreRefused() {
    func refuses(_ parameters: [(name: String, values: [Double])], _ options: [(name: String, choice: String)] = []) -> Bool {
      (try? DeviceArray("synaptogen", rows: 2, columns: 2, parameters: parameters, options: options)) == nil
    }
    #expect(refuses([("order", [0])]) && refuses([("order", [11])]) && refuses([("order", [2.5])]))
    #expect(refuses([("wk", [0, 0, 0])]) && refuses([("wk", [1])]) && refuses([("eta", [.nan])]))
    #expect(refuses([("LLRS", [0, 0, 0, 0, 0, 0, 0])]) && refuses([("nope", [1])]))
    #expect(refuses([], [("start", "warm")]) && refuses([], [("begin", "fresh")]))
  }

  @Test(arguments: 1...10) func everyOrderCycles(order: Int) throws {
    let a = try DeviceArray("synaptogen", rows: 8, columns: 8, seed: 1, parameters: [("order", [Double(order)])])
    for _ in 0..<25 {
      try a.apply(-3)
      try a.apply(3)
    }
    #expect(try all(a, "cycle", are: 25))
    #expect(try a.state("HRS").allSatisfy { $0 > 3000 && $0 < 1e8 })
  }

  @Test func memoryPerCell() throws {
    let a = try DeviceArray("synaptogen", rows: 256, columns: 256)
    #expect(a.bytes <= 232 * a.count)
    let half = try DeviceArray("synaptogen", rows: 256, columns: 256, options: [("history", "half")])
    #expect(half.bytes <= 152 * half.count)
  }

  /// Values no device has, but within what may be set: numbers stay numbers.
  @Test func extremeStatesStayFinite() throws {
    let a = try array()
    for name in a.model.card.states.filter(\.settable).map(\.name) {
      for value: Float in [-3e38, -1e6, -1, 0, 1e-3, 1, 1e6, 3e38] {
        guard (try? a.setState(name, [value])) != nil else { continue }
        for volts: Float in [-3, 1.0, 1.2, 2, -3] { try a.apply(volts) }
        _ = try a.vmm([Float](repeating: 0.2, count: a.rows))
        #expect(try a.state("HRS").allSatisfy { $0 > 0 && $0.isFinite }, "\(name) = \(value)")
      }
    }
  }

  /// HRS changed between two partial RESETs: the second leads to the new one.
  @Test func newHRSIsWhereTheResetLeads() throws {
    let a = try array()
    try a.apply(-3)
    try a.apply(1.1)
    let before = try a.state("r")
    try a.setState("HRS", [2e5])
    #expect(try a.state("r") == before)
    try a.apply(1.4599)
    let near = try a.state("r")
    try a.apply(1.46)
    #expect(zip(near, try a.state("r")).allSatisfy { abs($0 - $1) < 1e-3 })
  }

  @Test func historyHalfHoldsWhatMayBeSet() throws {
    let a = try array(options: [("history", "half")])
    try a.setState("latent_HRS", [100])
    #expect(try all(a, "latent_HRS", are: 100))
    #expect(throws: MemSimError.self) { try a.setState("latent_HRS", [1e5]) }
  }
}
