import CMemSimSIMD

/// What all pulsed devices have: steps and bounds that differ from device to device, decay, diffusion, reset.
struct PulsedCommon: Sendable {
  let dwMin, dwMinDtod, dwMinStd, upDown, upDownDtod: Double
  let most, mostDtod, least, leastDtod: Double
  let corruptProbability, corruptRange: Double
  let diffusion, diffusionDtod, lifetime, lifetimeDtod, reset, resetDtod, resetStd: Double
  let logNormal, consistent, perfectBias: Bool
  let drift: PulsedDrift

  static let unbounded = 1e30

  /// Errors: argument, unless w_min <= 0 <= w_max and not both are 0.
  init(_ settings: ModelSettings) throws(MemSimError) {
    // An ideal device has no steps and no bounds, cells of a device model have steps of their own.
    func value(_ name: String, or ideal: Double = 0) -> Double {
      settings.card.parameters.contains { $0.name == name } ? settings.value(name) : ideal
    }
    (dwMin, dwMinDtod, dwMinStd) = (value("dw_min"), value("dw_min_dtod"), value("dw_min_std"))
    (upDown, upDownDtod) = (value("up_down"), value("up_down_dtod"))
    (most, mostDtod) = (value("w_max", or: PulsedCommon.unbounded), value("w_max_dtod"))
    (least, leastDtod) = (value("w_min", or: -PulsedCommon.unbounded), value("w_min_dtod"))
    (corruptProbability, corruptRange) = (value("corrupt_devices_prob"), value("corrupt_devices_range"))
    (diffusion, diffusionDtod) = (value("diffusion"), value("diffusion_dtod"))
    (lifetime, lifetimeDtod) = (value("lifetime"), value("lifetime_dtod"))
    (reset, resetDtod, resetStd) = (value("reset"), value("reset_dtod"), value("reset_std"))
    logNormal = value("dw_min_dtod_log_normal") != 0
    consistent = value("enforce_consistency", or: 1) != 0
    perfectBias = value("perfect_bias") != 0
    drift = PulsedDrift { value($0) }
    guard least <= 0, most >= 0, least < most else {
      throw .argument("parameters must have w_min <= 0 <= w_max and w_min < w_max, got w_min \(least) and w_max \(most)")
    }
  }

  /// What devices have of a quantity that is not kept for each.
  func shared(_ quantity: String) -> Float {
    switch quantity {
    case "max_bound": Float(most)
    case "min_bound": Float(least)
    case "decay_scales": 1
    default: 0
    }
  }

  /// What an up and a down pulse lose: `balance` > 0 weakens down pulses, < 0 up pulses.
  static func biases(_ balance: Double) -> (up: Float, down: Float) {
    (Float(min(balance, 0)), Float(-max(balance, 0)))
  }

  /// Draws steps, bounds and reset bias; `perfect` where -1: the bias column of a layer.
  func cell(_ z: PulsedNormals, perfect: IntLanes) -> PulsedCell {
    let one = FloatLanes(repeating: 1)
    var most = Float(self.most) * one.addingProduct(z.a.0, FloatLanes(repeating: Float(mostDtod)))
    var least = Float(self.least) * one.addingProduct(z.a.1, FloatLanes(repeating: Float(leastDtod)))
    let gain = logNormal ? Elementary.exp(z.a.2 * Float(dwMinDtod)) : one.addingProduct(z.a.2, FloatLanes(repeating: Float(dwMinDtod)))
    let tilt = z.a.3 * Float(upDownDtod)
    let bias = PulsedCommon.biases(upDown)
    var up = (gain + bias.up + tilt) * Float(dwMin), down = (gain + bias.down - tilt) * Float(dwMin)
    let crossed = ms_less_f(most, least)
    if consistent {
      (up, down) = (ms_abs_f(up), ms_abs_f(down))
      (most, least) = (ms_select_f(crossed, least, most), ms_select_f(crossed, most, least))
      (most, least) = (ms_abs_f(most), -ms_abs_f(least))
    } else {
      let middle = (most + least) * 0.5
      (most, least) = (ms_select_f(crossed, middle, most), ms_select_f(crossed, middle, least))
    }
    var cell = PulsedCell(up: up, down: down, most: most, least: least)
    corrupt(&cell, z.c)
    cell.up = ms_select_f(perfect, FloatLanes(repeating: Float(dwMin)), cell.up)
    cell.down = ms_select_f(perfect, FloatLanes(repeating: Float(dwMin)), cell.down)
    cell.most = ms_select_f(perfect, FloatLanes(repeating: Float(100 * self.most)), cell.most)
    cell.least = ms_select_f(perfect, FloatLanes(repeating: Float(100 * self.least)), cell.least)
    cell.bias = FloatLanes(repeating: Float(reset)).addingProduct(z.b.1, FloatLanes(repeating: Float(resetDtod)))
    return cell
  }

  /// Devices stuck at a value within their range.
  private func corrupt(_ cell: inout PulsedCell, _ u: (FloatLanes, FloatLanes, FloatLanes, FloatLanes)) {
    if corruptProbability == 0 { return }
    let hit = ms_less_f(u.0, FloatLanes(repeating: Float(corruptProbability)))
    let range = FloatLanes(repeating: Float(corruptRange))
    let low = ms_at_least_f(ms_at_most_f(cell.most, cell.least), -range)
    let high = ms_at_most_f(ms_at_least_f(cell.most, cell.least), range)
    let value = low + u.1 * (high - low)
    (cell.most, cell.least) = (ms_select_f(hit, value, cell.most), ms_select_f(hit, value, cell.least))
    (cell.up, cell.down) = (ms_select_f(hit, .zero, cell.up), ms_select_f(hit, .zero, cell.down))
  }

