import MemSimCore
import Testing

/// The distribution of the noise against the sum of its cells' variances, at five standard errors.
@Suite struct ReadNoiseStatisticsTests {
  private static let (rows, columns, count) = (12, 5, 6000)

  @Test(arguments: [ColumnNoise.perCell, .perColumn], [true, false])
  func momentsOfFloats(_ noise: ColumnNoise, _ signed: Bool) throws {
    let plane = patternless(Self.rows * Self.columns, 21, Float.self).map { abs($0) * 0.85 }
    let cells = ReadBatch<Float>.mixture(rows: Self.rows, columns: Self.columns, signed: [signed], seed: 22)
    let reads = try cells.repeated(Self.count).currents(plane, noise)
    check(cells, plane, reads.map(Double.init))
  }

  @Test(arguments: [ColumnNoise.perCell, .perColumn])
  func momentsOfDoubles(_ noise: ColumnNoise) throws {
    let plane = patternless(Self.rows * Self.columns, 23, Double.self)
    let cells = ReadBatch<Double>.ohmic(rows: Self.rows, columns: Self.columns, batch: 1, seed: 24)
    check(cells, plane, try cells.repeated(Self.count).currents(plane, noise))
  }

  private func check<P: BinaryFloatingPoint, T: DenseElement>(_ cells: ReadBatch<T>, _ plane: [P], _ reads: [Double]) {
    let count = Double(Self.count)
    var standard: [[Double]] = []
    for column in 0..<Self.columns {
      let (mean, variance) = analytic(cells, plane, column)
      let z = stride(from: column, to: reads.count, by: Self.columns).map { (reads[$0] - mean) / variance.squareRoot() }
      let got = moments(z)
      #expect(abs(got.mean) < 5 / count.squareRoot(), "mean of column \(column)")
      #expect(abs(got.variance - 1) < 5 * (2 / count).squareRoot(), "variance of column \(column)")
      #expect(abs(got.kurtosis) < 5 * (24 / count).squareRoot(), "kurtosis of column \(column)")
      standard.append(z)
    }
    expectUncorrelated(standard[0], standard[1], "columns")
    expectUncorrelated(Array(standard[2].dropLast()), Array(standard[2].dropFirst()), "neighbouring reads")
  }

  private func expectUncorrelated(_ a: [Double], _ b: [Double], _ what: String) {
    let correlation = zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } / Double(a.count)
    #expect(abs(correlation) < 5 / Double(a.count).squareRoot(), "\(what) are correlated: \(correlation)")
  }

  /// Mean and variance of a column's current, from the cells one by one.
  private func analytic<P: BinaryFloatingPoint, T: DenseElement>(
    _ cells: ReadBatch<T>, _ plane: [P], _ column: Int
  ) -> (mean: Double, variance: Double) {
    var (mean, variance) = (0.0, 0.0)
    for row in 0..<cells.rows {
      let offset = Double(cells.offsets?[row] ?? 0)
      let current = offset + Double(plane[row * cells.columns + column]) * Double(cells.slopes[row])
      mean += current
      variance += abs(Double(cells.densities[row]) * current)
    }
    return (mean, variance)
  }
}
