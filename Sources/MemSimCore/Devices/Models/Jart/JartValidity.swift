import CMemSimSIMD

extension JartSolver {
  /// Voltages [V] at which the solver is held against its equations.
  private static let checkedVolts = [-3, -1.5, -1, -0.5, -0.1, 0.1, 0.3, 0.7, 1, 1.2, 1.5, 3]

  /// Where no current was found of nominal cells between the bounds of N; nil: it is found everywhere.
  ///
  /// Within the parameters' own bounds lie sets, with high barriers or hardly any heat, for which the physical branch is
  /// not where the solver looks for it: they are refused, not answered wrongly.
  func unsolved(_ nominal: JartNominal) -> JartUnsolved? {
    var cells = nominal.block
    let share = WideLanes(WordNumbers.wide) * (1.0 / 15)
    cells.logarithm = cells.least + (cells.most - cells.least) * share
    for volts in JartSolver.checkedVolts {
      let solved = solve(cells, WideLanes(repeating: volts))
      for lane in 0..<16 where !isSolved(solved, lane, volts) {
        return JartUnsolved(volts: volts, n: WideLanes.exp(cells.logarithm)[lane])
      }
    }
    return nil
  }

  private func isSolved(_ solved: JartState16, _ lane: Int, _ volts: Double) -> Bool {
    let current = solved.current[lane], size = DoubleLanes(repeating: abs(current))
    let error = self.error(
      DoubleLanes(repeating: abs(volts)), DoubleLanes(repeating: solved.n[lane]), solved.geometry.low, size,
      set: LongLanes(repeating: volts < 0 ? -1 : 0))[0]
    // Beyond 34 mV in RESET another branch may be near.
    return current * volts > 0 && current.isFinite && error < 1e-6 && (volts < 0 || solved.interfaceVolts[lane] < 0.034)
  }
}

/// A voltage and a concentration at which the equations of nominal cells have no solution.
struct JartUnsolved {
  let volts, n: Double
  /// Trials on the way from a value given to the default.
  private static let steps = 64

  /// An error that names the parameter that is to blame, and how far it may go with the others as they are.
  func error(_ settings: ModelSettings) -> MemSimError {
    let given = settings.card.parameters.filter { $0.values.count == 1 && settings.value($0.name) != $0.values[0] }
    let place = "at \(volts) V and N = \(Float(n)) no current was found"
    for about in given {
      let value = settings.value(about.name)
      guard let end = JartUnsolved.end(settings, about) else { continue }
      let must = value < about.values[0] ? "at least" : "at most"
      let limit = "\(must) \(Float(end)) \(about.unit) with the others as they are"
      return .argument("parameter \"\(about.name)\" must be \(limit), got \(value): \(place)")
    }
    let names = given.map { "\($0.name) = \(settings.value($0.name))" }.joined(separator: ", ")
    return .argument("parameters lie outside the range that the model is solved for, of those given \(names): \(place)")
  }

  private static func isNowhere(_ settings: ModelSettings) -> Bool {
    let isOrdered = settings.value("Ndiscmin") < settings.value("Ndiscmax")
    guard isOrdered, let physics = try? JartPhysics(settings) else { return false }
    return JartSolver(physics: physics, start: JartStart(physics)).unsolved(JartNominal(physics, settings)) == nil
  }

  /// The first value towards the default with which there are solutions; nil: none has.
  private static func end(_ settings: ModelSettings, _ about: ParameterCard) -> Double? {
    let (value, standard) = (settings.value(about.name), about.values[0])
    func at(_ step: Int) -> Double { value + (standard - value) * (Double(step) / Double(steps)) }
    func isSolved(_ step: Int) -> Bool { JartUnsolved.isNowhere(settings.with(about.name, at(step))) }
    if !isSolved(steps) { return nil }
    var (bad, good) = (0, steps)
    while good - bad > 1 {
      let middle = (bad + good) / 2
      if isSolved(middle) { good = middle } else { bad = middle }
    }
    return at(good)
  }
}
