import CMemSimSIMD

extension JartKernel {
  /// Voltages [V] at which the solver is held against its equations.
  private static let checkedVolts = [-3, -1.5, -1, -0.5, -0.1, 0.1, 0.3, 0.7, 1, 1.2, 1.5, 3]

  /// Solves nominal cells between the bounds of N. Within the parameters' own bounds lie sets, with high barriers or hardly
  /// any heat, for which the physical branch is not where the solver looks for it: they are refused, not answered wrongly.
  ///
  /// Errors: argument.
  func checkSolutions() throws(MemSimError) {
    var cells = nominal.block
    let share = WideLanes(WordNumbers.wide) * (1.0 / 15)
    cells.logarithm = cells.least + (cells.most - cells.least) * share
    for volts in JartKernel.checkedVolts {
      let solved = solve(cells, WideLanes(repeating: volts))
      for lane in 0..<16 where !isSolved(solved, lane, volts) {
        let n = WideLanes.exp(cells.logarithm)[lane]
        throw .argument(
          "the parameters lie outside the range the model is solved for: at \(volts) V and N = \(Float(n)) no current was found; nearer to the defaults are those of phiBn0, phin, Rth0, T0 and epsphib that are")
      }
    }
  }

  private func isSolved(_ solved: JartState16, _ lane: Int, _ volts: Double) -> Bool {
    let current = solved.current[lane], size = DoubleLanes(repeating: abs(current))
    let error = solver.error(
      DoubleLanes(repeating: abs(volts)), DoubleLanes(repeating: solved.n[lane]), solved.geometry.low, size,
      set: LongLanes(repeating: volts < 0 ? -1 : 0))[0]
    // Beyond 34 mV in RESET another branch may be near.
    return current * volts > 0 && current.isFinite && error < 1e-6 && (volts < 0 || solved.interfaceVolts[lane] < 0.034)
  }
}
