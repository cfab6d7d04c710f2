import CMemSimSIMD

/// When to stop.
public struct WireTolerance: Sendable {
  /// What may be missing to Kirchhoff's voltage law, over the largest voltage applied.
  public let residual: Double
  /// Iterations of one linear solve, and linear solves.
  public let iterations: Int
  public let steps: Int

  /// Errors: argument.
  public init(residual: Double = 1e-12, iterations: Int = 10_000, steps: Int = 50) throws(MemSimError) {
    guard residual >= 1e-15, residual <= 1e-3 else { throw .argument("tolerance must be 1e-15...1e-3, got \(residual)") }
    guard iterations >= 1 else { throw .argument("max_iterations must be >= 1, got \(iterations)") }
    guard steps >= 1 else { throw .argument("max_steps must be >= 1, got \(steps)") }
    (self.residual, self.iterations, self.steps) = (residual, iterations, steps)
  }
}

/// How a solve went, or the worst of several.
public struct WireReport: Sendable {
  /// Iterations of all linear solves, and linear solves: Newton's steps or refinements.
  public internal(set) var iterations = 0
  public internal(set) var steps = 0
  /// Largest violation of Kirchhoff's voltage law, V, from the currents alone, and over the largest voltage applied; the
  /// latter of floating lines also the current law's, over the largest current.
  public internal(set) var volts = 0.0
  public internal(set) var residual = 0.0

  /// Whether no device had a negative differential conductance, so that there is no other solution.
  public internal(set) var isUnique = true

  public init() {}

  /// Whether single precision did not do, so that nothing is solved.
  var needsDouble = false

  mutating func add(_ other: WireReport) {
    isUnique = isUnique && other.isUnique
    iterations = max(iterations, other.iterations)
    steps = max(steps, other.steps)
    // NaN counts as largest, and stays.
    if !volts.isNaN, !(other.volts <= volts) { volts = other.volts }
    if !residual.isNaN, !(other.residual <= residual) { residual = other.residual }
  }
}

/// One vector of voltages: linear solves for what is missing to Kirchhoff's laws, until nothing is.
///
/// A step solves the circuit of the devices' slopes with the sources eps. For ohmic devices steps in single precision do,
/// each of which refines the last one's result; where that does not gain, and for other devices, whose steps are
/// Newton's, they are in double precision.
struct WireSolve {
  private let wires: Wires
  private let work: WireWork
  /// nil: ohmic.
  private var devices: (any WireDevices)?
  /// Conductances or slopes, S.
  private let g: Field
  /// A solution may at most miss so much, relative to what is applied: with more, it is none.
  static var acceptable: Double { 1e-9 }

  /// The largest of them.
  private var unit: Double
  /// Whether steps are in single precision.
  private var isRough: Bool { work.kind == .single }
  /// After a step that gained little.
  private var isCautious = false

  /// Ohmic devices are solved in double precision if the fields are those of others.
  init(_ wires: Wires, _ work: WireWork) {
    (self.wires, self.work, devices) = (wires, work, wires.devices)
    (g, unit) = (work.slope ?? wires.g, wires.unit)
    guard devices == nil, work.slope != nil else { return }
    g.update(from: wires.g, count: shape.count)
    update()
  }

  /// Of ohmic devices with the slopes that `work.slope` now has; of ohmic devices the same.
  var linearized: WireSolve {
    var linear = self
    if devices != nil { linear.update() }
    linear.devices = nil
    return linear
  }

  private var shape: WireShape { wires.shape }
  private var laws: KirchhoffLaws { KirchhoffLaws(shape: shape, words: wires.words, bits: wires.bits, work: work) }

  /// `volts` [rows] and `bitVolts` [columns] V, nil for 0.
  mutating func run(_ volts: UnsafePointer<Double>?, _ bitVolts: UnsafePointer<Double>?) -> WireReport {
    var report = WireReport()
    let scale = begin(volts, bitVolts)
    // Less has no inverse.
    guard scale > 1e-250 else {
      for field in [work.volts, work.current] { field.update(repeating: 0, count: shape.count) }
      _ = laws.check(nil)
      return report
    }
    if wires.isIdeal {
      work.sources.fill(work.volts, shape)
      report.volts = laws.check(g).volts
      return report
    }
    if let devices { chords(devices) }
    var (missing, stalled) = (1.0, 0)
    while report.steps < wires.tolerance.steps {
      let before = missing
      if devices != nil { update(keepsModes: report.steps > 0) }
      report.iterations += linearStep(missing, scale, isFirst: report.steps == 0)
      report.steps += 1
      let found = advance(before, scale)
      (missing, report.volts) = (found.relative(scale, unit), found.volts)
      report.residual = missing
      if missing <= wires.tolerance.residual { break }
      // Single precision gains three digits a step, or is not enough; near the end no more are asked for.
      if isRough, !(missing < max(1e-3 * before, min(10 * wires.tolerance.residual, 0.1 * before))) {
        report.needsDouble = !(missing <= 1e-12)
        break
      }
      if missing.isNaN { break }
      isCautious = !(missing < 1e-2 * before)
      stalled = isStalled(missing, before) ? stalled + 1 : 0
      if stalled == 3 { break }
    }
    if devices != nil { report.isUnique = isMonotone }
    clearCut()
    return report
  }

