import Glibc
import MemSimCore
import Testing

/// The functions that leave out what lies beyond normal numbers, against those that do not.
@Suite struct ElementaryNormalTests {
  /// Random numbers over the range, by their place in a sequence.
  private func spread(_ k: Int, _ range: ClosedRange<Double>) -> Double {
    range.lowerBound + (range.upperBound - range.lowerBound) * Double((k &* 7_919_191) % 1_000_003) / 1_000_003
  }

  @Test func sameBitsWithin() {
    for k in 0..<20_000 {
      let x = spread(k, -87...87), y = spread(k, -700...700)
      let f = FloatLanes(repeating: Float(x)), d = DoubleLanes(repeating: y)
      #expect(Elementary.expNormal(f)[0] == Elementary.exp(f)[0])
      #expect(Elementary.expNormal(d)[0] == Elementary.exp(d)[0])
      let e = Elementary.exp(f), g = Elementary.exp(d)
      #expect(Elementary.logNormal(e)[0] == Elementary.log(e)[0])
      #expect(Elementary.logNormal(g)[0] == Elementary.log(g)[0])
    }
  }

  @Test func endsBeyond() {
    #expect(Elementary.expNormal(FloatLanes(repeating: -500))[0] == Elementary.expNormal(FloatLanes(repeating: -87))[0])
    #expect(Elementary.expNormal(DoubleLanes(repeating: 5000))[0] == Elementary.expNormal(DoubleLanes(repeating: 708))[0])
    #expect(Elementary.expNormal(DoubleLanes(repeating: -.infinity))[0] > 0)
  }

  /// 2e-15, as promised: 9e-16 of the fit and a few roundings.
  @Test func arcsine() {
    for k in 0..<20_000 {
      let x = spread(k, 0...1)
      #expect(abs(DoubleLanes.asin(DoubleLanes(repeating: x))[0] - Glibc.asin(x)) < 2e-15)
      let y = Float(x)
      #expect(abs(FloatLanes.asin(FloatLanes(repeating: y))[0] - Glibc.asinf(y)) < 3e-7)
    }
    #expect(DoubleLanes.asin(DoubleLanes(repeating: 1))[0] == Double.pi / 2)
  }
}
