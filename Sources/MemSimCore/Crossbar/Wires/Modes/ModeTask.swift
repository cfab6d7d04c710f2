/// Sweeps word lines for a mode h of theirs: by rows, h' D h of it and earlier modes, and what of it solutions lack,
/// h' D (h - T_w^-1 D h).
struct ModeTask<Scalar: WireScalar>: RowTask {
  typealias Numbers = UnsafeMutablePointer<Scalar>

  let factors: WireFactors<Scalar>
  let modes: WireModes<Scalar>
  let mode: Int
  /// Of rows on their way.
  let sums: Numbers
  let matrices: ModeMatrices

  /// Elements of sums: of a row, two vectors a mode.
  static var sums: Int { WordSweep<Scalar>.together * sumsOfRow }
  private static var sumsOfRow: Int { 2 * LineModes.count * WireShape.width }

  init(
    factors: WireFactors<Scalar>, modes: WireModes<Scalar>, mode: Int, sums: Numbers, matrices: ModeMatrices
  ) {
    (self.factors, self.modes, self.mode, self.sums, self.matrices) = (factors, modes, mode, sums, matrices)
    sums.update(repeating: 0, count: ModeTask.sums)
  }

  private var width: Int { factors.shape.paddedColumns }

  @inline(__always)
  func source(_ at: Int, row: Int) -> SIMD16<Scalar> {
    factors.g.vector(at) * modes.word.vector(mode &* width &+ at &- row &* width)
  }

  @inline(__always)
  func take(_ x: SIMD16<Scalar>, _ at: Int, row: Int, _ carry: inout Void) {
    let k = at &- row &* width
    let (g, h) = (factors.g.vector(at), modes.word.vector(mode &* width &+ k))
    let (held, lacked) = (g * h, g * (h - x))
    let sums = sums + (row % WordSweep<Scalar>.together) &* ModeTask.sumsOfRow
    for m in 0...mode {
      let (other, place) = (modes.word.vector(m &* width &+ k), 2 &* m &* WireShape.width)
      sums.set(place, sums.vector(place).addingProduct(held, other))
      sums.set(place &+ WireShape.width, sums.vector(place &+ WireShape.width).addingProduct(lacked, other))
    }
    if k == 0 { end(row, sums) }
  }

  /// A row's sums count by what bit lines' modes are there.
  private func end(_ row: Int, _ sums: Numbers) {
    for m in 0...mode {
      let place = 2 * m * WireShape.width
      let (held, lacked) = (Scalar.wide(sums.vector(place)).sum(), Scalar.wide(sums.vector(place + WireShape.width)).sum())
      matrices.add(mode, m, modes.bitModes(row), held: held, lacked: lacked)
    }
    sums.update(repeating: 0, count: ModeTask.sumsOfRow)
  }

  @inline(__always)
  func carry(_ k: Int, to row: Int) {}
  @inline(__always)
  func keep(_ carry: Void, _ k: Int) {}
}
