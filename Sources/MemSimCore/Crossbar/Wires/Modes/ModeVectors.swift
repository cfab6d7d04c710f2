/// The bit lines' modes at a row, a number each in all lanes.
struct ModesOfRow<Scalar: WireScalar> {
  fileprivate let a, b, c, d: SIMD16<Scalar>

  @inline(__always)
  init() { (a, b, c, d) = (.zero, .zero, .zero, .zero) }

  @inline(__always)
  init(_ modes: WireModes<Scalar>, _ row: Int) {
    let at = modes.bit + row &* WireModes<Scalar>.ofLine
    (a, b) = (SIMD16(repeating: at[0]), SIMD16(repeating: at[1]))
    (c, d) = (SIMD16(repeating: at[2]), SIMD16(repeating: at[3]))
  }
}

/// Of a row and the next one.
struct ModesOfRows<Scalar: WireScalar> {
  private let first, second: ModesOfRow<Scalar>

  @inline(__always)
  init() { (first, second) = (ModesOfRow(), ModesOfRow()) }

  @inline(__always)
  init(_ modes: WireModes<Scalar>, _ row: Int) {
    (first, second) = (ModesOfRow(modes, row), ModesOfRow(modes, row &+ 1))
  }

  @inline(__always)
  func times(_ y: ModeVectors<Scalar>) -> (SIMD16<Scalar>, SIMD16<Scalar>) { (y.times(first), y.times(second)) }
}

/// A vector of columns before each of the bit lines' modes.
struct ModeVectors<Scalar: WireScalar> {
  private var a, b, c, d: SIMD16<Scalar>

  @inline(__always)
  init() { (a, b, c, d) = (.zero, .zero, .zero, .zero) }

  /// `width` apart.
  @inline(__always)
  init(_ at: UnsafeMutablePointer<Scalar>, _ width: Int) {
    (a, b, c, d) = (at.vector(0), at.vector(width), at.vector(2 &* width), at.vector(3 &* width))
  }

  @inline(__always)
  func keep(_ at: UnsafeMutablePointer<Scalar>, _ width: Int) {
    at.set(0, a)
    at.set(width, b)
    at.set(2 &* width, c)
    at.set(3 &* width, d)
  }

  @inline(__always)
  mutating func add(_ x: SIMD16<Scalar>, _ row: ModesOfRow<Scalar>) {
    a.addProduct(x, row.a)
    b.addProduct(x, row.b)
    c.addProduct(x, row.c)
    d.addProduct(x, row.d)
  }

  @inline(__always)
  fileprivate func times(_ row: ModesOfRow<Scalar>) -> SIMD16<Scalar> {
    (a * row.a).addingProduct(b, row.b) + (c * row.c).addingProduct(d, row.d)
  }
}
