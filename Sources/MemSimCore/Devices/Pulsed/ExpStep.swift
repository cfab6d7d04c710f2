import CMemSimSIMD

/// Steps that fall exponentially with the weight.
struct ExpStep: PulsedLaw {
  let writeNoise: Float
  let granularity: Double
  private let sigma, additive, sloped: Float
  private let up, down: (a: Float, gamma: Float)
  private let scale, shift: Float

  init(_ settings: ModelSettings) {
    func value(_ name: String) -> Float { Float(settings.value(name)) }
    (sigma, additive, sloped) = (value("dw_min_std"), value("dw_min_std_add"), value("dw_min_std_slope"))
    (up, down) = ((value("A_up"), value("gamma_up")), (value("A_down"), value("gamma_down")))
    (scale, shift) = (value("a"), value("b"))
    let least = settings.value("dw_min")
    writeNoise = value("write_noise_std") * Float(least)
    // A down pulse's step at weight 0.
    let fall = Double(ExpStep.factor(FloatLanes(repeating: shift), FloatLanes(repeating: down.a), FloatLanes(repeating: -down.gamma))[0])
    let step = (1 + Double(PulsedCommon.biases(settings.value("up_down")).down)) * least * fall
    granularity = step > 0 ? step : least
  }

  var isNoisy: Bool { sigma > 0 }

  @inline(__always)
  private static func factor(_ z: FloatLanes, _ a: FloatLanes, _ gamma: FloatLanes) -> FloatLanes {
    ms_at_least_f(1 - a * Elementary.exp(gamma * z), .zero)
  }

  @inline(__always)
  func pulse(_ w: FloatLanes, up isUp: IntLanes, _ z: FloatLanes, _ cell: PulsedCell) -> FloatLanes {
    let span = cell.most - cell.least
    let alive = ms_less_f(.zero, span)
    let place = (2 * w / ms_select_f(alive, span, FloatLanes(repeating: 1)) * scale) + shift
    let a = ms_select_f(isUp, FloatLanes(repeating: up.a), FloatLanes(repeating: down.a))
    let gamma = ms_select_f(isUp, FloatLanes(repeating: up.gamma), FloatLanes(repeating: -down.gamma))
    let step = ExpStep.factor(place, a, gamma) * cell.step(isUp)
    let plain = sigma == 0 || (additive == 0 && sloped == 0)
    // Plain noise has the sign of the step, noise of three parts is symmetric anyway.
    let noise = plain ? step : ms_abs_f(step) + additive + sloped * ms_abs_f(w)
    let moved = PulsedCell.signed(step, isUp) + (plain ? PulsedCell.signed(noise, isUp) : noise) * (z * sigma)
    return ms_select_f(alive, cell.clipped(w + moved), w)
  }

  static let card = ModelCard(
    pulsed: "exp-step", "Exponential step", "A pulse moves the weight by max(1 - A exp(+-gamma z), 0) dw_min, z = 2 a w/(b_max - b_min) + b.",
    own: [
      .init("A_up", unit: "1", "of up steps", in: -1e6...1e6, default: [0.00081]),
      .init("A_down", unit: "1", "of down steps", in: -1e6...1e6, default: [0.36833]),
      .init("gamma_up", unit: "1", "exponent of up steps", in: -1e3...1e3, default: [12.44625]),
      .init("gamma_down", unit: "1", "exponent of down steps", in: -1e3...1e3, default: [12.78785]),
      .init("a", unit: "1", "scale of the weight", in: -1e3...1e3, default: [0.244]),
      .init("b", unit: "1", "shift of the weight", in: -1e3...1e3, default: [0.2425]),
      .init("dw_min_std_add", unit: "1", "noise of a pulse, absolute part over dw_min_std", in: 0...1e6, default: [0]),
      .init("dw_min_std_slope", unit: "1", "noise of a pulse, part in proportion to |w|, over dw_min_std", in: 0...1e6, default: [0]),
      ModelCard.writeNoise,
    ],
    presets: [
      .init("ReRamES", "ReRAM of Gong et al. (2018), exponential steps", source: "aihwkit presets", [
        ("dw_min", [0.00135]), ("up_down", [0.259359]), ("w_max", [1]), ("w_min", [-1]), ("dw_min_dtod", [0.2]),
        ("up_down_dtod", [0.05]), ("dw_min_std", [5]), ("a", [-0.5]), ("b", [-0.5]), ("gamma_up", [5]), ("gamma_down", [5]),
        ("A_up", [-1.18445]), ("A_down", [-0.081404]), ("write_noise_std", [75]),
      ]),
      .init("PCM", "phase-change memory of Nandakumar et al. (2020), for one side of a pair", source: "aihwkit presets", [
        ("dw_min", [0.01]), ("w_max", [2]), ("w_min", [0]), ("dw_min_dtod", [0.2]), ("up_down_dtod", [0.05]),
        ("w_max_dtod", [0.1]), ("w_min_dtod", [0]), ("dw_min_std", [0.6]), ("a", [-1]), ("b", [0]), ("gamma_up", [2.5]),
        ("gamma_down", [2.5]), ("A_up", [-27.235]), ("A_down", [-2.235]), ("dw_min_std_add", [0.042]),
        ("dw_min_std_slope", [0.108]), ("reset", [0.01]), ("reset_dtod", [0.02]),
      ]),
    ])
}
