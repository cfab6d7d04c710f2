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
  let spread: JartSpread

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

  /// Begins the half-cycle of the cells that `turned`; for those at their `first` voltage nothing is drawn. `ended` is the
  /// block in the half-cycle before.
  @inline(never)
  func begin(
    _ index: Int, _ planes: JartSpreadPlanes, _ ended: JartBlock, turned: IntLanes, first: IntLanes
  ) {
    origin[index] = ms_select_f(turned | first, ended.logarithm.floats, origin[index])
    if !any(turned) { return }
    let reached = ended.size(at: ended.logarithm)
    let cycle = halfCycle[index] &+ 1
    let words = JartWords.draw(index, cycle, JartWalk.purpose, spread.key)
    halfCycle[index] = ms_select_u(turned, cycle, halfCycle[index])
    grow(index, planes.r, growthR, spread.r, words.0, reached.r, turned)
    grow(index, planes.l, growthL, spread.l, words.1, reached.l, turned)
    step(index, planes.least, spread.least, words.2, turned)
    step(index, planes.most, spread.most, words.3, turned)
  }

  /// 1 + step (-1...1).
  @inline(__always)
  private func factor(_ words: WordLanes, _ step: Double) -> WideLanes {
    WideLanes(repeating: 1).addingProduct(WideLanes(2 * Uniform.float(words) - 1), WideLanes(repeating: step))
  }

  @inline(__always)
  private func grow(
    _ index: Int, _ start: Plane<Double>, _ growth: Plane<Float>, _ varied: JartVaried, _ words: WordLanes,
    _ reached: WideLanes, _ mask: IntLanes
  ) {
    let target = varied.clamped((start[index] + WideLanes(growth[index])) * factor(words, varied.step))
    growth[index] = ms_select_f(mask, (target - reached).floats, growth[index])
    start[index] = WideLanes.select(mask.wide, reached, start[index])
  }

  @inline(__always)
  private func step(_ index: Int, _ bound: Plane<Double>, _ varied: JartVaried, _ words: WordLanes, _ mask: IntLanes) {
    let next = varied.clamped(WideLanes.exp(bound[index]) * factor(words, varied.step))
    bound[index] = WideLanes.select(mask.wide, WideLanes.log(next), bound[index])
  }
}
