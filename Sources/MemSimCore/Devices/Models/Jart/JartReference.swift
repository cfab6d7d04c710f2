import CMemSimSIMD

/// The state equation of one cell under a voltage that is linear in time, for the reference integrator.
struct JartReference: ScalarSystem {
  let kernel: JartKernel
  let cell: JartBlock
  /// s and V.
  let start, span, from, to: Double

  func rate(_ time: DoubleLanes, _ y: DoubleLanes) -> DoubleLanes {
    let share = (time - start) / span
    let volts = DoubleLanes(repeating: from).addingProduct(share, DoubleLanes(repeating: to - from))
    var block = cell
    block.logarithm = WideLanes(low: y, high: y)
    let solved = kernel.solve(block, WideLanes(low: volts, high: volts))
    let rate = solved.rate(kernel.solver.physics, limiter: kernel.flow.limiter)
    return rate.low / Elementary.exp(y)
  }
}

extension JartKernel {
  /// Takes the cells of `mask` through a voltage that goes linearly from one value to another without change of sign, by
  /// the reference integrator; whether all reached its tolerance.
  func drive(_ index: Int, from: WideLanes, to: WideLanes, time: WideLanes, where mask: IntLanes) -> Bool {
    let mean = 0.5 * (from + to)
    let driven = mask & ~ms_equal_zero_f(mean.floats) & ~ms_equal_zero_f(time.floats)
    if !any(driven) { return true }
    begin(index, mean.floats, where: driven)
    let allowed = WideLanes.select(driven.wide, time, WideLanes(repeating: 0))
    guard let hops else { return advance(index, block(index, volts: mean), from, to, allowed) }
    var reached = true
    var elapsed = WideLanes(repeating: 0)
    let slope = (to - from) / WideLanes.atLeast(time, WideLanes(repeating: 1e-300))
    hops.run(index, allowed) { jump, span in
      var cell = block(index, volts: mean)
      cell.jump = jump
      let (first, last) = (from + slope * elapsed, from + slope * (elapsed + span))
      reached = advance(index, cell, first, last, span) && reached
      elapsed = elapsed + span
    }
    return reached
  }

  private func advance(_ index: Int, _ block: JartBlock, _ from: WideLanes, _ to: WideLanes, _ time: WideLanes) -> Bool {
    var result = logarithm[index], reached = true
    for lane in 0..<16 where time[lane] > 0 {
      let cell = block.single(lane)
      let system = JartReference(kernel: self, cell: cell, start: 0, span: time[lane], from: from[lane], to: to[lane])
      let u = cell.logarithm[0]
      let range = min(cell.least[0], u)...max(cell.most[0], u)
      if let end = Radau(relative: 1e-10, absolute: 1e-11).advance(system, u, from: 0, to: time[lane], within: range) {
        result[lane] = end
      } else {
        reached = false
      }
    }
    logarithm[index] = result
    return reached
  }

  /// The same for a waveform, split where the voltage changes its sign.
  func driveSweep(_ waveform: Waveform, _ index: Int, where mask: IntLanes, record: (Int, WideLanes) -> Void) -> Bool {
    func lanes(_ value: Double) -> WideLanes { WideLanes(repeating: value) }
    var reached = true
    record(0, solve(index, lanes(waveform.volts[0])).current)
    for point in 1..<max(waveform.count, 1) {
      let (from, to) = (waveform.volts[point - 1], waveform.volts[point])
      let time = waveform.times[point] - waveform.times[point - 1]
      if from * to < 0 {
        let share = from / (from - to)
        reached = drive(index, from: lanes(from), to: lanes(0), time: lanes(share * time), where: mask) && reached
        reached = drive(index, from: lanes(0), to: lanes(to), time: lanes((1 - share) * time), where: mask) && reached
      } else {
        reached = drive(index, from: lanes(from), to: lanes(to), time: lanes(time), where: mask) && reached
      }
      record(point, solve(index, lanes(to)).current)
    }
    return reached
  }
}
