import CMemSimSIMD

/// The planes of many cells and what a voltage does to them: SET, RESET, the next cycle. Plain values and addresses
/// only, so that loops over blocks neither count references nor call.
package struct SynaptogenKernel: @unchecked Sendable {
  let constants: SynaptogenConstants
  /// Mixture weight.
  let r: Plane<Float>
  /// Voltage above which the next RESET acts [V].
  let threshold: Plane<Float>
  /// Features of the current cycle: HRS [ohm], US [V], LRS [ohm], UR [V].
  let hrs, us, lrs, ur: Plane<Float>
  /// RESET transition of the current cycle, a |Umax - U|^eta + c [A].
  let a, c: Plane<Float>
  let cycle: Plane<UInt32>
  /// Bit 0: in HRS; bit 1: in LRS; neither: in between.
  let flags: Plane<UInt8>
  /// mu and sigma, [block][8][16].
  let device: UnsafeMutablePointer<FloatLanes>
  let history: SynaptogenHistory
  /// Lag matrices, [phase p][slot p][4][4].
  let lags: UnsafePointer<Float>

  static let highFlag: UInt8 = 1
  static let lowFlag: UInt8 = 2

  /// -1 for the cells of a block in HRS.
  @inline(__always)
  func high(_ block: Int) -> IntLanes { has(SynaptogenKernel.highFlag, block) }

  /// -1 for the cells of a block in LRS.
  @inline(__always)
  func low(_ block: Int) -> IntLanes { has(SynaptogenKernel.lowFlag, block) }

  @inline(__always)
  private func has(_ flag: UInt8, _ block: Int) -> IntLanes { ms_nonzero_u8(flags[block] & flag) }

  /// Cycle 0 of every cell of a block, given its history: in HRS.
  func begin(_ block: Int) {
    cycle[block] = .zero
    storeFeatures(block, history.load(block, slot: 0), where: IntLanes(repeating: -1))
    r[block] = constants.mixture(ofResistance: hrs[block])
    threshold[block] = ur[block]
    flags[block] = SIMD16(repeating: SynaptogenKernel.highFlag)
  }

  /// One voltage sample for the cells of a block.
  /// All conditions are on the state before the call. The SET condition includes equality, the RESET's does not.
  @inline(__always)
  package func pulse(_ block: Int, _ u: FloatLanes, where active: IntLanes, draw: some CycleNormals) {
    let (inHigh, inLow) = (high(block), low(block))
    let set = active & ~inLow & ms_less_equal_f(u, us[block])
    let reset = active & ~inHigh & ms_less_f(threshold[block], u)
    if !any(set | reset) { return }
    if any(set) { applySet(block, where: set) }
    let full = reset & ms_less_equal_f(FloatLanes(repeating: constants.fullReset), u)
    if any(reset) {
      let new = reset & inLow
      if any(new) { beginCycle(block, where: new, partial: ~full, draw: draw) }
      applyReset(block, u, where: reset, full: full)
    }
    let low = (inLow | set) & ~reset
    let high = ((inHigh & ~set) | full)
    flags[block] = (ms_narrow_u8(high) & SynaptogenKernel.highFlag) | (ms_narrow_u8(low) & SynaptogenKernel.lowFlag)
  }

  @inline(__always)
  private func applySet(_ block: Int, where set: IntLanes) {
    r[block] = ms_select_f(set, constants.mixture(ofResistance: lrs[block]), r[block])
    threshold[block] = ms_select_f(set, ur[block], threshold[block])
  }

  /// Full RESETs reach the new cycle's HRS, partial ones the transition curve.
  @inline(__always)
  private func applyReset(_ block: Int, _ u: FloatLanes, where reset: IntLanes, full: IntLanes) {
    var mixture = constants.mixture(ofResistance: hrs[block])
    if any(reset & ~full) {
      let reach = ms_abs_f(FloatLanes(repeating: constants.fullReset) - u)
      let current = c[block].addingProduct(a[block], power(reach))
      let low = constants.lowCurrent(u)
      mixture = ms_select_f(full, mixture, (current - low) / (constants.highCurrent(u) - low))
    }
    r[block] = ms_select_f(reset, mixture, r[block])
    threshold[block] = ms_select_f(reset, u, threshold[block])
  }

  /// Draws the next cycle where `new`; where `partial` too, fits the transition that leaves the LRS curve at the old
  /// threshold and reaches the new HRS curve, with zero slope, at Umax.
  @inline(__always)
  private func beginCycle(_ block: Int, where new: IntLanes, partial: IntLanes, draw: some CycleNormals) {
    prefetchDevice(block &+ 3)
    let next = cycle[block] &+ 1
    let innovation = innovations(draw.normals(block, cycle: next))
    advance(block, next, innovation, where: new)
    cycle[block] = ms_select_u(new, next, cycle[block])
    if any(new & partial) { fitTransition(block, where: new & partial) }
  }

  /// A new cycle reads 192 bytes a cell and is bound by memory: asking three blocks ahead, here and while summing the
  /// history, doubles its rate. Past the end the addresses are asked for in vain, which is harmless.
  @inline(__always)
  private func prefetchDevice(_ block: Int) {
    let rows = UnsafeRawPointer(device + block &* 8)
    for line in 0..<8 { ms_prefetch(rows + line &* 64) }
  }

  /// Adds the memory of the last p cycles and stores latent vector and features. Cells of a block are mostly in step;
  /// where they are not, one pass for each phase of the ring.
  @inline(__always)
  private func advance(_ block: Int, _ next: WordLanes, _ innovation: LatentLanes, where new: IntLanes) {
    var left = new
    while any(left) {
      let first = cycle.base[block &* 16 &+ ms_bits(left).trailingZeroBitCount] &+ 1
      let phase = Int(first % UInt32(truncatingIfNeeded: constants.order))
      let inStep = ms_equal_u(next, WordLanes(repeating: first))
      let now = left & (any(left & ~inStep) ? inPhase(next, phase) : inStep)
      let x = history.half ? remember(block, phase, innovation, half: true) : remember(block, phase, innovation, half: false)
      history.store(block, slot: phase, x, where: now)
      storeFeatures(block, x, where: now)
      left = left & ~now
    }
  }

  /// -1 for the cells whose cycle has this phase.
  @inline(never)
  private func inPhase(_ next: WordLanes, _ phase: Int) -> IntLanes {
    var mask = IntLanes.zero
    for lane in 0..<16 where Int(next[lane]) % constants.order == phase { mask[lane] = -1 }
    return mask
  }

  /// innovation + sum over slots of A x. Two chains per feature, by even and odd slots, keep the units busy.
  @inline(__always)
  private func remember(_ block: Int, _ phase: Int, _ innovation: LatentLanes, half: Bool) -> LatentLanes {
    let p = constants.order
    let table = lags + phase &* p &* 16
    let at = history.address(block, slot: 0)
    var even = innovation
    var odd: LatentLanes = (.zero, .zero, .zero, .zero)
    var slot = 0
    while slot &+ 1 < p {
      accumulate(&even, table + slot &* 16, at, slot, half)
      accumulate(&odd, table + (slot &+ 1) &* 16, at, slot &+ 1, half)
      slot &+= 2
    }
    if slot < p { accumulate(&even, table + slot &* 16, at, slot, half) }
    return (even.0 + odd.0, even.1 + odd.1, even.2 + odd.2, even.3 + odd.3)
  }

  @inline(__always)
  private func accumulate(
    _ sum: inout LatentLanes, _ m: UnsafePointer<Float>, _ at: UnsafeMutableRawPointer, _ slot: Int, _ half: Bool
  ) {
    let bytes = half ? 32 : 64
    for k in 0..<4 {
      let row = at + (slot &* 4 &+ k) &* bytes
      if !half || k % 2 == 0 { ms_prefetch(row + 3 &* history.blockBytes) }
      let x = half ? ms_load_half(row) : row.load(as: FloatLanes.self)
      sum.0.addProduct(FloatLanes(repeating: m[k]), x)
      sum.1.addProduct(FloatLanes(repeating: m[4 &+ k]), x)
      sum.2.addProduct(FloatLanes(repeating: m[8 &+ k]), x)
      sum.3.addProduct(FloatLanes(repeating: m[12 &+ k]), x)
    }
  }

  /// y = mu + sigma marginal(x); HRS is the power of ten of its feature.
  @inline(__always)
  func storeFeatures(_ block: Int, _ x: LatentLanes, where mask: IntLanes) {
    let rows = device + block &* 8
    let y0 = Elementary.exp10(bounded(rows[0].addingProduct(rows[4], constants.marginal(0, x.0))))
    let y1 = rows[1].addingProduct(rows[5], constants.marginal(1, x.1))
    let y2 = rows[2].addingProduct(rows[6], constants.marginal(2, x.2))
    let y3 = rows[3].addingProduct(rows[7], constants.marginal(3, x.3))
    hrs[block] = ms_select_f(mask, y0, hrs[block])
    us[block] = ms_select_f(mask, y1, us[block])
    lrs[block] = ms_select_f(mask, y2, lrs[block])
    ur[block] = ms_select_f(mask, y3, ur[block])
  }

  /// Within ±30: no device's resistance is beyond, and 0 or infinite ones would spread as NaN.
  @inline(__always)
  private func bounded(_ exponent: FloatLanes) -> FloatLanes {
    ms_at_most_f(ms_at_least_f(exponent, FloatLanes(repeating: -30)), FloatLanes(repeating: 30))
  }

  /// The transition from (r, threshold) as they are to the HRS of the current cycle.
  @inline(__always)
  func fitTransition(_ block: Int, where mask: IntLanes) {
    let top = FloatLanes(repeating: constants.fullReset)
    let start = threshold[block]
    let end = constants.current(constants.mixture(ofResistance: hrs[block]), top)
    let rise = constants.current(r[block], start) - end
    // A start at or beyond Umax leaves no transition: every RESET is then full.
    let reach = power(ms_abs_f(top - start))
    let slope = ms_select_f(ms_less_f(start, top), rise / reach, .zero)
    a[block] = ms_select_f(mask, slope, a[block])
    c[block] = ms_select_f(mask, end, c[block])
  }

  @inline(__always)
  private func power(_ x: FloatLanes) -> FloatLanes {
    Elementary.pow(x, FloatLanes(repeating: constants.eta))
  }

  /// L eps.
  @inline(__always)
  func innovations(_ eps: LatentLanes) -> LatentLanes {
    @inline(__always) func row(_ i: Int) -> FloatLanes {
      let m = constants.innovation
      var y = m[4 * i] * eps.0
      y.addProduct(m[4 * i + 1], eps.1)
      y.addProduct(m[4 * i + 2], eps.2)
      y.addProduct(m[4 * i + 3], eps.3)
      return y
    }
    return (row(0), row(1), row(2), row(3))
  }
}
