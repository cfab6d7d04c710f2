import CMemSimSIMD

/// The static equations in single precision.
extension JartKernel {
  private typealias Solved = (solution: JartSolution<FloatLanes>, geometry: JartGeometry<FloatLanes>, n: FloatLanes, set: IntLanes)

  @inline(__always)
  private func solve(_ block: JartBlock, _ volts: FloatLanes) -> Solved {
    let drift = WideLanes.exp(block.logarithm)
    let (geometry, wideN) = block.seen(solver.physics, at: block.logarithm, drift)
    let set = ms_less_f(volts, .zero), n = wideN.floats
    let solution = solver.solve(ms_abs_f(volts), n, logarithm: block.logarithm.floats, geometry.float, set: set)
    return (solution, geometry.float, n, set)
  }

  /// Current [A], with the sign of the voltage.
  @inline(never)
  func current(_ index: Int, _ volts: FloatLanes) -> FloatLanes {
    let solved = solve(block(index, volts: WideLanes(volts)), volts)
    return ms_select_f(solved.set, -solved.solution.current, solved.solution.current)
  }

  /// The card's quantities, in its order.
  @inline(never)
  func quantities(_ index: Int, _ volts: FloatLanes, into out: UnsafeMutablePointer<FloatLanes>) {
    let block = block(index, volts: WideLanes(volts))
    let (solution, geometry, n, set) = solve(block, volts)
    let ahead = WideLanes.select(set.wide, block.most - block.logarithm, block.logarithm - block.least).floats
    let limiter = Float(flow.limiter)
    let free = limiter == 0 ? FloatLanes(repeating: 1) : -Elementary.expm1(-limiter * ahead)
    let drift = JartDrift(solver.physics, solution, n, geometry, set: set).rate * n * free
    let speed = ms_select_f(ms_less_f(ahead, .zero), .zero, drift)
    out[0] = ms_select_f(set, -solution.current, solution.current)
    out[1] = ms_select_f(set, speed, -speed)
    out[2] = solution.temperature
    out[3] = ms_select_f(set, -solution.interfaceVolts, solution.interfaceVolts)
  }
}
