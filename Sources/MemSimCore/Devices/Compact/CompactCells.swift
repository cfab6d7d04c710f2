import CMemSimSIMD

/// Many cells of a compact model: one double each.
package final class CompactCells: TimedCells {
  package let defaultDuration: Double
  package let mayFail = true
  package let quantityCount: Int
  private let kernel: CompactKernel
  private let training: TrainingPulse
  private let x: Storage<WideLanes>

  /// Memory for `blocks` blocks of cells. Errors: memory.
  init(blocks: Int, settings: ModelSettings, kernel: CompactKernel) throws(MemSimError) {
    x = try Storage(blocks)
    self.kernel = kernel
    training = TrainingPulse(settings)
    defaultDuration = training.length
    quantityCount = settings.card.quantities.count
  }

  package var planes: [UnsafeMutableRawBufferPointer] { [x.bytes] }

  package func initialize(blocks: Range<Int>) {
    for block in blocks { x.base[block] = WideLanes(repeating: kernel.initial) }
  }

  package func prepare(_ volts: Operand, durations: Operand) throws(MemSimError) {}

  package func preparePulses() throws(MemSimError) {}

  package func apply(_ volts: Operand, selection: Selection, blocks: Range<Int>) {
    withUnsafePointer(to: defaultDuration) {
      _ = apply(volts, durations: Operand($0, .double, count: 1), selection: selection, blocks: blocks)
    }
  }

  package func apply(_ volts: Operand, durations: Operand, selection: Selection, blocks: Range<Int>) -> Bool {
    var reached = true
    for block in blocks {
      let mask = selection.lanes(block: block)
      if !any(mask) { continue }
      let hold = hold(block, volts.doubles(block &* 16), durations.doubles(block &* 16), where: mask)
      reached = hold && reached
    }
    return reached
  }

  /// n pulses in a row are one of n times the length: the state does not move between them.
  package func pulse(_ counts: CountOperand, selection: Selection, blocks: Range<Int>) -> Bool {
    var reached = true
    for block in blocks {
      let mask = selection.lanes(block: block)
      if !any(mask) { continue }
      let signed = counts.ints(block &* 16)
      let (low, high) = (train(DoubleLanes(signed.lowHalf)), train(DoubleLanes(signed.highHalf)))
      let volts = WideLanes(low: low.volts, high: high.volts)
      let durations = WideLanes(low: low.durations, high: high.durations)
      reached = hold(block, volts, durations, where: mask) && reached
    }
    return reached
  }

  @inline(__always)
  private func train(_ counts: DoubleLanes) -> (volts: DoubleLanes, durations: DoubleLanes) {
    let volts = ms_select_d(
      ms_less_d(.zero, counts), DoubleLanes(repeating: training.set), DoubleLanes(repeating: training.reset))
    return (volts, ms_abs_d(counts) * training.length)
  }

  private func hold(_ block: Int, _ volts: WideLanes, _ durations: WideLanes, where mask: IntLanes) -> Bool {
    let masks = mask.wideMasks
    let low = CompactDrive(volts: volts.low, slope: nil, durations: ms_select_d(masks.low, durations.low, .zero))
    let high = CompactDrive(volts: volts.high, slope: nil, durations: ms_select_d(masks.high, durations.high, .zero))
    return advance(block, low, high)
  }

  private func advance(_ block: Int, _ low: CompactDrive, _ high: CompactDrive) -> Bool {
    let first = kernel.advance(low, &x.base[block].lowHalf)
    return kernel.advance(high, &x.base[block].highHalf) && first
  }

  package func sweep(_ waveform: Waveform, block: Int, where mask: IntLanes, record: (Int, WideLanes) -> Void) -> Bool {
    let masks = mask.wideMasks
    var reached = true
    record(0, currents(block: block, volts: WideLanes(repeating: waveform.volts[0])))
    for point in 1..<max(1, waveform.count) {
      let duration = waveform.times[point] - waveform.times[point - 1]
      let (before, after) = (waveform.volts[point - 1], waveform.volts[point])
      var low = CompactDrive(
        volts: DoubleLanes(repeating: before),
        slope: before == after ? nil : DoubleLanes(repeating: (after - before) / duration),
        durations: ms_select_d(masks.low, DoubleLanes(repeating: duration), .zero))
      let first = low
      low.durations = ms_select_d(masks.high, DoubleLanes(repeating: duration), .zero)
      reached = advance(block, first, low) && reached
      record(point, currents(block: block, volts: WideLanes(repeating: after)))
    }
    return reached
  }

  package func currents(block: Int, volts: WideLanes) -> WideLanes { each(block, volts, kernel.current) }

  package func currents(block: Int, volts: FloatLanes) -> FloatLanes {
    currents(block: block, volts: WideLanes(volts)).floats
  }

  package func quantities(block: Int, volts: WideLanes, into out: UnsafeMutablePointer<WideLanes>) {
    out[0] = currents(block: block, volts: volts)
    out[1] = each(block, volts, kernel.rate)
    if quantityCount > 2 { out[2] = each(block, volts, kernel.extra) }
  }

  @inline(__always)
  private func each(
    _ block: Int, _ volts: WideLanes, _ body: @Sendable (DoubleLanes, DoubleLanes) -> DoubleLanes
  ) -> WideLanes {
    let x = x.base[block]
    return WideLanes(low: body(volts.low, x.low), high: body(volts.high, x.high))
  }

  package func state(_ index: Int, block: Int) -> WideLanes { x.base[block] }

  /// What single precision makes of a bound counts as the bound.
  package func range(_ index: Int) -> ClosedRange<Double> {
    let range = kernel.range
    let (below, above) = (0x1p-23 * abs(range.lowerBound), 0x1p-23 * abs(range.upperBound))
    return (range.lowerBound - below)...(range.upperBound + above)
  }

  package func setState(_ index: Int, block: Int, to values: WideLanes, where mask: IntLanes) {
    let (masks, old) = (mask.wideMasks, x.base[block])
    let bounds = RungeKuttaBounds(kernel.range)
    x.base[block] = WideLanes(
      low: ms_select_d(masks.low, bounds.clamp(values.low), old.low),
      high: ms_select_d(masks.high, bounds.clamp(values.high), old.high))
  }
}
