import Glibc
import MemSimCore
import Testing

/// Whole-number distributions against their exact probabilities.
@Suite struct DiscreteTests {
  static let key = RandomKey(seed: 77, stream: 3)
  static let count = 1 << 20
  static let limit = 3.3

  @Test(arguments: [1e-3, 0.5, 3, 9.99, 30, 1000, 12_345.6, 1e6]) func poisson(_ rate: Double) throws {
    let values = try drawn(Int32(0), Self.count) {
      try RandomFill.poisson(.shared, Self.key, rate: rate, $0, Self.count)
    }
    let first = Int(max(0, rate - 12 * rate.squareRoot() - 12)), size = Int(24 * rate.squareRoot()) + 40
    var observed = [Int](repeating: 0, count: size)
    for value in values { observed[Int(value) - first] += 1 }
    let expected = (0..<size).map { i in
      let k = Double(first + i)
      return Double(Self.count) * exp(k * log(rate) - rate - lgamma(k + 1))
    }
    #expect(abs(chiSquareDeviation(observed, expected)) < Self.limit)
  }

  @Test func poissonIsTheSameInBothTypes() throws {
    let narrow = try drawn(Int32(0), 1000) { try RandomFill.poisson(.shared, Self.key, rate: 50, $0, 1000) }
    let wide = try drawn(Int64(0), 1000) { try RandomFill.poisson(.shared, Self.key, rate: 50, $0, 1000) }
    #expect(narrow.map(Int64.init) == wide)
  }

  @Test(arguments: [2, 3, 10, 100, 1000] as [Int64]) func integers(_ span: Int64) throws {
    let values = try drawn(Int32(0), Self.count) {
      try RandomFill.integers(.shared, Self.key, low: -7, high: span - 7, $0, Self.count)
    }
    var observed = [Int](repeating: 0, count: Int(span))
    for value in values { observed[Int(value) + 7] += 1 }
    let expected = [Double](repeating: Double(Self.count) / Double(span), count: Int(span))
    #expect(abs(chiSquareDeviation(observed, expected)) < Self.limit)
  }

  /// Ranges wider than a word: 500 equal classes of the value. For three quarters of 2^64 a generator that took only
  /// 64 bits would give some values twice the probability of others, which shows in their remainders by 3.
  @Test func wideIntegers() throws {
    let high = Int64.max, low = high &- Int64(bitPattern: 3 << 62)
    let values = try drawn(Int64(0), Self.count) {
      try RandomFill.integers(.shared, Self.key, low: low, high: high, $0, Self.count)
    }
    let numbers = values.map { UInt64(bitPattern: $0 &- low) }
    var classes = [Int](repeating: 0, count: 500), remainders = [Int](repeating: 0, count: 3)
    for number in numbers {
      classes[Int(number.multipliedFullWidth(by: 2000).high / 3)] += 1
      remainders[Int(number % 3)] += 1
    }
    #expect(abs(chiSquareDeviation(classes, [Double](repeating: Double(Self.count) / 500, count: 500))) < Self.limit)
    #expect(abs(chiSquareDeviation(remainders, [Double](repeating: Double(Self.count) / 3, count: 3))) < Self.limit)
  }

  @Test(arguments: [0.5, 0.3, 0.01, 1e-4, 0.999]) func bernoulli(_ p: Double) throws {
    let values = try drawn(UInt8(0), Self.count) { try RandomFill.bernoulli(.shared, Self.key, p: p, $0, Self.count) }
    #expect(values.allSatisfy { $0 <= 1 })
    let ones = values.reduce(0) { $0 + Int($1) }
    let expected = p * Double(Self.count)
    #expect(abs(Double(ones) - expected) < Self.limit * (expected * (1 - p)).squareRoot())
  }
}