  /// A device of a cut line has its node's potential on either side.
  private func clearCut() {
    guard wires.hasCuts else { return }
    for i in 0..<shape.rows {
      for place in wires.places where wires.isCut(i, place) { work.volts[i * shape.paddedColumns + place] = 0 }
    }
  }

  /// Refinement ends where it does not gain. Newton's method may lose at first.
  private func isStalled(_ missing: Double, _ before: Double) -> Bool {
    (devices == nil || missing < 1e-10) && !(missing < 0.5 * before)
  }

  /// Sets the sources, no current anywhere. Returns the largest voltage across a device.
  private func begin(_ volts: UnsafePointer<Double>?, _ bitVolts: UnsafePointer<Double>?) -> Double {
    let (words, bits) = (wires.words, wires.bits)
    let sources = work.sources
    for i in 0..<shape.paddedRows {
      sources.word[i] = i < shape.rows && !words.isFloating[i] ? volts?[i] ?? 0 : 0
      sources.wordKept[i] = i < shape.rows && !words.isCut[i] ? 1 : 0
    }
    for field in [sources.bit, sources.bitKept] { field.update(repeating: 0, count: shape.paddedColumns) }
    shape.eachPlace { j, place in
      if let bitVolts, !bits.isFloating[place] { sources.bit[place] = bitVolts[j] }
      sources.bitKept[place] = bits.isCut[place] ? 0 : 1
    }
    work.clear(shape)
    return sources.largest(shape)
  }

  /// Conductances to begin with: I / V of devices that see all of the sources.
  private func chords(_ devices: any WireDevices) {
    work.sources.fill(work.eps, shape)
    devices.evaluate(work.eps, current: work.current, slope: g, memo: work.memo!)
    for at in 0..<shape.count where work.eps[at] != 0 { g[at] = work.current[at] / work.eps[at] }
    work.memo!.update(repeating: 0, count: shape.count)
  }

  /// Adds the correction of the devices' voltages, to a fraction of what is missing. Returns the iterations.
  private func linearStep(_ missing: Double, _ scale: Double, isFirst: Bool) -> Int {
    var fraction = 0.1 * wires.tolerance.residual / missing
    // Where wires take most of the voltage or devices are near shorts, what a step leaves is missing many times over.
    if !isFirst || devices != nil { fraction = min(fraction, 1e-8) }
    fraction = min(max(fraction, 1e-14), 0.1)
    let (limit, size) = (wires.tolerance.iterations, missing * scale)
    if isFirst {
      work.before?.update(repeating: 0, count: shape.count)
    } else {
      work.before?.update(from: work.volts, count: shape.count)
    }
    if isRough {
      var iteration = WireIteration(factors: wires.factors, work: work, numbers: work.floats(shape), isCautious: isCautious)
      // What its numbers hold; a third step costs more than an iteration that was not needed.
      let tolerance = min(max(0.03 * wires.tolerance.residual / missing, 3e-7), 1e-3)
      return iteration.run(scale: size, unit: unit, tolerance: tolerance, limit: limit, isFirst: isFirst)
    }
    var iteration = WireIteration(factors: work.factors(shape), work: work, numbers: work.doubles(shape), isCautious: isCautious)
    return iteration.run(scale: size, unit: unit, tolerance: fraction, limit: limit, isFirst: isFirst)
  }

  /// Factors of the slopes, negative ones as 0: the linear circuit must be passive.
  private mutating func update(keepsModes: Bool = false) {
    var most = DoubleLanes.zero
    for at in stride(from: 0, to: shape.count, by: 8) {
      g[lanes: at] = ms_at_least_d(g[lanes: at], .zero)
      most = ms_at_least_d(most, g[lanes: at])
    }
    if !keepsModes { unit = most.max() > 0 ? most.max() : 1 }
    work.factors(shape).update(g, unit: unit, wires.words, wires.bits, work.lines, keepsModes: keepsModes)
  }

  /// Slopes that are negative but for the rounding of differences leave room for other solutions.
  private var isMonotone: Bool {
    var (least, most) = (0.0, 0.0)
    for at in 0..<shape.count { (least, most) = (min(least, g[at]), max(most, g[at])) }
    return least >= -1e-6 * most
  }

  /// What the correction leaves missing; of Newton's method half of it, a quarter ... as long as too much is.
  private func advance(_ missing: Double, _ scale: Double) -> KirchhoffLaws.Missing {
    offsets(1)
    guard let devices else { return laws.check(g) }
    var part = 1.0
    while true {
      devices.evaluate(work.volts, current: work.current, slope: g, memo: work.memo!)
      let found = laws.check(nil)
      if found.relative(scale, unit) <= max(missing, 1e3) || part < 1e-3 { return found }
      part /= 2
      offsets(-part)
      for at in 0..<shape.count { work.volts[at] = 0.5 * (work.volts[at] + work.before![at]) }
    }
  }

  private func offsets(_ part: Double) {
    for i in 0..<shape.paddedRows { work.wordOffset[i] += part * work.wordStep[i] }
    for j in 0..<shape.paddedColumns { work.bitOffset[j] += part * work.bitBegin[j] }
  }
}
