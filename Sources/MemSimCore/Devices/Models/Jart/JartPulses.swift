import CMemSimSIMD

extension JartKernel {
  /// Pulses up to this many are taken from the table, more as one hold.
  private static let pulsesByTable: Int32 = 256

  /// Training pulses of a block: +n SET, -n RESET.
  @inline(__always)
  func train(_ index: Int, _ counts: IntLanes, _ kernel: JartTrainingKernel, _ pulse: JartPulse, where mask: IntLanes) {
    let size = ms_abs_i(counts)
    let active = mask & ~ms_equal_zero_i(counts)
    if !any(active) { return }
    let set = ms_less_i(.zero, counts)
    let volts = ms_select_f(set, FloatLanes(repeating: Float(pulse.set)), FloatLanes(repeating: Float(pulse.reset)))
    let short = active & ms_less_i(size, IntLanes(repeating: JartKernel.pulsesByTable + 1))
    let fast = hops == nil ? short & covered(index, set, kernel) : .zero
    let slow = active & ~fast
    if any(fast) {
      begin(index, volts, where: fast)
      step(index, set, kernel, size, where: fast)
    }
    if any(slow) { holdPulses(index, set, size, pulse, where: slow) }
  }

  @inline(never)
  private func holdPulses(_ index: Int, _ set: IntLanes, _ size: IntLanes, _ pulse: JartPulse, where mask: IntLanes) {
    let volts = WideLanes.select(set.wide, WideLanes(repeating: pulse.set), WideLanes(repeating: pulse.reset))
    hold(index, volts, WideLanes(ms_int_to_f(size)) * pulse.length, where: mask)
  }

  /// Cells that the table has, now and until they turn.
  @inline(__always)
  private func covered(_ index: Int, _ set: IntLanes, _ kernel: JartTrainingKernel) -> IntLanes {
    let inside = kernel.covers(lanes(index, set))
    return kernel.shapesFit ? inside : inside & fits(index, kernel)
  }

  /// Cells whose radius and length, now and where they go, are within the fitted ranges: setState may have put them
  /// elsewhere.
  @inline(never)
  func fits(_ index: Int, _ kernel: JartTrainingKernel) -> IntLanes {
    guard let spread else { return IntLanes(repeating: -1) }
    let (r, l) = (spread.r[index], spread.l[index])
    let now = kernel.radius.covers(r) & kernel.length.covers(l)
    guard let walk else { return now }
    let (nextR, nextL) = (r + WideLanes(walk.growthR[index]), l + WideLanes(walk.growthL[index]))
    return now & kernel.radius.covers(nextR) & kernel.length.covers(nextL)
  }

  @inline(__always)
  func lanes(_ index: Int, _ set: IntLanes) -> JartTrainingKernel.Pulse {
    let (least, most) = spread.map { ($0.least[index], $0.most[index]) } ?? (nominal.block.least, nominal.block.most)
    return JartTrainingKernel.Pulse(set: set, logarithm: logarithm[index], least: least, most: most)
  }

  @inline(__always)
  private func step(_ index: Int, _ set: IntLanes, _ kernel: JartTrainingKernel, _ size: IntLanes, where mask: IntLanes) {
    var pulse = lanes(index, set)
    let shape = shape(index, pulse, kernel)
    var left = mask & size
    repeat {
      let now = ms_less_i(.zero, left)
      let (moved, taken) = kernel.moved(pulse, left: left, shape)
      pulse.logarithm = WideLanes.select(now.wide, moved, pulse.logarithm)
      left = left &- (now & taken)
    } while any(ms_less_i(.zero, left))
    logarithm[index] = pulse.logarithm
  }

  /// Radius and length along the half-cycle of a pulse.
  @inline(__always)
  func shape(_ index: Int, _ pulse: JartTrainingKernel.Pulse, _ kernel: JartTrainingKernel) -> JartShape {
    guard let spread else { return JartShape(p: .zero, q: .zero) }
    let p = ((spread.r[index] - kernel.radius.middle) * kernel.radius.perHalf).floats
    let q = ((spread.l[index] - kernel.length.middle) * kernel.length.perHalf).floats
    guard let walk else { return JartShape(p: p, q: q) }
    let bound = WideLanes.select(pulse.set.wide, pulse.most, pulse.least).floats
    return JartShape(p: p, q: q, index, walk, kernel, bound: bound)
  }
}

extension JartScale {
  /// -1 for lengths within the scale, rounding aside.
  @inline(__always)
  func covers(_ x: WideLanes) -> IntLanes {
    if isPoint { return WideLanes.select(WideLanes.equal(x, WideLanes(repeating: middle)), WideLanes(repeating: 1), WideLanes(repeating: 0)).floats.nonzero }
    let scaled = ((x - middle) * perHalf).floats
    return ms_less_f(ms_abs_f(scaled), FloatLanes(repeating: 1.0001))
  }
}
