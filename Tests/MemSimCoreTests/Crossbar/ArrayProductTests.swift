import MemSimCore
import Testing

/// Products with arrays of devices: against the reference, against single reads, and in distribution.
@Suite struct ArrayProductTests {
  private func array(_ rows: Int, _ columns: Int, threads: Int = 1) throws -> DeviceArray {
    let array = try DeviceArray("synaptogen", rows: rows, columns: columns, seed: 6, context: Context(threads: threads))
    try array.apply(-3)
    try array.apply((0..<array.count).map { Float($0 % 97) / 97 * 1.5 })
    return array
  }

  private func volts(_ count: Int) -> [Float] { (0..<count).map { Float(($0 * 37) % 41 - 20) / 100 } }

  private func products(_ array: DeviceArray, _ volts: [Float], _ noise: ColumnNoise) throws -> [Float] {
    let batch = volts.count / array.rows
    var out = [Float](repeating: .nan, count: batch * array.columns)
    try volts.withUnsafeBytes { v in
      try out.withUnsafeMutableBytes {
        try array.vmm(v.baseAddress!, .float, batch: batch, noise: noise, into: $0.baseAddress!)
      }
    }
    return out
  }

  /// The reference lays cells out with rows and columns exchanged: its rows are our bit lines.
  @Test func goldenRowCurrents() throws {
    let vmm = try Golden.json("synaptogen.json").object("golden").object("vmm")
    let (bits, words) = (Int(vmm.number("rows")), Int(vmm.number("cols")))
    let array = try DeviceArray("synaptogen", rows: words, columns: bits)
    try array.setState("r", vmm.numbers("r").map { Float($0) })
    let currents = try array.vmm(vmm.numbers("v").map { Float($0) }, noise: .none)
    for (got, want) in zip(currents, vmm.numbers("noiseless_row_currents")) {
      #expect(abs(Double(got) - want) < 1e-6 * abs(want))
    }
  }

  @Test(arguments: [(1, 1), (3, 70), (17, 16), (64, 33), (130, 257)])
  func isTheSumOfTheCells(rows: Int, columns: Int) throws {
    let array = try array(rows, columns)
    let v = volts(rows)
    let got = try array.vmm(v, noise: .none)
    let cellVolts = (0..<array.count).map { v[$0 / columns] }
    var cells = [Float](repeating: 0, count: array.count)
    try cellVolts.withUnsafeBytes { p in
      try cells.withUnsafeMutableBytes {
        try array.read(Operand(p.baseAddress!, .float, count: cellVolts.count), noise: nil, into: $0.baseAddress!)
      }
    }
    for j in 0..<columns {
      let parts = (0..<rows).map { Double(cells[$0 * columns + j]) }
      let scale = parts.reduce(0) { $0 + abs($1) } + 1e-9
      #expect(abs(Double(got[j]) - parts.reduce(0, +)) < 2e-6 * scale)
    }
  }

  @Test(arguments: [ColumnNoise.none, .perCell, .perColumn]) func batchSplitsAndThreadsDoNotShow(noise: ColumnNoise) throws {
    let v = volts(50 * 9)
    let whole = try products(array(50, 70), v, noise)
    for (cuts, threads) in [([9], 3), ([1, 2, 6], 1), ([4, 5], 8)] {
      let array = try array(50, 70, threads: threads)
      var (parts, first) = ([Float](), 0)
      for cut in cuts {
        parts += try products(array, Array(v[first * 50..<(first + cut) * 50]), noise)
        first += cut
      }
      #expect(parts == whole)
      #expect(array.reads == (noise == .none ? 0 : 9))
    }
  }

  /// Mean and variance of both forms of noise against the sum of the cells' variances; signed and unsigned arrays.
  @Test(arguments: [ColumnNoise.perCell, .perColumn], [false, true]) func noiseHasItsVariance(noise: ColumnNoise, unsigned: Bool) throws {
    let array = try array(40, 32)
    if unsigned { try array.setState("r", [0.95], where: (0..<array.count).map { UInt8($0 % 11 == 0 ? 1 : 0) }) }
    let v = volts(40)
    let reads = 4000
    let exact = try array.vmm(v, noise: .none)
    let variances = try columnVariances(array, v)
    let currents = try products(array, Array(repeatElement(v, count: reads).joined()), noise)
    for j in 0..<array.columns {
      let z = (0..<reads).map { (Double(currents[$0 * array.columns + j]) - Double(exact[j])) / variances[j].squareRoot() }
      let mean = z.reduce(0, +) / Double(reads)
      let variance = z.reduce(0) { $0 + $1 * $1 } / Double(reads)
      #expect(abs(mean) < 5 / Double(reads).squareRoot() + 2e-2, "column \(j)")
      #expect(abs(variance - 1) < 5 * (2 / Double(reads)).squareRoot() + 2e-2, "column \(j)")
    }
  }

  private func columnVariances(_ array: DeviceArray, _ v: [Float]) throws -> [Double] {
    let bandwidth = 1e8
    let constants = try SynaptogenConstants(ModelSettings(.synaptogen))
    let r = try array.state("r")
    return (0..<array.columns).map { j in
      (0..<array.rows).reduce(0.0) { sum, i in
        let u = v[i] == 0 ? 1e-12 : v[i]
        let current = constants.current(FloatLanes(repeating: r[i * array.columns + j]), FloatLanes(repeating: u))[0]
        let density = 4 * 1.380649e-23 * 300 / abs(Double(u)) + 2 * 1.602176634e-19
        return sum + bandwidth * density * abs(Double(current))
      }
    }
  }

  @Test func doublesAreSummedInDouble() throws {
    let array = try array(300, 20)
    let v = volts(300)
    var out = [Double](repeating: .nan, count: 20)
    try v.map(Double.init).withUnsafeBytes { p in
      try out.withUnsafeMutableBytes { try array.vmm(p.baseAddress!, .double, batch: 1, noise: .none, into: $0.baseAddress!) }
    }
    let singles = try array.vmm(v, noise: .none)
    for (a, b) in zip(out, singles) { #expect(abs(a - Double(b)) < 1e-5 * 300 * 5e-5) }
  }

  @Test func refusals() throws {
    let array = try array(5, 4)
    let before = try array.hash()
    for bad: [Float] in [[1, 2], [.nan, 0, 0, 0, 0], [0, 0, .infinity, 0, 0]] {
      #expect(throws: MemSimError.self) { try array.vmm(bad) }
    }
    #expect(try array.hash() == before)
  }

  /// A model whose current has the wrong sign even at x = 0 has no signed reads: the variances of both forms agree.
  @Test func modelsOfWrongSignAreReadCellByCell() throws {
    let array = try DeviceArray(
      "synaptogen", rows: 8, columns: 2000, parameters: [("LLRS", [0, 0, 0, 0, -1.4e-4, 2e-4, 0])], context: Context(threads: 1))
    try array.setState("r", [0])
    let volts = [Float](repeating: 1.5, count: 8)
    let exact = Double(try array.vmm(volts, noise: .none)[0])
    func deviation(_ noise: ColumnNoise) throws -> Double {
      let currents = try array.vmm(volts, noise: noise)
      return (currents.reduce(0) { $0 + (Double($1) - exact) * (Double($1) - exact) } / 2000).squareRoot()
    }
    #expect(exact < 0)
    #expect(abs(try deviation(.perColumn) / deviation(.perCell) - 1) < 5 / Double(2000).squareRoot() + 2e-2)
  }
}
