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

  /// Whether they have inverses, and what is lacked is more than `rounding` of what is held.
  func invert(_ rounding: Double) -> Bool {
    let n = lacked.n
    guard held.factor(), lacked.factor() else { return false }
    for i in 0..<n where !(lacked[i, i] * lacked[i, i] > rounding * held[i, i] * held[i, i]) { return false }
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
