/// A vector for each of the bit lines' modes.
struct ModeVectors<Scalar: WireScalar> {
  private var a, b, c, d: SIMD16<Scalar>

  @inline(__always)
  init() { (a, b, c, d) = (.zero, .zero, .zero, .zero) }

  /// Of columns: vectors `width` apart.
  @inline(__always)
  init(_ at: UnsafeMutablePointer<Scalar>, _ width: Int) {
    (a, b, c, d) = (at.vector(0), at.vector(width), at.vector(2 &* width), at.vector(3 &* width))
  }

  /// The modes at a row, a number each in all lanes.
  @inline(__always)
  init(_ modes: WireModes<Scalar>, row: Int) {
    let at = modes.bit + row &* WireModes<Scalar>.ofLine
    (a, b) = (SIMD16(repeating: at[0]), SIMD16(repeating: at[1]))
    (c, d) = (SIMD16(repeating: at[2]), SIMD16(repeating: at[3]))
  }

  @inline(__always)
  func keep(_ at: UnsafeMutablePointer<Scalar>, _ width: Int) {
    at.set(0, a)
    at.set(width, b)
    at.set(2 &* width, c)
    at.set(3 &* width, d)
  }

  /// Adds x by the modes at a row.
  @inline(__always)
  mutating func add(_ x: SIMD16<Scalar>, _ row: ModeVectors) {
    a.addProduct(x, row.a)
    b.addProduct(x, row.b)
    c.addProduct(x, row.c)
    d.addProduct(x, row.d)
  }

  /// Sum over the modes of products.
  @inline(__always)
  func times(_ row: ModeVectors) -> SIMD16<Scalar> {
    (a * row.a).addingProduct(b, row.b) + (c * row.c).addingProduct(d, row.d)
  }
}

/// What modes add to z on a row and the next one; nothing where there are none.
struct ModesOfRows<Scalar: WireScalar> {
  private let modes: WireModes<Scalar>
  private let columns: UnsafeMutablePointer<Scalar>
  private let arePresent: Bool
  private var first = ModeVectors<Scalar>(), second = ModeVectors<Scalar>()

  /// - Parameter columns: what `WireModes` gives out.
  @inline(__always)
  init(_ modes: WireModes<Scalar>, columns: UnsafeMutablePointer<Scalar>, arePresent: Bool) {
    (self.modes, self.columns, self.arePresent) = (modes, columns, arePresent)
  }

  @inline(__always)
  mutating func begin(_ row: Int) {
    if arePresent { (first, second) = (ModeVectors(modes, row: row), ModeVectors(modes, row: row &+ 1)) }
  }

  @inline(__always)
  func added(_ k: Int) -> (SIMD16<Scalar>, SIMD16<Scalar>) {
    guard arePresent else { return (.zero, .zero) }
    let y = ModeVectors(columns + k, modes.shape.paddedColumns)
    return (y.times(first), y.times(second))
  }
}
