import CMemSimSIMD

/// A block of cells under one voltage each: what drives them, solved where it is needed.
struct JartMotion {
  let solver: JartSolver
  let flow: JartFlow
  let cells: JartBlock
  /// |V| [V].
  let volts: WideLanes
  /// -1 where V < 0.
  let set: IntLanes
  /// 1 for SET, -1 for RESET: x = direction * ln N.
  let direction: WideLanes

  @inline(__always)
  init(_ solver: JartSolver, _ flow: JartFlow, _ cells: JartBlock, volts: WideLanes) {
    (self.solver, self.flow, self.cells) = (solver, flow, cells)
    self.volts = WideLanes.abs(volts)
    set = JartMotion.isSet(volts)
    direction = WideLanes(ms_select_f(set, FloatLanes(repeating: 1), FloatLanes(repeating: -1)))
  }

  @inline(__always)
  static func isSet(_ volts: WideLanes) -> IntLanes {
    ms_less_f(volts.floats, FloatLanes.zero)
  }

  /// ln N after `time` [s].
  @inline(never)
  func logarithm(after time: WideLanes) -> WideLanes {
    var position = JartFlow.Position(x: direction * cells.logarithm, time: time, bound: bound)
    var known = WideLanes(repeating: .nan), rate = WideLanes(repeating: 0)
    while WideLanes.any(WideLanes.less(WideLanes(repeating: 0), position.time)) {
      let number = JartFlow.number(position.x)
      let first = number * JartFlow.interval, last = first + JartFlow.interval
      let center = first + JartFlow.interval / 2
      // The end of the interval before is this one's start.
      let unknown = WideLanes.less(WideLanes(repeating: 0), position.time) & ~WideLanes.equal(known, first)
      if WideLanes.any(unknown) { rate = WideLanes.select(unknown, logRate(first), rate) }
      let middle = logRate(center), end = logRate(last)
      let interval = flow.interval(number, rate, middle, end, bound: position.bound)
      flow.move(&position, interval, low: first, center: center, high: last)
      (known, rate) = (last, end)
    }
    return direction * position.x
  }

  /// The same by a table of the voltage, which all cells have in common.
  @inline(never)
  func logarithm(after time: WideLanes, by table: JartFlowView) -> WideLanes {
    var position = JartFlow.Position(x: direction * cells.logarithm, time: time, bound: bound)
    while WideLanes.any(WideLanes.less(WideLanes(repeating: 0), position.time)) {
      let number = JartFlow.number(position.x)
      let first = number * JartFlow.interval
      let center = first + JartFlow.interval / 2, last = first + JartFlow.interval
      flow.move(&position, table.interval(number), low: first, center: center, high: last)
      table.skip(&position)
    }
    return direction * position.x
  }

  /// Where x ends.
  @inline(__always)
  var bound: WideLanes { WideLanes.select(set.wide, cells.most, -cells.least) }

  /// ln |d ln N/dt| without the limiter at x [1/s].
  @inline(never)
  func logRate(_ x: WideLanes) -> WideLanes {
    let logarithm = direction * x
    let drift = WideLanes.exp(logarithm)
    let (geometry, n) = cells.seen(solver.physics, at: logarithm, drift)
    let solution = solver.solve(volts, n, logarithm: logarithm, geometry, set: set)
    let wide = set.wideMasks
    let low = JartDrift(solver.physics, solution.low, n.low, geometry.low, set: wide.low).logRate
    let high = JartDrift(solver.physics, solution.high, n.high, geometry.high, set: wide.high).logRate
    let rate = WideLanes(low: low, high: high)
    let total = cells.hops ? rate + (WideLanes.log(n) - logarithm) : rate
    // Where parameters at their bounds take the equations beyond all numbers, a cell rests.
    return WideLanes.select(WideLanes.equal(total, total), total, WideLanes(repeating: -700))
  }
}
