import Foundation
import MemSimCore
import Testing

/// Device-to-device and cycle-to-cycle variability, and read variability.
@Suite struct JartVariabilityTests {
  private func array(
    _ variability: String, _ shape: (Int, Int) = (128, 128), seed: UInt64 = 1, read: String = "off",
    _ parameters: Jart.Parameters = [], threads: Int = 2
  ) throws -> DeviceArray {
    try DeviceArray(
      "jart-vcm-v1b", rows: shape.0, columns: shape.1, seed: seed, parameters: parameters,
      options: [("variability", variability), ("read_variability", read)], context: Context(threads: threads))
  }

  private func moments(_ x: [Double]) -> (mean: Double, deviation: Double) {
    let mean = x.reduce(0, +) / Double(x.count)
    return (mean, (x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(x.count)).squareRoot())
  }

  /// Moments of a normal truncated to (mean - a deviation, mean + b deviation), against those of 2^14 cells: within five
  /// standard errors of mean and deviation.
  @Test(arguments: [
    ("r", 45e-9, 2.25e-9, 40.5e-9, 49.5e-9), ("l", 0.4e-9, 0.02e-9, 0.36e-9, 0.44e-9), ("N_max", 20, 1, 18, 22),
    ("N_min", 0.008, 0.003, 0.004, 0.016),
  ]) func devicesAreTruncatedNormals(_ name: String, _ mean: Double, _ deviation: Double, _ least: Double, _ most: Double) throws {
    let values = try array("d2d").doubles(name)
    #expect(values.allSatisfy { $0 >= least * (1 - 1e-12) && $0 <= most * (1 + 1e-12) })
    let (a, b) = ((least - mean) / deviation, (most - mean) / deviation)
    func density(_ z: Double) -> Double { exp(-z * z / 2) / (2 * Double.pi).squareRoot() }
    func share(_ z: Double) -> Double { 0.5 * erfc(-z / 2.0.squareRoot()) }
    let mass = share(b) - share(a), shift = (density(a) - density(b)) / mass
    let variance = 1 + (a * density(a) - b * density(b)) / mass - shift * shift
    let got = moments(values), error = deviation * variance.squareRoot() / Double(values.count).squareRoot()
    #expect(abs(got.mean - (mean + shift * deviation)) < 5 * error)
    #expect(abs(got.deviation - deviation * variance.squareRoot()) < 5 * error)
    // Nothing piles up at the ends, as clamped draws would.
    #expect(values.count { $0 < least * 1.000001 || $0 > most * 0.999999 } < 4)
  }

