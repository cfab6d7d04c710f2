/// Fields of an iteration.
struct WireNumbers<Scalar: WireScalar> {
  typealias Numbers = UnsafeMutablePointer<Scalar>

  /// z and the direction p, b, and what is half way through the bit lines.
  let z, p, b, f: Numbers
  /// What is missing, V, and what it counts by, 1/V.
  let missing: Field
  var unit = 1.0
  /// Four times a line's; what rounding loses of f in its last row.
  let lines, lost: Numbers
  let wordLeftover, bitLeftover: Numbers

  static func elements(_ shape: WireShape) -> Int {
    4 * shape.spaced + shape.paddedRows + 6 * shape.paddedColumns
  }

  init(_ shape: WireShape, missing: Field, _ memory: Numbers) {
    self.missing = missing
    var scratch = Scratch(at: UnsafeMutableRawPointer(memory))
    func take(_ count: Int) -> Numbers { scratch.take(Scalar.self, count) }
    (z, p, b, f) = (take(shape.spaced), take(shape.spaced), take(shape.spaced), take(shape.spaced))
    (lines, lost) = (take(4 * shape.paddedColumns), take(shape.paddedColumns))
    (wordLeftover, bitLeftover) = (take(shape.paddedRows), take(shape.paddedColumns))
  }

  @inline(__always)
  func eps(_ at: Int) -> SIMD16<Scalar> { Scalar.lanes(missing.vector(at) * unit) }

  /// Goes on down the bit lines, f_i = c_i (f_(i-1) + y_i): where losses are kept, with what its rounding loses.
  @inline(__always)
  func descend(_ y: SIMD16<Scalar>, _ factors: WireFactors<Scalar>, _ at: Int, _ row: Int) {
    let width = factors.shape.paddedColumns
    let (k, c) = (at &- row &* width, factors.bit.vector(at))
    guard row > 0 else {
      lost.set(k, .zero)
      return f.set(at, WireFactors.passed(y, c))
    }
    let above = f.vector(at &- width)
    guard Scalar.keepsLoss else { return f.set(at, c * (above + y)) }
    let added = y + lost.vector(k)
    let change = added.addingProduct(c, above + added)
    let sum = above + change
    f.set(at, sum)
    lost.set(k, change - (sum - above))
  }

  /// Adds a row's leftover current to its last column.
  @inline(__always)
  func loaded(_ y: SIMD16<Scalar>, _ shape: WireShape, _ at: Int, _ row: Int) -> SIMD16<Scalar> {
    guard wordLeftover[row] != 0, at == (row &+ 1) &* shape.paddedColumns &- WireShape.width else { return y }
    var sum = y
    sum[WireShape.width &- 1] += wordLeftover[row]
    return sum
  }
}
