/// The modes of a crossbar that word and bit lines share most: products W of the lowest ones of its mean word line and its
/// mean bit line. The iteration's preconditioner solves the system on them, so that it need not find them.
///
/// With A = T_b - D T_w^-1 D: M^-1 = T_b^-1 + W E W', E = (W' A W)^-1 - (W' T_b W)^-1. Of vectors of W it is the inverse of
/// A but for what leaves W; whatever W is, it is symmetric and positive definite. (Coarse subspaces of conjugate
/// gradients: R. A. Nicolaides, SIAM J. Numer. Anal. 24, 355, 1987, there as a projection.)
struct WireModes<Scalar: WireScalar> {
  typealias Numbers = UnsafeMutablePointer<Scalar>

  /// Modes of each line, and of the crossbar.
  static var ofLine: Int { LineModes.count }
  static var all: Int { ofLine * ofLine }

  let shape: WireShape
  /// [ofLine x paddedColumns], and [rows x ofLine] with rows of 0 after the last.
  let word, bit: Numbers
  /// E [all x all], mode k of bit lines and l of word lines at l ofLine + k; 0 if there are none.
  let coupling: Numbers

  static func elements(_ shape: WireShape) -> Int {
    ofLine * (rows(shape) + shape.paddedColumns) + all * all
  }

  static func rows(_ shape: WireShape) -> Int { shape.paddedRows + WireShape.width }

  /// Doubles of scratch for `update`.
  static func scratch(_ shape: WireShape) -> Int {
    let lines = 2 * WordSweep<Double>.together * shape.paddedColumns
    return max(LineModes.scratch(shape.rows), LineModes.scratch(shape.columns), lines + ModeTask<Double>.sums + 2 * all * all)
  }

  init(_ shape: WireShape, _ memory: Numbers) {
    self.shape = shape
    var scratch = Scratch(at: UnsafeMutableRawPointer(memory))
    word = scratch.take(Scalar.self, WireModes.ofLine * shape.paddedColumns)
    bit = scratch.take(Scalar.self, WireModes.ofLine * WireModes.rows(shape))
    coupling = scratch.take(Scalar.self, WireModes.all * WireModes.all)
  }

  /// Whether there are any worth their while.
  var isPresent: Bool { coupling[0] > 0 }

  /// From W' T_b z, summed over rows [ofLine x paddedColumns], W E W' T_b z before bit lines' modes; returns the energy
  /// that it adds to z.
  func correct(_ sums: Numbers, _ out: Numbers) -> Double {
    let (n, width) = (WireModes.ofLine, shape.paddedColumns)
    var s = WideLanes.zero
    for k in 0..<n { fill(&s, k, sums + k * width) }
    var e = WideLanes.zero
    for at in 0..<WireModes.all { e.addProduct(Scalar.wide(coupling.vector(at * WireModes.all)), WideLanes(repeating: s[at])) }
    for k in 0..<n {
      shape.forward { j in
        var y = SIMD16<Scalar>.zero
        for l in 0..<n { y.addProduct(word.vector(l &* width &+ j), SIMD16(repeating: Scalar(e[l * n + k]))) }
        out.set(k &* width &+ j, y)
      }
    }
    return (s * e).sum()
  }

  /// Modes of bit lines at a row.
  func bitModes(_ row: Int) -> LineModes.Modes {
    let at = bit + row * WireModes.ofLine
    return LineModes.Modes(Double(at[0]), Double(at[1]), Double(at[2]), Double(at[3]))
  }

  /// Sum over columns of modes l and m of word lines by x.
  func product(_ l: Int, _ m: Int, _ x: Numbers) -> Double {
    let (a, b) = (word + l * shape.paddedColumns, word + m * shape.paddedColumns)
    var sum = WideLanes.zero
    shape.forward { j in sum += Scalar.wide(a.vector(j) * b.vector(j)) * Scalar.wide(x.vector(j)) }
    return sum.sum()
  }

  /// Sums of x by word lines' modes.
  private func fill(_ s: inout WideLanes, _ k: Int, _ x: Numbers) {
    let width = shape.paddedColumns
    var (a, b, c, d) = (SIMD16<Scalar>.zero, SIMD16<Scalar>.zero, SIMD16<Scalar>.zero, SIMD16<Scalar>.zero)
    var j = 0
    while j < width {
      let x = x.vector(j)
      a.addProduct(x, word.vector(j))
      b.addProduct(x, word.vector(width &+ j))
      c.addProduct(x, word.vector(2 &* width &+ j))
      d.addProduct(x, word.vector(3 &* width &+ j))
      j &+= WireShape.width
    }
    let n = WireModes.ofLine
    (s[k], s[n + k], s[2 * n + k], s[3 * n + k]) = (
      Scalar.wide(a).sum(), Scalar.wide(b).sum(), Scalar.wide(c).sum(), Scalar.wide(d).sum())
  }
}
