import Glibc
import MemSimCore
import Testing

/// Arguments where a function's value is exact, infinite or NaN: the bits must be libm's, signs of zero included.
@Suite struct ElementarySpecialTests {
  static let arguments: [Double] = [
    0, -0.0, .infinity, -.infinity, .nan, 1, -1, -2, 1e300, -1e300, 0x1p-1074, -0x1p-1074, 0x1p-149, -0x1p-149,
  ]

  @Test(arguments: arguments) func floats(_ x: Double) {
    let x = Float(x), v = FloatLanes(repeating: x)
    expect(Elementary.exp(v)[3], expf(x), x)
    expect(Elementary.expm1(v)[3], expm1f(x), x)
    expect(Elementary.exp10(v)[3], Float(pow(10, Double(x))), x)
    expect(Elementary.log(v)[3], logf(x), x)
    expect(Elementary.log1p(v)[3], log1pf(x), x)
    expect(Elementary.tanh(v)[3], tanhf(x), x)
    expect(Elementary.sincos(v).sin[3], sinf(x), x)
    expect(Elementary.sincos(v).cos[3], cosf(x), x)
  }

  @Test(arguments: arguments) func doubles(_ x: Double) {
    let v = DoubleLanes(repeating: x)
    expect(Elementary.exp(v)[3], Glibc.exp(x), x)
    expect(Elementary.expm1(v)[3], Glibc.expm1(x), x)
    expect(Elementary.exp10(v)[3], Glibc.pow(10, x), x)
    expect(Elementary.log(v)[3], Glibc.log(x), x)
    expect(Elementary.log1p(v)[3], Glibc.log1p(x), x)
    expect(Elementary.tanh(v)[3], Glibc.tanh(x), x)
    expect(Elementary.sincos(v).sin[3], Glibc.sin(x), x)
    expect(Elementary.sincos(v).cos[3], Glibc.cos(x), x)
  }

  @Test func powers() {
    let bases = [0, .infinity, .nan, 1, 2, 0.5, 0x1p-1074, 1e300] as [Double]
    let exponents = [0, -0.0, .infinity, -.infinity, .nan, 1, -1, 2, -2, 1e300, -1e300, 0x1p-1074] as [Double]
    for x in bases {
      for y in exponents {
        let double = Elementary.pow(DoubleLanes(repeating: x), DoubleLanes(repeating: y))
        expect(double[5], Glibc.pow(x, y), x)
        let float = Elementary.pow(FloatLanes(repeating: Float(x)), FloatLanes(repeating: Float(y)))
        expect(float[5], powf(Float(x), Float(y)), Float(x))
      }
    }
  }

  /// Where libm's value is 0, infinite, NaN, +-1 or x itself, so must ours be.
  private func expect<T: BinaryFloatingPoint>(_ got: T, _ want: T, _ x: T) {
    if want.isFinite, want != 0, abs(want) != 1, want != x { return }
    #expect(sameNumber(got, want), "at \(x)")
  }

  private func sameNumber<T: BinaryFloatingPoint>(_ a: T, _ b: T) -> Bool {
    (a == b && a.sign == b.sign) || (a.isNaN && b.isNaN)
  }
}
