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

/// W' T_b W and W' A W of `WireModes`.
struct ModeMatrices {
  private let held, lacked: Cholesky

  /// - Parameter memory: 2 n n.
  init(_ n: Int, _ memory: Field) {
    memory.update(repeating: 0, count: 2 * n * n)
    (held, lacked) = (Cholesky(n, memory), Cholesky(n, memory + n * n))
  }

  /// Adds f f' times what modes l and m of word lines have there.
  func add(_ l: Int, _ m: Int, _ f: LineModes.Modes, held: Double, lacked: Double) {
    let n = LineModes.count
    for k in 0..<n {
      self.held.add(f * (f[k] * held), l * n + k, m * n)
      self.lacked.add(f * (f[k] * lacked), l * n + k, m * n)
    }
  }

  /// The bit lines' segments' part of both.
  func begin<Scalar>(_ factors: WireFactors<Scalar>, _ modes: WireModes<Scalar>) {
    let last = factors.shape.rows - 1
    for l in 0..<LineModes.count {
      for m in 0...l {
        let segment = modes.product(l, m, factors.bitSegment)
        for i in 0..<last {
          add(l, m, modes.bitModes(i) - modes.bitModes(i + 1), held: segment, lacked: segment)
        }
        let end = modes.product(l, m, factors.bitLast)
        add(l, m, modes.bitModes(last), held: end, lacked: end)
      }
    }
  }

  /// Of what the first mode holds, what comes back to it through the other lines.
  var shared: Double { 1 - lacked[0, 0] / held[0, 0] }

  /// Whether they have inverses.
  func invert() -> Bool {
    guard held.factor(), lacked.factor() else { return false }
    held.invertFactor()
    lacked.invertFactor()
    return true
  }

  /// An element of (W' A W)^-1 - (W' T_b W)^-1.
  func coupling(_ i: Int, _ j: Int) -> Double { lacked.inverse(i, j) - held.inverse(i, j) }
}

extension Cholesky {
  /// Adds to four elements of a row, from a multiple of four on.
  @inline(__always)
  fileprivate func add(_ x: SIMD4<Double>, _ row: Int, _ column: Int) {
    let at = UnsafeMutableRawPointer(base.advanced(by: row &* n &+ column))
    at.storeBytes(of: at.load(as: SIMD4<Double>.self) + x, as: SIMD4<Double>.self)
  }
}
