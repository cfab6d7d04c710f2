import MemSimCore
import Testing

/// Correlations of values and of their squares, in standard deviations: 1 / sqrt(n) for independent ones.
@Suite struct IndependenceTests {
  static let count = 1 << 20
  static let lags = [1, 2, 3, 4, 7, 8, 15, 16, 17, 31, 32, 33, 48, 63, 64, 65, 128, 256, 1024, 16_384]

  @Test(arguments: [1, 2] as [Double]) func streamsAndSeeds(_ power: Double) throws {
    let base = try normals(RandomKey(seed: 5, stream: 9))
    let neighbours = [
      RandomKey(seed: 5, stream: 10), RandomKey(seed: 5, stream: 9 ^ (1 << 40)), RandomKey(seed: 6, stream: 9),
      RandomKey(seed: 5 ^ (1 << 33), stream: 9), RandomKey(seed: 9, stream: 5),
    ]
    for other in neighbours { #expect(abs(correlation(base, try normals(other), power)) < 3.3) }
  }

  @Test(arguments: [1, 2] as [Double]) func lags(_ power: Double) throws {
    for values in [try normals(RandomKey(seed: 5, stream: 9)), try doubles(RandomKey(seed: 5, stream: 9))] {
      for lag in Self.lags {
        let shifted = Array(values.dropFirst(lag))
        #expect(abs(correlation(Array(values.dropLast(lag)), shifted, power)) < 3.7, "lag \(lag)")
      }
    }
  }

  /// Every two of the 64 places of a group, over all groups. The largest of 2016 deviates stays below 5.
  @Test(arguments: [1, 2] as [Double]) func placesOfAGroup(_ power: Double) throws {
    let values = try normals(RandomKey(seed: 11, stream: 2))
    let places = (0..<64).map { place in stride(from: place, to: Self.count, by: 64).map { values[$0] } }
    for a in 0..<64 {
      for b in 0..<a { #expect(abs(correlation(places[a], places[b], power)) < 5, "places \(a) and \(b)") }
    }
  }

  private func normals(_ key: RandomKey) throws -> [Double] {
    let values = try drawn(Float(0), Self.count) {
      try RandomFill.normal(.shared, key, mean: 0, std: 1, $0, Self.count)
    }
    return values.map(Double.init)
  }

  private func doubles(_ key: RandomKey) throws -> [Double] {
    try drawn(0.0, Self.count) { try RandomFill.normal(.shared, key, mean: 0, std: 1, $0, Self.count) }
  }

  /// sqrt(n) times the correlation of standard normals, or of their squares (mean 1, variance 2).
  private func correlation(_ a: [Double], _ b: [Double], _ power: Double) -> Double {
    var sum = 0.0
    for i in 0..<a.count {
      sum += power == 1 ? a[i] * b[i] : (a[i] * a[i] - 1) * (b[i] * b[i] - 1) / 2
    }
    return sum / Double(a.count).squareRoot()
  }
}
