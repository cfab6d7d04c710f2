import CMemSimSIMD

/// Radius and length of a block in -1...1 of their scales, along a half-cycle.
struct JartShape {
  /// Whether they change on the way.
  let walks: Bool
  /// Where the half-cycle began, and what is gained to its end.
  let p, q, growthP, growthQ: FloatLanes
  /// ln N_old, and 1/(N_bound/N_old - 1), 0 where there is no way.
  let origin, span: FloatLanes

  /// Of cells that stay as they are.
  @inline(__always)
  init(p: FloatLanes, q: FloatLanes) {
    (walks, self.p, self.q) = (false, p, q)
    (growthP, growthQ, origin, span) = (.zero, .zero, .zero, .zero)
  }

  /// Of cells on the way to `bound` (ln N).
  @inline(__always)
  init(p: FloatLanes, q: FloatLanes, _ index: Int, _ walk: JartWalk, _ kernel: JartTrainingKernel, bound: FloatLanes) {
    (walks, self.p, self.q) = (true, p, q)
    growthP = walk.growthR[index] * Float(kernel.radius.perHalf)
    growthQ = walk.growthL[index] * Float(kernel.length.perHalf)
    (origin, span) = (walk.origin[index], walk.span(index, bound: bound))
  }

  /// (N - N_old)/(N_bound - N_old) at ln N; cells elsewhere are beyond 0...1.
  @inline(__always)
  func share(_ logarithm: FloatLanes) -> FloatLanes { walks ? Elementary.expm1(logarithm - origin) * span : .zero }

  /// How much more it is a way of up to 0.75 in ln N ahead.
  @inline(__always)
  func gain(from share: FloatLanes, _ way: FloatLanes) -> FloatLanes {
    let cubic = FloatLanes(repeating: 0.5).addingProduct(way, FloatLanes(repeating: 1.0 / 6))
    return (share + span) * way.addingProduct(way * way, cubic)
  }

  /// Radius and length to gain per ln N ahead.
  @inline(__always)
  func growth(at share: FloatLanes) -> (p: FloatLanes, q: FloatLanes) {
    let along = ms_select_f(ms_less_f(.zero, share) & ms_less_f(share, FloatLanes(repeating: 1)), share + span, .zero)
    return (along * growthP, along * growthQ)
  }

  @inline(__always)
  func at(_ share: FloatLanes) -> (p: FloatLanes, q: FloatLanes) {
    if !walks { return (p, q) }
    let share = JartShape.confined(share)
    return (p.addingProduct(share, growthP), q.addingProduct(share, growthQ))
  }

  @inline(__always)
  static func confined(_ share: FloatLanes) -> FloatLanes {
    ms_at_most_f(ms_at_least_f(share, .zero), FloatLanes(repeating: 1))
  }
}
