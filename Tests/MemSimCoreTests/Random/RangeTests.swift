import MemSimCore
import Testing

/// Bounds that must hold for every value, and arguments that are refused with a sentence, before anything is written.
@Suite struct RangeTests {
  static let key = RandomKey(seed: 3, stream: 1)

  static let floatRanges: [(Double, Double)] = [
    (0, 1), (1, 1.0000002), (-1, -0.9999999), (-3e38, 3e38), (16_777_215, 16_777_217), (0, 0x1p-149),
  ]
  static let doubleRanges: [(Double, Double)] = [
    (0, 1), (1, 1.0.nextUp), (-1e308, 1.7e308), (1e16, 1e16 + 4), (0, 0x1p-1074), (-0x1p-1074, 0x1p-1074),
  ]
  static let integerRanges: [(Int64, Int64)] = [
    (0, 1), (-5, 5), (.max - 1, .max), (.min, .min + 1), (-(1 << 40), 1 << 40), (0, 1 << 32), (0, (1 << 32) + 1),
  ]

  @Test(arguments: floatRanges)
  func uniformFloatsAreWithin(_ low: Double, _ high: Double) throws {
    let values = try drawn(Float(0), 100_000) {
      try RandomFill.uniform(.shared, Self.key, low: low, high: high, $0, 100_000)
    }
    #expect(values.allSatisfy { Double($0) >= low && Double($0) < high })
  }

  @Test(arguments: doubleRanges)
  func uniformDoublesAreWithin(_ low: Double, _ high: Double) throws {
    let values = try drawn(0.0, 100_000) {
      try RandomFill.uniform(.shared, Self.key, low: low, high: high, $0, 100_000)
    }
    #expect(values.allSatisfy { $0 >= low && $0 < high })
  }

  @Test func bothEndsOfNarrowRangesOccur() throws {
    let values = try drawn(Float(0), 10_000) {
      try RandomFill.uniform(.shared, Self.key, low: 16_777_216, high: 16_777_222, $0, 10_000)
    }
    #expect(Set(values) == [16_777_216, 16_777_218, 16_777_220])
  }

  @Test func exponentialsAreFinite() throws {
    let floats = try drawn(Float(0), 1 << 20) {
      try RandomFill.exponential(.shared, Self.key, scale: 3e38, $0, 1 << 20)
    }
    #expect(floats.allSatisfy { $0.isFinite && $0 > 0 } && floats.max() == .greatestFiniteMagnitude)
    let doubles = try drawn(0.0, 1 << 20) {
      try RandomFill.exponential(.shared, Self.key, scale: 1e308, $0, 1 << 20)
    }
    #expect(doubles.allSatisfy { $0.isFinite && $0 > 0 } && doubles.max() == .greatestFiniteMagnitude)
  }

  @Test func degenerateDistributions() throws {
    let std0 = try drawn(Float(0), 100) { try RandomFill.normal(.shared, Self.key, mean: 3, std: 0, $0, 100) }
    let rate0 = try drawn(Int32(1), 100) { try RandomFill.poisson(.shared, Self.key, rate: 0, $0, 100) }
    let never = try drawn(UInt8(9), 100) { try RandomFill.bernoulli(.shared, Self.key, p: 0, $0, 100) }
    let always = try drawn(UInt8(9), 1 << 20) { try RandomFill.bernoulli(.shared, Self.key, p: 1, $0, 1 << 20) }
    #expect(std0.allSatisfy { $0 == 3 } && rate0.allSatisfy { $0 == 0 })
    #expect(never.allSatisfy { $0 == 0 } && always.allSatisfy { $0 == 1 })
  }

