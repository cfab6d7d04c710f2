import MemSimCore
import Testing

/// Refusals, reads and their noise.
@Suite struct DeviceArrayTests {
  private func array() throws -> DeviceArray { try DeviceArray("synaptogen", rows: 256, columns: 256, seed: 4) }

  @Test(arguments: [(0, 5), (5, 0), (-1, 3), (1 << 20, 1 << 20), (Int.max, 2), (Int.max, Int.max)])
  func absurdShapesAreRefused(rows: Int, columns: Int) {
    #expect(throws: MemSimError.self) { try DeviceArray("synaptogen", rows: rows, columns: columns) }
  }

  @Test func memoryThatIsNotThereIsRefused() {
    #expect { try DeviceArray("synaptogen", rows: 1 << 16, columns: 1 << 15) } throws: { error in
      if case MemSimError.memory = error { return true }
      return false
    }
  }

  @Test func refusedVoltagesChangeNothing() throws {
    let a = try array()
    let before = try a.hash()
    for bad: Float in [.nan, .infinity, -.infinity, 1001] {
      #expect(throws: MemSimError.self) { try a.apply(bad) }
      #expect(throws: MemSimError.self) { try a.read(bad) }
      var volts = [Float](repeating: -3, count: a.count)
      volts[a.count - 1] = bad
      #expect(throws: MemSimError.self) { try a.apply(volts) }
    }
    #expect(throws: MemSimError.self) { try a.apply([1, 2]) }
    #expect(throws: MemSimError.self) { try a.apply(1, where: [1]) }
    #expect(throws: MemSimError.self) { try a.setState("r", [.nan]) }
    #expect(throws: MemSimError.self) { try a.setState("HRS", [-1]) }
    #expect(throws: MemSimError.self) { try a.state("nope") }
    #expect(throws: MemSimError.self) { try ReadNoise(bandwidth: 0) }
    #expect(try a.hash() == before)
  }

  @Test func doublesAndFloatsAgree() throws {
    let (a, b) = (try array(), try array())
    let volts = (0..<a.count).map { Float($0 % 301) / 100 - 1.5 }
    try a.apply(volts)
    try volts.map(Double.init).withUnsafeBytes {
      try b.apply(Operand($0.baseAddress!, .double, count: volts.count))
    }
    #expect(try a.hash() == b.hash())
  }

  /// Mean and variance of the noise of 2^16 cells of one resistance, over several reads.
  @Test func readNoiseHasItsVariance() throws {
    let a = try array()
    try a.setState("r", [0.15])
    let exact = Double(try a.read(0.2, noise: nil)[0])
    #expect(abs(exact - 4.474103e-05) < 1e-10)
    for (bandwidth, sigma) in [(1e8, 4.24769e-08), (1e6, 4.24769e-09)] {
      var (sum, squares, count) = (0.0, 0.0, 0.0)
      for _ in 0..<8 {
        for current in try a.read(0.2, noise: ReadNoise(bandwidth: bandwidth)) {
          let z = (Double(current) - exact) / sigma
          sum += z
          squares += z * z
          count += 1
        }
      }
      // Currents are floats: rounding adds 1 part in 2^24 of the current, 1e-4 of the larger deviation, 6e-4 of the smaller.
      #expect(abs(sum / count) < 5 / count.squareRoot() + 1e-3)
      #expect(abs(squares / count - 1) < 5 * (2 / count).squareRoot() + 1e-3)
    }
  }

  @Test func zeroVoltsReadJohnsonNoise() throws {
    let a = try array()
    try a.setState("r", [0.15])
    let currents = try a.read(0)
    let deviation = (currents.reduce(0.0) { $0 + Double($1) * Double($1) } / Double(a.count)).squareRoot()
    #expect(abs(deviation / 1.91063e-08 - 1) < 5 * (0.5 / Double(a.count)).squareRoot())
    #expect(try a.read(0, noise: nil).allSatisfy { abs($0) < 1e-15 })
  }
}
