import CMemSimSIMD

extension JartKernel {
  /// Largest change of voltage [V] within which it is held constant, at its mean.
  private static let voltStep = 2.5e-3

  /// Drives a block with a waveform; `record` gets the currents at every point.
  func sweep(_ waveform: Waveform, _ index: Int, where mask: IntLanes, record: (Int, WideLanes) -> Void) {
    record(0, solve(index, WideLanes(repeating: waveform.volts[0])).current)
    for point in 1..<max(waveform.count, 1) {
      let (from, to) = (waveform.volts[point - 1], waveform.volts[point])
      let steps = max(1, Int((abs(to - from) / JartKernel.voltStep).rounded(.up)))
      let time = WideLanes(repeating: (waveform.times[point] - waveform.times[point - 1]) / Double(steps))
      for step in 0..<steps {
        let volts = from + (to - from) * (Double(step) + 0.5) / Double(steps)
        hold(index, WideLanes(repeating: volts), time, where: mask)
      }
      record(point, solve(index, WideLanes(repeating: to)).current)
    }
  }
}
