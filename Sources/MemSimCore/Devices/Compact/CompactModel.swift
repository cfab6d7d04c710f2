/// A published model with one state variable and explicit equations: current and rate at a voltage.
///
/// One value of the type holds the parameters, as plain numbers: kernels copy it. Both functions work on eight cells
/// at once; they are marked `@inline(__always)`, use no libm, and give 0 at 0 V.
package protocol CompactModel: Sendable {
  static var card: CompactCard { get }

  /// Errors: argument, for parameters that each lie within their bounds but together define no model.
  init(_ settings: ModelSettings) throws(MemSimError)

  /// The state of a new cell.
  var initial: Double { get }

  /// Where the state stays: it stops at either end.
  var range: ClosedRange<Double> { get }

  /// A, at `volts` [V] in state `x`.
  func current(_ volts: DoubleLanes, _ x: DoubleLanes) -> DoubleLanes

  /// dx/dt, in the unit of the state per second, for `x` within the range.
  func rate(_ volts: DoubleLanes, _ x: DoubleLanes) -> DoubleLanes

  /// The quantity that the card lists as `extra`.
  func extra(_ volts: DoubleLanes, _ x: DoubleLanes) -> DoubleLanes
}

extension CompactModel {
  package func extra(_ volts: DoubleLanes, _ x: DoubleLanes) -> DoubleLanes { .zero }
}

/// What a compact model says about itself, without what all of them have in common.
package struct CompactCard: Sendable {
  var name: String
  var title: String
  var text: String
  var source: String
  var parameters: [ParameterCard]
  var options: [OptionCard] = []
  var state: StateCard
  /// What it gives besides current and rate.
  var extra: StateCard?
  var training: TrainingPulse
  var presets: [PresetCard] = []
  var voltageLimit = 10.0
}

/// The training pulses of a model with a time: the same three parameters everywhere.
package struct TrainingPulse: Sendable {
  /// V; its sign is that of every SET.
  let set: Double
  /// V.
  let reset: Double
  /// s.
  let length: Double

  init(set: Double, reset: Double, length: Double) { (self.set, self.reset, self.length) = (set, reset, length) }

  /// What the parameters come to.
  init(_ settings: ModelSettings) {
    self.init(
      set: settings.value("pulse_voltage_SET"), reset: settings.value("pulse_voltage_RESET"),
      length: settings.value("pulse_length"))
  }

  /// The parameters, with these values as defaults.
  func cards(limit: Double) -> [ParameterCard] {
    let (negative, positive) = (-limit...0, 0...limit)
    return [
      .init("pulse_voltage_SET", unit: "V", "training pulse +1", in: set < 0 ? negative : positive, default: [set]),
      .init("pulse_voltage_RESET", unit: "V", "training pulse -1", in: reset < 0 ? negative : positive, default: [reset]),
      .init("pulse_length", unit: "s", "of training pulses and of voltages without a duration", in: 0...1e6, default: [length]),
    ]
  }
}

extension ModelCard {
  init(_ compact: CompactCard) {
    let rate = StateCard(
      "rate", unit: compact.state.unit == "1" ? "1/s" : compact.state.unit + "/s",
      "d\(compact.state.name)/dt, 0 where the range ends the motion")
    self.init(
      name: compact.name, title: compact.title, text: compact.text, source: compact.source,
      parameters: compact.parameters + compact.training.cards(limit: compact.voltageLimit),
      options: compact.options + [.method], states: [compact.state],
      quantities: [.current, rate] + (compact.extra.map { [$0] } ?? []), presets: compact.presets,
      voltageLimit: compact.voltageLimit)
  }
}

extension OptionCard {
  fileprivate static let method = OptionCard(
    name: "method", choices: ["adaptive", "reference"],
    text: "adaptive: explicit steps, error 1e-8 each; reference: stiff integrator, cell by cell, slow")
}

extension DeviceModel {
  /// The model of a type: all it takes to register one.
  @inline(__always)
  static func compact<Model: CompactModel>(_ type: Model.Type) -> DeviceModel {
    DeviceModel(card: ModelCard(type.card)) { (blocks, _, settings) throws(MemSimError) in
      try CompactCells(blocks: blocks, settings: settings, kernel: CompactKernel(Model(settings), settings))
    }
  }
}
