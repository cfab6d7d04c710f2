import MemSimCore
import Testing

/// Circuits small enough to be done by hand, and what must hold of any.
@Suite struct WiresTests {
  /// One device: four resistances in a row.
  @Test func oneDevice() throws {
    let circuit = try Circuit(g: [1e-3], rows: 1, columns: 1, WireResistances(word: [2], bit: [3], source: [5], sense: [7]))
    let (output, report) = try circuit.solve([1], bitVolts: [-0.5])
    #expect(abs(output[0] - 1.5 / 1017) < 1e-17)
    #expect(report.residual < 1e-15)
  }

  /// Two devices on one word line that is driven from both ends, by hand: symmetric, so each half carries its own.
  @Test func bothEnds() throws {
    let circuit = try Circuit(
      g: [1e-3, 1e-3], rows: 1, columns: 2,
      WireResistances(word: [10], bit: [0], source: [90], isDoubleSided: true))
    let (output, _) = try circuit.solve([1])
    for current in output { #expect(abs(current - 1 / 1100) < 1e-17) }
  }

  /// A floating word line between two bit lines is a resistor of two devices and a segment.
  @Test func floatingLine() throws {
    let circuit = try Circuit(
      g: [1e-3, 5e-4], rows: 1, columns: 2, WireResistances(word: [100], bit: [50], source: [.infinity]))
    let (output, _) = try circuit.solve([123], bitVolts: [1, 0])
    let current = 1 / (1000 + 2000 + 100 + 2 * 50.0)
    #expect(abs(output[0] + current) < 1e-16)
    #expect(abs(output[1] - current) < 1e-16)
  }

  @Test(arguments: ["", "exponential", "threshold", "transistor"], ["", "ohmic", "poole-frenkel", "n-parameter", "sinh"])
  func everyDeviceMeetsKirchhoffsLaws(_ selector: String, _ law: String) throws {
    guard law != "ohmic" else { return }
    let (rows, columns) = (9, 13)
    let chosen: LawChoice? = selector.isEmpty ? nil
      : (selector, selector == "transistor" ? [("gate", (0..<rows).map { 0.8 + 0.1 * Double($0) })] : [])
    let circuit = try Circuit(
      g: spread(rows * columns, 1e-6, 1e-3), rows: rows, columns: columns, WireResistances(word: [20], bit: [30]),
      law: law.isEmpty ? nil : (law, []), selector: chosen)
    let volts = spread(rows, 0.1, 0.5)
    let (output, report) = try circuit.solve(volts)
    #expect(report.residual <= 1e-12 && report.isUnique)
    // Power: what the sources give is never less than nothing, and no output exceeds what the line is given.
    #expect(output.allSatisfy { $0 > 0 })
  }

  @Test func bitsDependOnNeitherBatchNorThreads() throws {
    let (rows, columns) = (21, 18)
    let g = spread(rows * columns, 1e-6, 1e-3)
    let volts = spread(5 * rows, -1, 1)
    var found: Set<[UInt64]> = []
    for threads in [1, 2, 5] {
      let circuit = try Circuit(g: g, rows: rows, columns: columns, WireResistances(), threads: threads)
      found.insert(try circuit.solve(volts).output.map(\.bitPattern))
      var pieces: [UInt64] = []
      for k in 0..<5 { pieces += try circuit.solve(Array(volts[k * rows..<(k + 1) * rows])).output.map(\.bitPattern) }
      found.insert(pieces)
    }
    #expect(found.count == 1)
  }

  @Test func methodsOfTransferAgree() throws {
    for wires in [
      WireResistances(), WireResistances(word: [0], bit: [3]), WireResistances(sense: [0, .infinity, 2]),
      WireResistances(source: [1, .infinity, 0, 2], isDoubleSided: true), WireResistances(word: [1, .infinity, 0, 2]),
    ] {
      let circuit = try Circuit(g: spread(12, 1e-4, 1e-2), rows: 4, columns: 3, wires)
      var (a, b) = (Array(repeating: 0.0, count: 12), Array(repeating: 0.0, count: 12))
      try circuit.wires.transfer(.iterative, into: &a)
      try circuit.wires.transfer(.dense, into: &b)
      for k in 0..<12 { #expect(abs(a[k] - b[k]) <= 1e-13 * b.max()!) }
    }
  }

  /// Lines with modes to share, and with fewer than there could be; lines that differ.
  @Test(arguments: [(24, 20), (17, 33), (40, 5), (3, 40)]) func methodsOfTransferAgreeWithModes(_ rows: Int, _ columns: Int) throws {
    let steps = (0..<rows).map { Double($0 % 7) }
    for wires in [
      WireResistances(word: [20], bit: [30]), WireResistances(word: steps, bit: [5], source: [100], sense: [200]),
      WireResistances(word: [30], bit: [10], source: steps.map { $0 == 3 ? .infinity : $0 }, isDoubleSided: true),
      WireResistances(word: steps.map { $0 == 5 ? .infinity : 4 * $0 }, bit: [20]),
      WireResistances(word: [10], bit: [10], source: [.infinity], sense: (0..<columns).map { $0 == 1 ? 0 : .infinity }),
    ] {
      var g = spread(rows * columns, 1e-4, 1e-2)
      for k in stride(from: 0, to: g.count, by: 5) { g[k] = 0 }
      // What may be missing to the voltage law counts by conductances of 1e-2 S, beside transfers of 1e-4 S.
      let circuit = try Circuit(g: g, rows: rows, columns: columns, wires, tolerance: WireTolerance(residual: 1e-14))
      var (a, b) = (Array(repeating: 0.0, count: g.count), Array(repeating: 0.0, count: g.count))
      try circuit.wires.transfer(.iterative, into: &a)
      try circuit.wires.transfer(.dense, into: &b)
      let largest = b.map(abs).max()!
      for k in g.indices { #expect(abs(a[k] - b[k]) <= 1e-12 * largest) }
    }
  }

  /// What lines share most is solved at once: without, 23 iterations and 14.
  @Test func modesSpareIterations() throws {
    for (r, most) in [(10.0, 12), (3.0, 8)] {
      let circuit = try Circuit(
        g: Array(repeating: 1e-3, count: 64 * 64), rows: 64, columns: 64, WireResistances(word: [r], bit: [r]))
      let (_, report) = try circuit.solve((0..<64).map { 0.1 + 0.4 / 63 * Double($0) })
      #expect(report.residual <= 1e-12 && report.iterations <= most)
    }
  }

  /// Near shorts need refinement, which must end within the tolerance.
  @Test func nearShorts() throws {
    var g = spread(64, 1e-6, 1e-3)
    for k in stride(from: 0, to: 64, by: 9) { g[k] = 1e3 }
    let circuit = try Circuit(g: g, rows: 8, columns: 8, WireResistances(word: [1e3], bit: [1e4]))
    let (_, report) = try circuit.solve(spread(8, -1, 1))
    #expect(report.residual <= 1e-12)
    #expect(report.steps > 1)
  }

  @Test func refusals() throws {
    #expect(throws: MemSimError.self) { try Circuit(g: [-1], rows: 1, columns: 1, WireResistances()) }
    #expect(throws: MemSimError.self) { try Circuit(g: [1], rows: 1, columns: 1, WireResistances(word: [.nan])) }
    #expect(throws: MemSimError.self) { try Circuit(g: [1, 1], rows: 1, columns: 2, WireResistances(bit: [1, 2, 3])) }
    let circuit = try Circuit(g: [1], rows: 1, columns: 1, WireResistances())
    #expect(throws: MemSimError.self) { try circuit.solve([.nan]) }
    #expect(throws: MemSimError.self) { try circuit.wires.write([1], duration: 1, tolerance: 0.1) }
    // A limit of one iteration is too few, and said to be.
    let short = try Circuit(
      g: spread(64, 1e-3, 1e-2), rows: 8, columns: 8, WireResistances(word: [100], bit: [100]),
      tolerance: WireTolerance(iterations: 1, steps: 1))
    #expect(throws: MemSimError.self) { try short.solve(spread(8, 0.1, 1)) }
  }
}

/// Values of one sign spread evenly in the logarithm, else evenly, and shuffled by a fixed stride.
private func spread(_ count: Int, _ low: Double, _ high: Double) -> [Double] {
  (0..<count).map { k in
    let part = Double(k * 7919 % 101) / 100
    return low > 0 && high / low > 10 ? low * (1 + part * (high / low - 1)) * (part * part + 0.1) / 1.1 : low + part * (high - low)
  }
}

private struct Circuit {
  let wires: Wires

  init(
    g: [Double], rows: Int, columns: Int, _ resistances: WireResistances, law: LawChoice? = nil,
    selector: LawChoice? = nil, threads: Int = 1, tolerance: WireTolerance? = nil
  ) throws {
    wires = try Wires(
      .conductance(g, law: law, normals: nil), rows: rows, columns: columns, wires: resistances, selector: selector,
      tolerance: tolerance ?? WireTolerance(), context: Context(threads: threads))
  }

  func solve(_ volts: [Double], bitVolts: [Double]? = nil) throws -> (output: [Double], report: WireReport) {
    let batch = volts.count / wires.rows
    var output = Array(repeating: 0.0, count: batch * wires.columns)
    var report = WireReport()
    if let bitVolts {
      try wires.solve(volts, bitVolts: bitVolts, batch: batch, into: &output, report: &report)
    } else {
      try wires.solve(volts, batch: batch, into: &output, report: &report)
    }
    return (output, report)
  }
}
