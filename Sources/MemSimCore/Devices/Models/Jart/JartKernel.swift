import CMemSimSIMD

/// The planes of many cells and the steps on a block of them. Pointers only: copied into loops without counting references.
struct JartKernel: @unchecked Sendable {
  let solver: JartSolver
  let flow: JartFlow
  /// ln N, and the last voltage that was not 0 [V].
  let logarithm: Plane<Double>
  let voltage: Plane<Float>
  let draws: JartSpread
  /// Per-cell radius, length and ln of the bounds; nil while all cells are nominal.
  var spread: JartSpreadPlanes?
  let walk: JartWalk?
  let hops: JartHops?
  let nominal: JartNominal

  /// The block as the equations see it at `volts` [V].
  @inline(__always)
  func block(_ index: Int, volts: WideLanes) -> JartBlock {
    let u = logarithm[index]
    var block = nominal.block
    block.logarithm = u
    if let hops { (block.jump, block.hops) = (hops.jumps(index), true) }
    guard let spread else { return block }
    block.shared = nil
    (block.r, block.l) = (spread.r[index], spread.l[index])
    (block.least, block.most) = (spread.least[index], spread.most[index])
    // The half-cycle goes where the last voltage drove, whatever the sign of one that reads.
    if let walk { walk.load(index, WideLanes(voltage[index]), into: &block) }
    return block
  }

  /// Holds the cells of `mask` at `volts` [V] for `time` [s]; 0 V and 0 s change nothing.
  @inline(__always)
  func hold(_ index: Int, _ volts: WideLanes, _ time: WideLanes, where mask: IntLanes, table: JartFlowView? = nil) {
    let driven = mask & ~ms_equal_zero_f(volts.floats) & ~ms_equal_zero_f(time.floats)
    if !any(driven) { return }
    begin(index, volts.floats, where: driven)
    let allowed = WideLanes.select(driven.wide, time, WideLanes(repeating: 0))
    if let hops {
      hops.run(index, allowed) { jump, span in
        var block = block(index, volts: volts)
        block.jump = jump
        logarithm[index] = JartMotion(solver, flow, block, volts: volts).logarithm(after: span)
      }
    } else {
      let motion = JartMotion(solver, flow, block(index, volts: volts), volts: volts)
      logarithm[index] = table.map { motion.logarithm(after: allowed, by: $0) } ?? motion.logarithm(after: allowed)
    }
  }

  /// Notes the voltage; a change of polarity begins a half-cycle.
  @inline(__always)
  func begin(_ index: Int, _ volts: FloatLanes, where mask: IntLanes) {
    let before = voltage[index]
    if let walk, let spread {
      let turned = mask & ms_less_f(before * volts, FloatLanes.zero)
      let first = mask & ms_equal_zero_f(before)
      if any(turned | first) {
        walk.begin(index, spread, draws, logarithm[index], before: before, turned: turned, first: first)
      }
    }
    // Pulses of one kind after another leave the plane unwritten.
    if any(mask & ~ms_equal_zero_f(volts - before)) { voltage[index] = ms_select_f(mask, volts, before) }
  }

  /// The static solution at `volts` [V].
  func solve(_ index: Int, _ volts: WideLanes) -> JartState16 { solve(block(index, volts: volts), volts) }

  func solve(_ block: JartBlock, _ volts: WideLanes) -> JartState16 { solver.solve(block, volts) }
}

extension JartSolver {
  /// The static solution of a block at `volts` [V].
  @inline(never)
  func solve(_ block: JartBlock, _ volts: WideLanes) -> JartState16 {
    let drift = WideLanes.exp(block.logarithm)
    let (geometry, n) = block.seen(physics, at: block.logarithm, drift)
    let set = JartMotion.isSet(volts)
    let solution = solve(WideLanes.abs(volts), n, logarithm: block.logarithm, geometry, set: set)
    return JartState16(block: block, geometry: geometry, n: n, set: set, low: solution.low, high: solution.high)
  }
}

/// A block solved at a voltage.
struct JartState16 {
  let block: JartBlock
  let geometry: JartWideGeometry
  let n: WideLanes
  let set: IntLanes
  let low, high: JartSolution<DoubleLanes>

  /// A, with the sign of the voltage.
  @inline(__always)
  var current: WideLanes { signed(low.current, high.current) }

  @inline(__always)
  var interfaceVolts: WideLanes { signed(low.interfaceVolts, high.interfaceVolts) }

  @inline(__always)
  var temperature: WideLanes { WideLanes(low: low.temperature, high: high.temperature) }

  @inline(__always)
  private func signed(_ low: DoubleLanes, _ high: DoubleLanes) -> WideLanes {
    let value = WideLanes(low: low, high: high)
    return WideLanes.select(set.wide, -value, value)
  }

  /// dN/dt [1e26 m^-3 s^-1], limiter included.
  @inline(__always)
  func rate(_ physics: JartPhysics, limiter: Double) -> WideLanes {
    let masks = set.wideMasks
    let drift = WideLanes(
      low: JartDrift(physics, low, n.low, geometry.low, set: masks.low).rate,
      high: JartDrift(physics, high, n.high, geometry.high, set: masks.high).rate)
    let setWide = set.wide
    let ahead = WideLanes.select(setWide, block.most - block.logarithm, block.logarithm - block.least)
    let zero = WideLanes(repeating: 0)
    let free = limiter == 0 ? WideLanes(repeating: 1) : -WideLanes.expm1(-limiter * ahead)
    let speed = WideLanes.select(WideLanes.less(ahead, zero), zero, drift * n * free)
    return WideLanes.select(setWide, speed, -speed)
  }
}
