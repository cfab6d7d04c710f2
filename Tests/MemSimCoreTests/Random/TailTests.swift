import Glibc
import MemSimCore
import Testing

@Suite struct TailTests {
  /// Of 2^30 float normals, those beyond 3, 4, 5 and 6 standard deviations, either side.
  @Test func normalTails() throws {
    let (fills, size) = (256, 1 << 22)
    let buffer = UnsafeMutablePointer<Float>.allocate(capacity: size)
    defer { buffer.deallocate() }
    var counts = SIMD8<Int>()
    for i in 0..<fills {
      let key = RandomKey(seed: 99, stream: 5, offset: UInt64(i * size))
      try RandomFill.normal(.shared, key, mean: 0, std: 1, buffer, size)
      counts &+= tails(buffer, size)
    }
    let draws = Double(fills) * Double(size)
    for side in 0..<2 {
      for i in 0..<4 {
        let expected = draws * 0.5 * erfc(Double(3 + i) / 2.0.squareRoot())
        let observed = Double(counts[4 * side + i])
        #expect(abs(observed - expected) < 3.3 * expected.squareRoot() + 0.5, "\(3 + i) sigma: \(observed)")
      }
    }
  }

  /// Values above 3, 4, 5, 6, then below -3, -4, -5, -6.
  private func tails(_ values: UnsafeMutablePointer<Float>, _ count: Int) -> SIMD8<Int> {
    var counts = SIMD8<Int>()
    for i in 0..<count where abs(values[i]) > 3 {
      let x = values[i], side = x > 0 ? 0 : 4
      counts[side] += 1
      if abs(x) > 4 { counts[side + 1] += 1 }
      if abs(x) > 5 { counts[side + 2] += 1 }
      if abs(x) > 6 { counts[side + 3] += 1 }
    }
    return counts
  }
}
