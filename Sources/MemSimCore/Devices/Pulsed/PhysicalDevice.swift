import CMemSimSIMD

extension PulsedDevice {
  /// Cells of a device model as weights: a pulse is a training pulse of the model, a weight is linear in the current at
  /// the read voltage.
  static func physical(_ model: DeviceModel) -> PulsedDevice {
    PulsedDevice(card: ModelCard(weights: model)) { (plan) throws(MemSimError) in try PulsedDevices(plan, model) }
  }
}

extension PulsedDevices {
  /// Errors: argument, memory.
  init(_ plan: PulsedPlan, _ model: DeviceModel) throws(MemSimError) {
    let common = try PulsedCommon(plan.settings)
    let planes = try PulsedPlanes(
      inputs: plan.inputs, outputs: plan.outputs, key: plan.key, common,
      writeNoise: plan.settings.value("write_noise_std") > 0, steps: false,
      bounds: common.mostDtod > 0 || common.leastDtod > 0)
    let cells = try PhysicalCells(model, plan.settings, planes)
    (self.planes, self.common, physical, ownNames, isIdeal) = (planes, common, cells, [], false)
    granularity = cells.granularity
    pulse = { cells.pulse(row: $0, $1, event: $2) }
    pulseHits = nil
    draw = { cells.draw(row: $0, common) }
    step = { cells.step(row: $0, event: $1) }
    reset = { cells.reset(row: $0, probability: $1, deviation: Float(common.resetStd), event: $2) }
    settle = { cells.settle(row: $0, $1, event: $2) }
  }
}

extension ModelCard {
  /// The card of a model's cells as weights: what a tile needs to know, then all that the model may be told.
  fileprivate init(weights model: DeviceModel) {
    let card = model.card
    self.init(
      name: card.name, title: card.title,
      text: card.text + " As weights of a tile: linear in the current at read_voltage, w_min and w_max at the ends of "
        + "state_range in a nominal cell; SET pulses raise the current.",
      source: card.source, parameters: ModelCard.weightParameters(card) + card.parameters, options: card.options,
      states: card.states + ModelCard.pulsedQuantities.filter { ModelCard.weightQuantities.contains($0.name) },
      quantities: [], presets: card.presets, voltageLimit: card.voltageLimit)
  }

  /// What a tile knows of a cell besides the model's states.
  private static let weightQuantities = [
    "max_bound", "min_bound", "decay_scales", "diffusion_rates", "reset_bias", "persistent_weights",
  ]

  /// What weights do on cells of any model as on all pulsed devices; by default nothing.
  static let weightAgeing: [ParameterCard] = pulsedParameters.filter {
    ["w_max_dtod", "w_min_dtod"].contains($0.name) || IdealStep.card.parameters.map(\.name).contains($0.name)
  }.map { .init($0.name, unit: $0.unit, $0.text, in: $0.minimum...$0.maximum, default: [0]) } + [writeNoise]

  private static func weightParameters(_ card: ModelCard) -> [ParameterCard] {
    let limit = card.voltageLimit, state = card.states[0]
    var parameters: [ParameterCard] = [
      .init(
        "dw_min", unit: "1", "step that the length of pulse trains is reckoned with; 0: as measured of a nominal cell at weight 0",
        in: 0...1e3, default: [0]),
      .init("w_max", unit: "1", "weight of the larger current at the ends of state_range", in: 0...1e6, default: [0.6]),
      .init("w_min", unit: "1", "weight of the smaller current at the ends of state_range", in: -1e6...0, default: [-0.6]),
      .init("read_voltage", unit: "V", "at which currents stand for weights", in: -limit...limit, default: [0.2]),
      .init(
        "state_range", unit: state.unit, "\(state.name) of w_min and w_max, beyond which pulses do not lead; 0, 0: the model's own",
        columns: 2, in: -1e30...1e30, default: [0, 0]),
    ]
    if !card.parameters.contains(where: { $0.name == "pulse_voltage_SET" }) {
      parameters += TrainingPulse.untimed(limit: limit)
    }
    return parameters + weightAgeing
  }
}

extension TrainingPulse {
  /// Voltages of a model without a time: Synaptogen's.
  fileprivate static func untimed(limit: Double) -> [ParameterCard] {
    [
      .init("pulse_voltage_SET", unit: "V", "training pulse +1", in: -limit...0, default: [-1.5]),
      .init("pulse_voltage_RESET", unit: "V", "training pulse -1", in: 0...limit, default: [1.2]),
    ]
  }
}
