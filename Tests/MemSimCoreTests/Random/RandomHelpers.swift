import Glibc
import MemSimCore
import Testing

/// A fill of one distribution, type-erased to bytes so that laws can run over all of them.
struct AnyFill: Sendable, CustomTestStringConvertible {
  let name: String
  let width: Int
  let write: @Sendable (Context, RandomKey, UnsafeMutableRawPointer, Int) throws -> Void
  var testDescription: String { name }

  init<T>(
    _ name: String, _: T.Type,
    _ fill: @escaping @Sendable (Context, RandomKey, UnsafeMutablePointer<T>, Int) throws -> Void
  ) {
    self.name = name
    width = MemoryLayout<T>.size
    write = { context, key, out, count in try fill(context, key, out.bindMemory(to: T.self, capacity: count), count) }
  }

  func bytes(_ key: RandomKey, _ count: Int, _ context: Context = .shared) throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0xA5, count: count * width)
    try bytes.withUnsafeMutableBytes { try write(context, key, $0.baseAddress ?? $0.placeholder, count) }
    return bytes
  }

  static let all = [
    AnyFill("uniform f32", Float.self) { try RandomFill.uniform($0, $1, low: -2.5, high: 4, $2, $3) },
    AnyFill("uniform f64", Double.self) { try RandomFill.uniform($0, $1, low: -2.5, high: 4, $2, $3) },
    AnyFill("normal f32", Float.self) { try RandomFill.normal($0, $1, mean: 1, std: 2, $2, $3) },
    AnyFill("normal f64", Double.self) { try RandomFill.normal($0, $1, mean: 1, std: 2, $2, $3) },
    AnyFill("lognormal f32", Float.self) { try RandomFill.lognormal($0, $1, mean: 0.5, sigma: 0.25, $2, $3) },
    AnyFill("lognormal f64", Double.self) { try RandomFill.lognormal($0, $1, mean: 0.5, sigma: 0.25, $2, $3) },
    AnyFill("exponential f32", Float.self) { try RandomFill.exponential($0, $1, scale: 3, $2, $3) },
    AnyFill("exponential f64", Double.self) { try RandomFill.exponential($0, $1, scale: 3, $2, $3) },
    AnyFill("poisson i32", Int32.self) { try RandomFill.poisson($0, $1, rate: 4.5, $2, $3) },
    AnyFill("poisson i64", Int64.self) { try RandomFill.poisson($0, $1, rate: 1e5, $2, $3) },
    AnyFill("bernoulli u8", UInt8.self) { try RandomFill.bernoulli($0, $1, p: 0.3, $2, $3) },
    AnyFill("integers i32", Int32.self) { try RandomFill.integers($0, $1, low: -3, high: 900, $2, $3) },
    AnyFill("integers i64", Int64.self) { try RandomFill.integers($0, $1, low: -3, high: 900, $2, $3) },
    AnyFill("wide integers i64", Int64.self) { try RandomFill.integers($0, $1, low: .min, high: .max, $2, $3) },
  ]
}

extension UnsafeMutableRawBufferPointer {
  /// Where a fill of no elements may not write.
  fileprivate var placeholder: UnsafeMutableRawPointer { UnsafeMutableRawPointer(bitPattern: 64)! }
}

/// `count` values of a fill.
func drawn<T>(_ zero: T, _ count: Int, _ fill: (UnsafeMutablePointer<T>) throws -> Void) rethrows -> [T] {
  var values = [T](repeating: zero, count: count)
  try values.withUnsafeMutableBufferPointer { try fill($0.baseAddress!) }
  return values
}

/// FNV-1a of 64 bits.
func fingerprint(_ bytes: [UInt8]) -> UInt64 {
  bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
}

/// Kolmogorov-Smirnov: sqrt(n) times the largest distance from the distribution function. Above 1.95 one time in 1000.
func kolmogorov<T: BinaryFloatingPoint>(_ values: [T], _ distribution: (Double) -> Double) -> Double {
  let n = Double(values.count)
  var distance = 0.0
  for (i, x) in values.sorted().enumerated() {
    let p = distribution(Double(x))
    distance = max(distance, p - Double(i) / n, Double(i + 1) / n - p)
  }
  return distance * n.squareRoot()
}

/// Pearson's statistic as a standard normal deviate, by Wilson and Hilferty's cube root. Neighbouring cells are pooled
/// until each expects 20.
func chiSquareDeviation(_ observed: [Int], _ expected: [Double]) -> Double {
  var cells = [(observed: 0.0, expected: 0.0)]
  for (o, e) in zip(observed, expected) {
    if cells.last!.expected >= 20 { cells.append((0, 0)) }
    cells[cells.count - 1].observed += Double(o)
    cells[cells.count - 1].expected += e
  }
  if let last = cells.last, last.expected < 20 {
    cells.removeLast()
    cells[cells.count - 1].observed += last.observed
    cells[cells.count - 1].expected += last.expected
  }
  let statistic = cells.reduce(0) { $0 + ($1.observed - $1.expected) * ($1.observed - $1.expected) / $1.expected }
  let freedom = Double(cells.count - 1), spread = 2 / (9 * freedom)
  return (cbrt(statistic / freedom) - (1 - spread)) / spread.squareRoot()
}

func normalDistribution(_ x: Double) -> Double { 0.5 * erfc(-x / 2.0.squareRoot()) }