  @Test(arguments: integerRanges)
  func integersAreWithin(_ low: Int64, _ high: Int64) throws {
    let values = try drawn(Int64(0), 10_000) {
      try RandomFill.integers(.shared, Self.key, low: low, high: high, $0, 10_000)
    }
    #expect(values.allSatisfy { $0 >= low && $0 < high })
    if high - low <= 10 { #expect(Set(values).count == Int(high - low)) }
  }

  @Test func integers32ReachBothEnds() throws {
    let values = try drawn(Int32(0), 1 << 20) {
      try RandomFill.integers(.shared, Self.key, low: Int64(Int32.min), high: Int64(Int32.max) + 1, $0, 1 << 20)
    }
    #expect(values.min()! < Int32.min + 65_536 && values.max()! > Int32.max - 65_536)
  }

  @Test func badParametersAreRefused() {
    for bad in [Double.nan, .infinity, -.infinity] {
      refuses("low") { try RandomFill.uniform(.shared, Self.key, low: bad, high: 1, float, 4) }
      refuses("high") { try RandomFill.uniform(.shared, Self.key, low: 0, high: bad, double, 4) }
      refuses("mean") { try RandomFill.normal(.shared, Self.key, mean: bad, std: 1, float, 4) }
      refuses("std") { try RandomFill.normal(.shared, Self.key, mean: 0, std: bad, double, 4) }
      refuses("mean") { try RandomFill.lognormal(.shared, Self.key, mean: bad, sigma: 1, double, 4) }
      refuses("sigma") { try RandomFill.lognormal(.shared, Self.key, mean: 0, sigma: bad, float, 4) }
      refuses("scale") { try RandomFill.exponential(.shared, Self.key, scale: bad, float, 4) }
      refuses("rate") { try RandomFill.poisson(.shared, Self.key, rate: bad, int, 4) }
      refuses("p ") { try RandomFill.bernoulli(.shared, Self.key, p: bad, byte, 4) }
    }
    refuses("low 1.0 and high 1.0") { try RandomFill.uniform(.shared, Self.key, low: 1, high: 1, float, 4) }
    refuses("no float32") { try RandomFill.uniform(.shared, Self.key, low: 1.00000001, high: 1.00000002, float, 4) }
    refuses("float32") { try RandomFill.uniform(.shared, Self.key, low: 0, high: 1e39, float, 4) }
    refuses("float32") { try RandomFill.normal(.shared, Self.key, mean: 1e39, std: 1, float, 4) }
    refuses("std") { try RandomFill.normal(.shared, Self.key, mean: 0, std: -1, float, 4) }
    refuses("sigma") { try RandomFill.lognormal(.shared, Self.key, mean: 0, sigma: -1, double, 4) }
    refuses("scale") { try RandomFill.exponential(.shared, Self.key, scale: 0, double, 4) }
    refuses("float32") { try RandomFill.exponential(.shared, Self.key, scale: 1e-60, float, 4) }
    refuses("rate") { try RandomFill.poisson(.shared, Self.key, rate: 1_000_000.1, int, 4) }
    refuses("rate") { try RandomFill.poisson(.shared, Self.key, rate: -1e-9, int, 4) }
    refuses("p ") { try RandomFill.bernoulli(.shared, Self.key, p: 1.0.nextUp, byte, 4) }
    refuses("low 5 and high 5") { try RandomFill.integers(.shared, Self.key, low: 5, high: 5, int, 4) }
    refuses("int32") { try RandomFill.integers(.shared, Self.key, low: 0, high: (1 << 31) + 1, int, 4) }
  }

  /// Every call refused here would crash if it wrote.
  private var float: UnsafeMutablePointer<Float> { UnsafeMutablePointer(bitPattern: 64)! }
  private var double: UnsafeMutablePointer<Double> { UnsafeMutablePointer(bitPattern: 64)! }
  private var int: UnsafeMutablePointer<Int32> { UnsafeMutablePointer(bitPattern: 64)! }
  private var byte: UnsafeMutablePointer<UInt8> { UnsafeMutablePointer(bitPattern: 64)! }

  private func refuses(_ words: String, _ call: () throws -> Void) {
    #expect("sentence with \(words)") { try call() } throws: { error in
      guard case .argument(let sentence) = error as? MemSimError else { return false }
      return sentence.contains(words)
    }
  }
}