  func diffusionRate(_ z: PulsedNormals) -> FloatLanes {
    ms_abs_f(Float(diffusion) * FloatLanes(repeating: 1).addingProduct(z.b.0, FloatLanes(repeating: Float(diffusionDtod))))
  }

  /// What a decay leaves: 1 - 1/lifetime.
  func decayScale(_ z: PulsedNormals) -> FloatLanes {
    let one = FloatLanes(repeating: 1)
    if lifetime == 0 { return one }
    let time = Float(lifetime) * one.addingProduct(z.b.2, FloatLanes(repeating: Float(lifetimeDtod)))
    return ms_select_f(ms_less_f(one, time), one - one / time, .zero)
  }
}

/// The random numbers of sixteen devices' making: eight normals, four uniforms, and four normals of the law's own.
struct PulsedNormals {
  let a, b, c, own: (FloatLanes, FloatLanes, FloatLanes, FloatLanes)

  init(key: UInt64, _ group: Int) {
    func numbers(_ event: UInt64) -> EventNormals { EventNormals(seed: key, purpose: PulsedPurpose.devices, event: event) }
    (a, b, own) = (numbers(0).sharedGroup(group), numbers(1).sharedGroup(group), numbers(3).sharedGroup(group))
    c = numbers(2).sharedUniforms(group)
  }
}

extension ModelCard {
  /// The card of a pulsed device: `own` parameters after the common ones, some of which may have other defaults.
  init(
    pulsed name: String, _ title: String, _ text: String, own: [ParameterCard] = [], quantities: [StateCard] = [],
    presets: [PresetCard] = [], only: [String]? = nil, without: [String] = []
  ) {
    self.init(
      name: name, title: title, text: text,
      source: "IBM aihwkit 1.1 (equations); Gokmen, Vlasov, Front. Neurosci. 10, 333 (2016)",
      parameters: ModelCard.pulsedParameters.filter { only?.contains($0.name) ?? !without.contains($0.name) } + own, states: ModelCard.pulsedQuantities + quantities, quantities: [],
      presets: presets)
  }

  static var pulsedQuantities: [StateCard] {
    [
      .init("max_bound", unit: "1", "upper bound of the weight", settable: true),
      .init("min_bound", unit: "1", "lower bound of the weight", settable: true),
      .init("dwmin_up", unit: "1", "step of an up pulse", settable: true),
      .init("dwmin_down", unit: "1", "step of a down pulse", settable: true),
      .init("decay_scales", unit: "1", "what a decay leaves of the distance to the reset bias", settable: true),
      .init("diffusion_rates", unit: "1", "standard deviation of a diffusion step", settable: true),
      .init("reset_bias", unit: "1", "where a reset and decay lead", settable: true),
      .init("persistent_weights", unit: "1", "the weight without write noise", settable: true),
      .init("drift_nu", unit: "1", "exponent of drift", settable: true),
    ]
  }

  /// Relative unless said otherwise; "_dtod" are standard deviations from device to device.
  static var pulsedParameters: [ParameterCard] {
    let any = -1e6...1e6, spread = 0.0...100.0, flag = 0.0...1.0
    return [
      .init("corrupt_devices_prob", unit: "1", "probability of a device that is stuck", in: 0...1, default: [0]),
      .init("corrupt_devices_range", unit: "1", "range of stuck weights", in: 0...1e6, default: [0.1]),
      .init("diffusion", unit: "1", "standard deviation of a step of diffusion", in: 0...1e6, default: [0]),
      .init("diffusion_dtod", unit: "1", "of diffusion", in: spread, default: [0]),
      .init("dw_min", unit: "1", "mean step of a pulse at weight 0", in: 1e-9...1e3, default: [0.001]),
      .init("dw_min_dtod", unit: "1", "of the step", in: spread, default: [0.3]),
      .init("dw_min_dtod_log_normal", unit: "0/1", "1: the step's spread is log-normal", in: flag, default: [0]),
      .init("dw_min_std", unit: "1", "of the step from pulse to pulse", in: spread, default: [0.3]),
      .init("enforce_consistency", unit: "0/1", "1: steps are positive and bounds on their side of 0", in: flag, default: [1]),
      .init("lifetime", unit: "1", "decays in which a weight falls to 1/e, 0: none", in: 0...1e12, default: [0]),
      .init("lifetime_dtod", unit: "1", "of the lifetime", in: spread, default: [0]),
      .init("perfect_bias", unit: "0/1", "1: the last input's devices are ideal", in: flag, default: [0]),
      .init("reset", unit: "1", "weight after a reset", in: any, default: [0]),
      .init("reset_dtod", unit: "1", "of the reset, absolute", in: spread, default: [0]),
      .init("reset_std", unit: "1", "of the reset from reset to reset, absolute", in: spread, default: [0.01]),
      .init("up_down", unit: "1", "> 0: down pulses are smaller by this part, < 0: up pulses", in: -100...100, default: [0]),
      .init("up_down_dtod", unit: "1", "of the difference of up and down", in: spread, default: [0.01]),
      .init("w_max", unit: "1", "mean upper bound", in: 0...1e6, default: [0.6]),
      .init("w_max_dtod", unit: "1", "of the upper bound", in: spread, default: [0.3]),
      .init("w_min", unit: "1", "mean lower bound", in: -1e6...0, default: [-0.6]),
      .init("w_min_dtod", unit: "1", "of the lower bound", in: spread, default: [0.3]),
    ] + PulsedDrift.parameters
  }

  /// Of devices whose weights are seen with an error.
  static var writeNoise: ParameterCard {
    .init("write_noise_std", unit: "dw_min", "of what is seen of a weight, drawn by pulses", in: 0...1e6, default: [0])
  }
}
