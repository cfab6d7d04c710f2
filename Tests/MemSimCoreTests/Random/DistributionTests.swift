import Glibc
import MemSimCore
import Testing

/// Fixed seeds: a failure is a change of the code, not of luck. Limits leave a correct generator one chance in 1000.
@Suite struct DistributionTests {
  static let key = RandomKey(seed: 2024, stream: 7)
  static let count = 1 << 20
  static let kolmogorovLimit = 1.95

  @Test func uniform() throws {
    let floats = try drawn(Float(0), Self.count) {
      try RandomFill.uniform(.shared, Self.key, low: -3, high: 5, $0, Self.count)
    }
    #expect(kolmogorov(floats) { ($0 + 3) / 8 } < Self.kolmogorovLimit)
    let doubles = try drawn(0.0, Self.count) {
      try RandomFill.uniform(.shared, Self.key, low: -3, high: 5, $0, Self.count)
    }
    #expect(kolmogorov(doubles) { ($0 + 3) / 8 } < Self.kolmogorovLimit)
  }

  @Test func normal() throws {
    let floats = try drawn(Float(0), Self.count) {
      try RandomFill.normal(.shared, Self.key, mean: 2, std: 3, $0, Self.count)
    }
    #expect(kolmogorov(floats) { normalDistribution(($0 - 2) / 3) } < Self.kolmogorovLimit)
    let doubles = try drawn(0.0, Self.count) {
      try RandomFill.normal(.shared, Self.key, mean: 2, std: 3, $0, Self.count)
    }
    #expect(kolmogorov(doubles) { normalDistribution(($0 - 2) / 3) } < Self.kolmogorovLimit)
  }

  @Test func lognormal() throws {
    let floats = try drawn(Float(0), Self.count) {
      try RandomFill.lognormal(.shared, Self.key, mean: -1, sigma: 0.5, $0, Self.count)
    }
    #expect(kolmogorov(floats) { normalDistribution((log($0) + 1) / 0.5) } < Self.kolmogorovLimit)
    let doubles = try drawn(0.0, Self.count) {
      try RandomFill.lognormal(.shared, Self.key, mean: -1, sigma: 0.5, $0, Self.count)
    }
    #expect(kolmogorov(doubles) { normalDistribution((log($0) + 1) / 0.5) } < Self.kolmogorovLimit)
  }

  @Test func exponential() throws {
    let floats = try drawn(Float(0), Self.count) {
      try RandomFill.exponential(.shared, Self.key, scale: 4, $0, Self.count)
    }
    #expect(kolmogorov(floats) { -expm1(-$0 / 4) } < Self.kolmogorovLimit)
    let doubles = try drawn(0.0, Self.count) {
      try RandomFill.exponential(.shared, Self.key, scale: 4, $0, Self.count)
    }
    #expect(kolmogorov(doubles) { -expm1(-$0 / 4) } < Self.kolmogorovLimit)
  }

  /// Averages of x^k over standard normals are 0, 1, 0, 3, 0, 15, with variances E x^2k - (E x^k)².
  @Test func normalMoments() throws {
    let moments: [(Double, Double)] = [(0, 1), (1, 2), (0, 15), (3, 96), (0, 945), (15, 10_170)]
    let count = 1 << 22
    let floats = try drawn(Float(0), count) { try RandomFill.normal(.shared, Self.key, mean: 0, std: 1, $0, count) }
    let doubles = try drawn(0.0, count) { try RandomFill.normal(.shared, Self.key, mean: 0, std: 1, $0, count) }
    for values in [floats.map(Double.init), doubles] {
      for (k, (mean, variance)) in zip(1..., moments) {
        let average = values.reduce(0) { $0 + pow($1, Double(k)) } / Double(count)
        #expect(abs(average - mean) < 3.3 * (variance / Double(count)).squareRoot(), "moment \(k)")
      }
    }
  }

  /// Mean and variance of the others, in standard deviations of their estimates.
  @Test func otherMoments() throws {
    let n = Double(Self.count)
    let uniform = try drawn(Float(0), Self.count) {
      try RandomFill.uniform(.shared, Self.key, low: 0, high: 1, $0, Self.count)
    }
    check(uniform.map(Double.init), mean: 0.5, variance: 1.0 / 12, fourth: 1.0 / 80, n)
    let exponential = try drawn(Float(0), Self.count) {
      try RandomFill.exponential(.shared, Self.key, scale: 1, $0, Self.count)
    }
    check(exponential.map(Double.init), mean: 1, variance: 1, fourth: 9, n)
    let poisson = try drawn(Int32(0), Self.count) {
      try RandomFill.poisson(.shared, Self.key, rate: 1e6, $0, Self.count)
    }
    check(poisson.map(Double.init), mean: 1e6, variance: 1e6, fourth: 3e12 + 1e6, n)
    let bits = try drawn(UInt8(0), Self.count) { try RandomFill.bernoulli(.shared, Self.key, p: 0.3, $0, Self.count) }
    check(bits.map(Double.init), mean: 0.3, variance: 0.21, fourth: 0.21 * (1 - 3 * 0.21), n)
  }

  private func check(_ values: [Double], mean: Double, variance: Double, fourth: Double, _ n: Double) {
    let average = values.reduce(0, +) / n
    let spread = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / n
    #expect(abs(average - mean) < 3.3 * (variance / n).squareRoot())
    #expect(abs(spread - variance) < 3.3 * ((fourth - variance * variance) / n).squareRoot())
  }
}