  @Test func cellsStartWithinTheirBounds() throws {
    let cells = try array("d2d")
    let (n, least) = (try cells.doubles("N"), try cells.doubles("N_min"))
    for i in n.indices { #expect(abs(n[i] - max(0.008, least[i])) < 1e-12) }
  }

  @Test func stepsComeWithChangesOfPolarity() throws {
    let cells = try array("d2d+c2c", (64, 64))
    let start = try ["N_min", "N_max", "r_target", "l_target"].map { try cells.doubles($0) }
    for _ in 0..<3 { try cells.pulseAll([1]) }
    for (name, before) in zip(["N_min", "N_max", "r_target", "l_target"], start) { #expect(try cells.doubles(name) == before, "\(name)") }
    #expect(try cells.doubles("half_cycle").allSatisfy { $0 == 0 })
    try cells.pulseAll([-1])
    #expect(try cells.doubles("half_cycle").allSatisfy { $0 == 1 })
    for (name, before) in zip(["N_min", "N_max", "r_target", "l_target"], start) {
      let ratio = zip(try cells.doubles(name), before).map { $0 / $1 - 1 }
      let limit = name == "N_min" ? 0.9 : 0.1
      // A step of +-limit, uniform: the mean square is limit² / 3, less where the range cuts.
      #expect(ratio.allSatisfy { abs($0) <= limit * 1.0001 }, "\(name)")
      #expect(moments(ratio).deviation > limit * 0.3, "\(name)")
    }
  }

  @Test func noTimeAndNoVoltageChangeNothing() throws {
    let cells = try array("d2d+c2c", (8, 8), read: "rtn")
    try cells.pulseAll([1])
    let before = try cells.hash()
    try cells.hold([0], [1])
    try cells.hold([0.5], [0])
    try cells.pulseAll([0])
    #expect(try cells.hash() == before)
  }

  @Test func walksStayWithinTheirRanges() throws {
    let cells = try array("c2c", (16, 16))
    for k in 0..<200 { try cells.pulseAll([k % 2 == 0 ? 1 : -1]) }
    let ranges: [(String, ClosedRange<Double>)] = [
      ("N_min", 0.004...0.016), ("N_max", 18...22), ("r_target", 40.5e-9...49.5e-9), ("l_target", 0.36e-9...0.44e-9),
      ("r", 40.5e-9...49.5e-9), ("l", 0.36e-9...0.44e-9),
    ]
    for (name, range) in ranges {
      let values = try cells.doubles(name)
      // r is held as a start and a single-precision growth.
      #expect(values.allSatisfy { $0 >= range.lowerBound * (1 - 1e-7) && $0 <= range.upperBound * (1 + 1e-7) }, "\(name)")
      // Many distinct values, though a walk with steps of up to 90 % often ends at a limit.
      #expect(Set(values).count > 50, "\(name)")
    }
    #expect(try cells.doubles("half_cycle").allSatisfy { $0 == 199 })
  }

  /// r moves with N: r = r_old + w (r_target - r_old), w = (N - N_old)/(N_max - N_old).
  @Test func geometryFollowsN() throws {
    let cells = try array("c2c", (8, 8))
    try cells.hold([1.3], [1e-4])
    try cells.hold([-0.1], [1e-12])
    let old = try cells.doubles("r"), target = try cells.doubles("r_target"), first = try cells.doubles("N")
    try cells.hold([-0.9], [1e-6])
    let (now, n, most) = (try cells.doubles("r"), try cells.doubles("N"), try cells.doubles("N_max"))
    var moved = 0
    for i in 0..<64 {
      let weight = (n[i] - first[i]) / (most[i] - first[i])
      moved += weight > 0.01 ? 1 : 0
      // Origin and growth are single precision.
      #expect(abs(now[i] - (old[i] + weight * (target[i] - old[i]))) < 1e-6 * 45e-9)
    }
    #expect(moved > 0)
  }

  @Test func radiusMattersMost() throws {
    let cells = try array("off", (1, 3))
    try cells.setDoubles("r", [42e-9, 45e-9, 48e-9])
    try cells.setDoubles("N", [0.3])
    try cells.pulseAll([1])
    let n = try cells.doubles("N")
    #expect(n[0] - 0.3 > 4 * (n[1] - 0.3) && n[1] - 0.3 > 2 * (n[2] - 0.3), "a thinner filament is hotter")
  }

  /// Table, waveform and hold of varied cells: one pulse by each way, to the accuracy of the table's polynomials.
  @Test(arguments: [Int32(1), -1]) func pulsesAgreeWithHolds(_ sign: Int32) throws {
    let (a, b) = (try array("d2d", (64, 64)), try array("d2d", (64, 64)))
    let start = (0..<a.count).map { exp(Double(($0 * 7919) % 4096) / 4096 * 3.4 - 2.8) }
    for cells in [a, b] { try cells.setDoubles("N", start) }
    try a.pulseAll([sign])
    try b.hold([sign > 0 ? -0.342 : 0.7065], [1e-6])
    let steps = zip(try a.doubles("N"), start).map { log($0 / $1) }, exact = zip(try b.doubles("N"), start).map { log($0 / $1) }
    let errors = zip(steps, exact).map { abs($0 / $1 - 1) }
    // Measured: 3.4e-3 rms and 2.1e-2 at most, for steps of up to 0.37 in ln N.
    #expect((errors.reduce(0) { $0 + $1 * $1 } / Double(errors.count)).squareRoot() < 5e-3)
    #expect(errors.max()! < 3e-2)
  }

  @Test(arguments: ["off", "d2d", "d2d+c2c"]) func oneVoltageForAllIsOneForEach(_ variability: String) throws {
    let (a, b) = (try array(variability, (9, 7)), try array(variability, (9, 7)))
    for (volts, time) in [(-0.7, 1e-4), (0.3, 1e-3), (1.1, 1e-6), (-1.2, 1e-10), (1.5, 1e-5)] {
      try a.hold([volts], [time])
      try b.hold([Double](repeating: volts, count: b.count), [Double](repeating: time, count: b.count))
      #expect(try a.hash() == b.hash(), "\(volts) V")
    }
  }

  @Test(arguments: ["off", "d2d+c2c"], ["off", "rtn"]) func threadsDoNotShow(_ variability: String, _ read: String) throws {
    var hashes: Set<UInt64> = []
    for threads in [1, 2, 5] {
      let cells = try array(variability, (301, 77), read: read, threads: threads)
      let counts = (0..<cells.count).map { Int32(($0 * 31) % 7 - 3) }
      try cells.pulseAll(counts)
      try cells.pulseAll(counts.map { -$0 })
      try cells.hold([-0.8], [1e-6])
      try cells.hold((0..<cells.count).map { Double($0 % 300) / 100 - 1.5 }, [1e-7])
      hashes.insert(try cells.hash())
    }
    #expect(hashes.count == 1)
  }

  /// By balance of the steps between neighbouring numbers.
  @Test func hopsHaveTheirStationaryDistribution() throws {
    let cells = try array("off", (128, 128), read: "rtn")
    // Far below anything that moves N; a hundred steps of most cells.
    try cells.hold([0.01], [3])
    let jumps = try cells.doubles("jump")
    // p2 0.9 = p1 0.1; p0 0.2 = p1 0.55; p0 + 2 p1 + 2 p2 = 1.
    let p1 = 1 / (2.75 + 2 + 2.0 / 9)
    for (jump, want) in [(0, 2.75 * p1), (1, p1), (-1, p1), (2, p1 / 9), (-2, p1 / 9)] {
      let share = Double(jumps.count { $0 == Double(jump) }) / Double(jumps.count)
      // Five standard errors, and 1.5 % of the cells whose f is so low that they have hardly begun.
      #expect(abs(share - want) < 5 * (want / Double(jumps.count)).squareRoot() + 0.015, "\(jump)")
    }
  }

  /// A vacancy more shows in N as 1/(pi r² l 1e26), and in the current.
  @Test func hopsShowInNAndCurrent() throws {
    let cells = try array("off", (16, 16), read: "rtn")
    try cells.setDoubles("N", [1])
    try cells.hold([0.01], [1])
    let (n, jump, g) = (try cells.doubles("N"), try cells.doubles("jump"), try cells.conductances(0.2))
    let one = 1 / (Double.pi * 45e-9 * 45e-9 * 0.4e-9 * 1e26)
    for i in n.indices { #expect(abs(n[i] - 1 - jump[i] * one) < 1e-9) }
    #expect(Set(jump).count > 2)
    // N has drifted by 1e-9 or so, differently from cell to cell; a vacancy is worth 4e-4 of N.
    for jump0 in Set(jump) {
      let same = g.indices.filter { jump[$0] == jump0 }.map { g[$0] }
      let others = g.indices.filter { jump[$0] != jump0 }.map { g[$0] }
      #expect(same.max()! - same.min()! < 1e-7 * same[0])
      #expect(others.allSatisfy { abs($0 - same[0]) > 1e-5 * same[0] })
    }
  }

  /// 1e12 s have 5e13 hops: they end, and are still a draw from the same distribution.
  @Test func longTimesEnd() throws {
    let cells = try array("off", (4, 4), read: "rtn")
    try cells.hold([0.001], [1e12])
    #expect(try cells.doubles("N").allSatisfy(\.isFinite))
  }

  @Test func savedCellsWithTheirOwnGeometryGoOn() throws {
    let cells = try array("off", (5, 5))
    try cells.setDoubles("r", [44e-9])
    let copy = try cells.saved().withUnsafeBytes { try DeviceArray.load($0) }
    for one in [cells, copy] { try one.pulseAll([2]) }
    #expect(try copy.hash() == cells.hash())
    #expect(try copy.doubles("r").allSatisfy { $0 == 44e-9 })
  }

  /// Refused, since the physical branch is not where the solver looks for it.
  @Test(arguments: [("phiBn0", 0.5, "at most"), ("Rth0", 1e6, "at least"), ("T0", 100, "at least"), ("rdet", 5e-9, "at least")])
  func unsolvedParametersAreRefusedByName(_ name: String, _ value: Double, _ must: String) throws {
    let error = #expect(throws: MemSimError.self) { try array("off", (2, 2), [(name, [value])]) }
    guard case .argument(let text)? = error else { Issue.record("\(String(describing: error))"); return }
    let start = "parameter \"\(name)\" must be \(must) "
    #expect(text.hasPrefix(start) && text.contains("got \(value)"))
    // What it says is allowed is.
    let end = try #require(Double(text.dropFirst(start.count).prefix { $0 != " " }))
    _ = try array("off", (2, 2), [(name, [end])])
  }

  @Test func unsolvedParametersThatNoneOfAloneIsToBlameForAreListed() {
    let error = #expect(throws: MemSimError.self) { try array("off", (2, 2), [("Rth0", [1e6]), ("T0", [100]), ("rdet", [5e-9])]) }
    guard case .argument(let text)? = error else { Issue.record("\(String(describing: error))"); return }
    #expect(text.contains("of those given T0 = 100.0, Rth0 = 1000000.0, rdet = 5e-09"))
  }

  @Test(arguments: [("rdet", 30e-9), ("rdet", 90e-9), ("Rth0", 10e6), ("T0", 350), ("Ndiscmin", 0.05), ("ldet", 1e-9)])
  func otherParametersAreTaken(_ name: String, _ value: Double) throws {
    #expect(try array("off", (2, 2), [(name, [value])]).conductances(0.2).allSatisfy { $0 > 0 })
  }

  @Test(arguments: [
    ("rdet", [0.0]), ("phiBn0", [0.05]), ("phin", [0.29]), ("Ndiscmin", [30]), ("ldet", [4e-9]), ("limiter", [0.5]),
    ("Ndiscmin_dtod", [0, 1, 2]), ("rdet_dtod", [49e-9, 1e-9, 41e-9]), ("pulse_voltage_SET", [0.3]), ("T0", [.infinity]),
  ] as [(String, [Double])]) func unphysicalParametersAreRefused(_ name: String, _ values: [Double]) {
    let error = #expect(throws: MemSimError.self) { try array("d2d", (2, 2), [(name, values)]) }
    guard case .argument(let text)? = error else { Issue.record("\(String(describing: error))"); return }
    #expect(text.contains(name) || text.contains("phiBn0"))
  }
}
