import CMemSimSIMD

/// What cells need of a model, as functions that were compiled for its type. Each works on eight cells.
struct CompactKernel: Sendable {
  let initial: Double
  let range: ClosedRange<Double>
  let current: @Sendable (_ volts: DoubleLanes, _ x: DoubleLanes) -> DoubleLanes
  let rate: @Sendable (_ volts: DoubleLanes, _ x: DoubleLanes) -> DoubleLanes
  let extra: @Sendable (_ volts: DoubleLanes, _ x: DoubleLanes) -> DoubleLanes
  /// Advances the state; whether all lanes reached the tolerance.
  let advance: @Sendable (_ drive: CompactDrive, _ x: inout DoubleLanes) -> Bool

  @inline(__always)
  init<Model: CompactModel>(_ model: Model, _ settings: ModelSettings) {
    (initial, range) = (model.initial, model.range)
    current = { model.current($0, $1) }
    extra = { model.extra($0, $1) }
    let bounds = RungeKuttaBounds(range)
    rate = { volts, x in
      let rate = model.rate(volts, x)
      let outward = (ms_less_equal_d(x, bounds.low) & ms_less_d(rate, .zero))
        | (ms_less_equal_d(bounds.high, x) & ms_less_d(.zero, rate))
      return ms_select_d(outward, .zero, rate)
    }
    advance = settings.choice("method") == "reference" ? reference(model) : adaptive(model)
  }
}

/// Voltages that are linear in time, and for how long.
struct CompactDrive {
  /// V at the start.
  var volts: DoubleLanes
  /// V/s; nil: 0, which spares cells at rest their time.
  var slope: DoubleLanes?
  /// s; lanes of 0 stay as they are.
  var durations: DoubleLanes
}

/// The equation of eight cells under a drive.
private struct CompactSystem<Model: CompactModel>: ScalarSystem {
  let model: Model
  let volts: DoubleLanes
  let slope: DoubleLanes

  /// Compiled once for each model: the integrators ask for it in many places, and a call costs little beside it.
  @inline(never)
  func rate(_ time: DoubleLanes, _ x: DoubleLanes) -> DoubleLanes { model.rate(volts.addingProduct(slope, time), x) }
}

@inline(__always)
private func adaptive<Model: CompactModel>(_ model: Model) -> @Sendable (CompactDrive, inout DoubleLanes) -> Bool {
  let (range, method) = (model.range, RungeKutta())
  return { drive, x in
    let system = CompactSystem(model: model, volts: drive.volts, slope: drive.slope ?? .zero)
    return !any(method.advance(system, &x, for: drive.durations, within: range, steady: drive.slope == nil))
  }
}

/// One cell after the other: the integrator's lanes are its own.
@inline(__always)
private func reference<Model: CompactModel>(_ model: Model) -> @Sendable (CompactDrive, inout DoubleLanes) -> Bool {
  let range = model.range
  let method = Radau(relative: 1e-10, absolute: 1e-13 * (range.upperBound - range.lowerBound))
  return { drive, x in
    var reached = true
    for lane in 0..<8 where drive.durations[lane] > 0 {
      let system = CompactSystem(
        model: model, volts: DoubleLanes(repeating: drive.volts[lane]),
        slope: DoubleLanes(repeating: drive.slope?[lane] ?? 0))
      let end = method.advance(system, x[lane], from: 0, to: drive.durations[lane], within: range)
      if let end { x[lane] = end } else { reached = false }
    }
    return reached
  }
}
