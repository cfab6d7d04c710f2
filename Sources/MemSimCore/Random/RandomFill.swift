// Interim, until the vector fills land.
import Glibc

public struct RandomKey: Sendable {
  public let seed, stream, offset: UInt64
  public init(seed: UInt64, stream: UInt64 = 0, offset: UInt64 = 0) { (self.seed, self.stream, self.offset) = (seed, stream, offset) }
}

public enum RandomFill {
  static func words(_ key: RandomKey, _ i: Int) -> SIMD4<UInt32> {
    let e = key.offset &+ UInt64(i)
    return Philox.block(
      SIMD4(UInt32(truncatingIfNeeded: e), UInt32(truncatingIfNeeded: e >> 32), UInt32(truncatingIfNeeded: key.stream), UInt32(truncatingIfNeeded: key.stream >> 32)),
      key: SIMD2(UInt32(truncatingIfNeeded: key.seed), UInt32(truncatingIfNeeded: key.seed >> 32)))
  }
  package static func unit(_ w: SIMD4<UInt32>) -> Double { (Double(UInt64(w[0]) << 21 ^ UInt64(w[1]) >> 11) + 0.5) * 0x1p-53 }
  package static func normalOf(_ w: SIMD4<UInt32>) -> Double {
    (-2 * log(unit(w))).squareRoot() * cos(2 * .pi * Double(w[2]) * 0x1p-32)
  }
  public static func fill<T>(_ key: RandomKey, _ out: UnsafeMutablePointer<T>, _ count: Int, _ f: (SIMD4<UInt32>) -> T) {
    for i in 0..<count { out[i] = f(words(key, i)) }
  }
}
