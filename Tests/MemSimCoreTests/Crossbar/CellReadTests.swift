import Foundation
import MemSimCore
import Testing

/// Products with arrays of models whose current is not linear in one number a cell.
@Suite struct CellReadTests {
  private func array(_ rows: Int, _ columns: Int, threads: Int = 2) throws -> DeviceArray {
    let array = try DeviceArray("jart-vcm-v1b", rows: rows, columns: columns, seed: 3, context: Context(threads: threads))
    try array.setDoubles("N", (0..<array.count).map { 0.05 + 0.01 * Double(($0 * 37) % 101) })
    return array
  }

  private func product(_ array: DeviceArray, _ volts: [Double], batch: Int, noise: ColumnNoise = .none) throws -> [Double] {
    var out = [Double](repeating: 0, count: batch * array.columns)
    try volts.withUnsafeBytes { volts in
      try out.withUnsafeMutableBytes { try array.vmm(volts.baseAddress!, .double, batch: batch, noise: noise, into: $0.baseAddress!) }
    }
    return out
  }

  /// Against single cells, summed here; 19 columns, so that blocks of cells straddle rows.
  @Test func sumsOfCells() throws {
    let cells = try array(23, 19)
    let volts = (0..<2 * 23).map { Double($0 % 9) * 0.05 - 0.2 }
    let got = try product(cells, volts, batch: 2)
    for vector in 0..<2 {
      let each = (0..<cells.count).map { volts[vector * 23 + $0 / 19] }
      var currents = [Double](repeating: 0, count: cells.count)
      try each.withUnsafeBytes { v in
        try currents.withUnsafeMutableBytes {
          try cells.read(Operand(v.baseAddress!, .double, count: cells.count), noise: nil, into: $0.baseAddress!)
        }
      }
      for column in 0..<19 {
        let want = (0..<23).reduce(0) { $0 + currents[$1 * 19 + column] }
        // The same sums in the same order.
        #expect(got[vector * 19 + column] == want)
      }
    }
  }

  @Test(arguments: [ColumnNoise.none, .perCell, .perColumn]) func threadsAndSplitsDoNotShow(_ noise: ColumnNoise) throws {
    let volts = (0..<4 * 130).map { Double($0 % 7) * 0.03 + 0.01 }
    var results: Set<[Double]> = []
    for threads in [1, 2, 5] { results.insert(try product(array(130, 70, threads: threads), volts, batch: 4, noise: noise)) }
    let split = try array(130, 70)
    results.insert(try (0..<4).flatMap { try product(split, Array(volts[$0 * 130..<$0 * 130 + 130]), batch: 1, noise: noise) })
    #expect(results.count == 1)
  }

  /// Variance of the noise: the sum of density(V) |I|, within 15 % (five standard errors of 2000 draws).
  @Test(arguments: [ColumnNoise.perCell, .perColumn]) func noiseHasItsVariance(_ noise: ColumnNoise) throws {
    let cells = try array(20, 16)
    let volts = [Double](repeating: 0.1, count: 20)
    let exact = try product(cells, volts, batch: 1)
    let noisy = try product(cells, (0..<2000).flatMap { _ in volts }, batch: 2000, noise: noise)
    let density = 1e8 * (4 * 1.380649e-23 * 300 / 0.1 + 2 * 1.602176634e-19)
    for column in 0..<16 {
      let square = (0..<2000).reduce(0.0) { $0 + pow(noisy[$1 * 16 + column] - exact[column], 2) } / 2000
      #expect(abs(square / (density * exact[column]) - 1) < 0.16)
    }
  }
}
