import CMemSimSIMD

/// A block of cells as the equations see them.
struct JartBlock: Sendable {
  /// ln N, without the vacancies that hop in and out.
  var logarithm: WideLanes
  /// ln of the bounds of N.
  var least, most: WideLanes
  /// m, at `origin`.
  var r, l: WideLanes
  /// How much r and l still change on the way from `origin` (ln N) to the bound ahead: gradual transfer within a half-cycle.
  var growthR, growthL, origin, span: WideLanes
  var walks = false
  /// Vacancies in the disc above the mean.
  var jump: WideLanes
  var hops = false
  /// Of the nominal geometry; used if all cells have it.
  var shared: JartWideGeometry?

  /// Geometry and N at a given ln N.
  @inline(__always)
  func seen(_ physics: JartPhysics, at logarithm: WideLanes, _ drift: WideLanes) -> (JartWideGeometry, WideLanes) {
    if let shared, !hops { return (shared, drift) }
    let (r, l) = size(at: logarithm)
    let geometry = JartWideGeometry(physics, r: r, l: l)
    return (geometry, hops ? occupied(physics, drift, r, l) : drift)
  }

  /// One lane's cell in every lane.
  func single(_ lane: Int) -> JartBlock {
    func all(_ lanes: WideLanes) -> WideLanes { WideLanes(repeating: lanes[lane]) }
    return JartBlock(
      logarithm: all(logarithm), least: all(least), most: all(most), r: all(r), l: all(l), growthR: all(growthR),
      growthL: all(growthL), origin: all(origin), span: all(span), walks: walks, jump: all(jump), hops: hops, shared: shared)
  }

  /// r and l at a given ln N: r + w (r_target - r) with w = (N - N_old)/(N_bound - N_old).
  @inline(__always)
  func size(at logarithm: WideLanes) -> (r: WideLanes, l: WideLanes) {
    guard walks else { return (r, l) }
    let share = WideLanes.expm1(logarithm - origin) * span
    let weight = WideLanes.atMost(WideLanes.atLeast(share, WideLanes(repeating: 0)), WideLanes(repeating: 1))
    return (r.addingProduct(weight, growthR), l.addingProduct(weight, growthL))
  }

  /// N with the vacancies that hopped in, unless too few are left to hop out.
  @inline(__always)
  private func occupied(_ physics: JartPhysics, _ drift: WideLanes, _ r: WideLanes, _ l: WideLanes) -> WideLanes {
    let volume = 2 * physics.piHalf * r * r * l * 1e26
    let sum = drift + jump / volume
    let scarce = WideLanes.less(sum, WideLanes.exp(least)) & WideLanes.less(jump, WideLanes(repeating: 0))
    return WideLanes.select(scarce, drift, sum)
  }
}
