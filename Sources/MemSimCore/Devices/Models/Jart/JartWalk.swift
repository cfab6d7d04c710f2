import CMemSimSIMD

/// Cycle to cycle: a multiplicative random walk, one step at every change of polarity. The bounds of N move at once; r and
/// l are approached as N goes from where the half-cycle began to the bound ahead.
///
/// Source: Bengel et al., IEEE TCAS-I 67, 4618 (2020); steps and ranges of the JART VCM v1b User Guide, table 4.1.
struct JartWalk: @unchecked Sendable {
  /// What r and l still gain on the way to the bound [m].
  let growthR, growthL: Plane<Float>
  /// ln N where the half-cycle began.
  let origin: Plane<Float>
  /// Changes of polarity so far.
  let halfCycle: Plane<UInt32>

  private static let purpose: UInt32 = 0x4a56_0002

  @inline(__always)
  func load(_ index: Int, _ volts: WideLanes, into block: inout JartBlock) {
    block.walks = true
    (block.growthR, block.growthL) = (WideLanes(growthR[index]), WideLanes(growthL[index]))
    block.origin = WideLanes(origin[index])
    let bound = WideLanes.select(JartMotion.isSet(volts).wide, block.most, block.least)
    let way = WideLanes.expm1(bound - block.origin)
    // From the bound itself there is no way, and r and l stay.
    let none = WideLanes.less(WideLanes.abs(way), WideLanes(repeating: 1e-6))
    block.span = WideLanes.select(none, WideLanes(repeating: 0), 1 / way)
  }

  /// Begins the half-cycle of the cells that `turned`, with `before` the voltages of the one that ends; for those at
  /// their `first` voltage nothing is drawn.
  @inline(never)
  func begin(
    _ index: Int, _ planes: JartSpreadPlanes, _ spread: JartSpread, _ logarithm: WideLanes, before: FloatLanes,
    turned: IntLanes, first: IntLanes
  ) {
    if any(turned) { step(index, planes, spread, logarithm, before, turned) }
    origin[index] = ms_select_f(turned | first, logarithm.floats, origin[index])
  }

  @inline(__always)
  private func step(
    _ index: Int, _ planes: JartSpreadPlanes, _ spread: JartSpread, _ logarithm: WideLanes, _ before: FloatLanes,
    _ turned: IntLanes
  ) {
    let cycle = halfCycle[index] &+ 1
    let words = JartWords.draw(index, cycle, JartWalk.purpose, spread.key)
    halfCycle[index] = ms_select_u(turned, cycle, halfCycle[index])
    let bound = WideLanes.select(ms_less_f(before, .zero).wide, planes.most[index], planes.least[index]).floats
    let share = JartShape.confined(Elementary.expm1(logarithm.floats - origin[index]) * span(index, bound: bound))
    grow(index, planes.r, growthR, spread.r, words.0, share, turned)
    grow(index, planes.l, growthL, spread.l, words.1, share, turned)
    shift(index, planes.least, spread.least, words.2, turned)
    shift(index, planes.most, spread.most, words.3, turned)
  }

  /// 1/(N_bound/N_old - 1); 0 from the bound itself, where there is no way.
  @inline(__always)
  func span(_ index: Int, bound: FloatLanes) -> FloatLanes {
    let way = Elementary.expm1(bound - origin[index])
    return ms_select_f(ms_less_f(ms_abs_f(way), FloatLanes(repeating: 1e-6)), .zero, 1 / way)
  }

  /// step (-1...1).
  @inline(__always)
  private func change(_ words: WordLanes, _ step: Double) -> FloatLanes { (2 * Uniform.float(words) - 1) * Float(step) }

  /// The target of the half-cycle that ends takes a step; what the cell has reached is where the next one starts.
  @inline(__always)
  private func grow(
    _ index: Int, _ start: Plane<Double>, _ growth: Plane<Float>, _ varied: JartVaried, _ words: WordLanes,
    _ share: FloatLanes, _ mask: IntLanes
  ) {
    let target = start[index] + WideLanes(growth[index])
    let reached = start[index] + WideLanes(share * growth[index])
    let next = varied.clamped(target.addingProduct(target, WideLanes(change(words, varied.step))))
    growth[index] = ms_select_f(mask, (next - reached).floats, growth[index])
    start[index] = WideLanes.select(mask.wide, reached, start[index])
  }

  /// A step of ln N_min or ln N_max.
  @inline(__always)
  private func shift(_ index: Int, _ bound: Plane<Double>, _ varied: JartVaried, _ words: WordLanes, _ mask: IntLanes) {
    let next = bound[index] + WideLanes(Elementary.log1p(change(words, varied.step)))
    let range = varied.logarithms
    let inside = WideLanes.clamp(next, WideLanes(repeating: range.lowerBound), WideLanes(repeating: range.upperBound))
    bound[index] = WideLanes.select(mask.wide, inside, bound[index])
  }
}
