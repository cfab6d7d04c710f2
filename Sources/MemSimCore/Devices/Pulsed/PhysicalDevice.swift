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
    let planes = try PulsedPlanes(inputs: plan.inputs, outputs: plan.outputs, key: plan.key)
    let cells = try PhysicalCells(model, plan.settings, planes)
    (self.planes, physical, ownNames, isIdeal) = (planes, cells, [], false)
    common = try PulsedCommon(plan.settings)
    granularity = try cells.granularity(given: plan.settings.value("dw_min"))
    pulse = { row, counts, _ in cells.pulse(row: row, counts) }
    pulseHits = nil
    draw = { cells.draw(row: $0) }
    step = { _, _ in }
    reset = { cells.reset(row: $0, probability: $1, event: $2) }
    settle = { row, weights, _ in cells.settle(row: row, weights) }
  }
}

extension ModelCard {
  /// The card of a model's cells as weights: what a tile needs to know, then all that the model may be told.
  fileprivate init(weights model: DeviceModel) {
    let card = model.card
    self.init(
      name: card.name, title: card.title,
      text: card.text + " As weights of a tile: linear in the current at read_voltage, w_min and w_max at the ends of state_range "
        + "in a nominal cell; SET pulses raise the current.",
      source: card.source, parameters: ModelCard.weightParameters(card) + card.parameters, options: card.options,
      states: card.states, quantities: [], presets: card.presets, voltageLimit: card.voltageLimit)
  }

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
    return parameters
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
