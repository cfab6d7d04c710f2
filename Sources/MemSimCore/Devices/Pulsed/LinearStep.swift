import CMemSimSIMD

/// Steps that fall, or rise, linearly with the weight. `SoftBounds` is the case where they vanish at the bound.
struct LinearStep: PulsedLaw {
  var own: [String] { ["slope_up", "slope_down"] }
  static var aggregates: Bool { true }
  let granularity: Double
  let writeNoise: Float
  private let sigma: Float
  private let multiplies, meanBound, increasing, reverseUp, reverseDown: Bool
  private let gammaUp, gammaUpDtod, gammaDown, gammaDownDtod, most, least, offset: Float

  init(_ settings: ModelSettings) {
    func value(_ name: String) -> Float { Float(settings.value(name)) }
    granularity = settings.value("dw_min")
    (sigma, most, least) = (value("dw_min_std"), value("w_max"), value("w_min"))
    writeNoise = value("write_noise_std") * Float(granularity)
    multiplies = value("mult_noise") != 0
    (gammaUp, gammaUpDtod) = (value("gamma_up"), value("gamma_up_dtod"))
    (gammaDown, gammaDownDtod) = (value("gamma_down"), value("gamma_down_dtod"))
    (meanBound, increasing) = (value("mean_bound_reference") != 0, value("allow_increasing") != 0)
    (reverseUp, reverseDown) = (value("reverse_up") != 0, value("reverse_down") != 0)
    offset = value("reverse_offset")
  }

  /// Soft bounds as linear steps that fall to nothing at the device's own bound: `given` on top of what both cards have.
  ///
  /// Errors: argument.
  static func soft(
    _ settings: ModelSettings, _ given: [(name: String, values: [Double])] = []
  ) throws(MemSimError) -> ModelSettings {
    let shared = zip(settings.card.parameters, settings.parameters).compactMap { about, values in
      card.parameters.contains { $0.name == about.name } ? (about.name, values) : nil
    }
    let falling = [("gamma_up", [1.0]), ("gamma_down", [1]), ("gamma_up_dtod", [0]), ("gamma_down_dtod", [0]), ("mean_bound_reference", [0])]
    return try ModelSettings(card, parameters: shared + falling + given)
  }

  var isNoisy: Bool { sigma > 0 }

  func spread(_ cell: inout PulsedCell, _ normals: (FloatLanes, FloatLanes, FloatLanes, FloatLanes)) {
    var up = FloatLanes(repeating: gammaUp).addingProduct(normals.0, FloatLanes(repeating: gammaUpDtod))
    var down = FloatLanes(repeating: gammaDown).addingProduct(normals.1, FloatLanes(repeating: gammaDownDtod))
    if !increasing { (up, down) = (ms_abs_f(up), ms_abs_f(down)) }
    let high = meanBound ? FloatLanes(repeating: most) : cell.most, low = meanBound ? FloatLanes(repeating: least) : cell.least
    cell.a = slope(up, cell.up, reverseUp ? low - offset : high)
    cell.b = slope(down, cell.down, reverseDown ? high + offset : low)
  }

  private func slope(_ gamma: FloatLanes, _ step: FloatLanes, _ bound: FloatLanes) -> FloatLanes {
    let none = ms_equal_zero_f(bound)
    return ms_select_f(none, .zero, -gamma * step / ms_select_f(none, FloatLanes(repeating: 1), bound))
  }

  @inline(__always)
  private func flow(_ up: IntLanes, _ cell: PulsedCell) -> LinearFlow {
    LinearFlow(step: cell.step(up), slope: ms_select_f(up, cell.a, cell.b), sigma: sigma, multiplies: multiplies)
  }

  @inline(__always)
  func pulse(_ w: FloatLanes, up: IntLanes, _ z: FloatLanes, _ cell: PulsedCell) -> FloatLanes {
    cell.clipped(flow(up, cell).pulse(w, up: up, z))
  }

  @inline(__always)
  func pulses(_ w: FloatLanes, up: IntLanes, _ n: FloatLanes, _ z: FloatLanes, _ cell: PulsedCell) -> (FloatLanes, IntLanes) {
    flow(up, cell).pulses(w, up: up, n, z, cell.least, cell.most)
  }

  static let slopes: [StateCard] = [
    .init("slope_up", unit: "1", "change of an up pulse's step with the weight", settable: true),
    .init("slope_down", unit: "1", "change of a down pulse's step with the weight", settable: true),
  ]

  private static let common: [ParameterCard] = [
    .init("mult_noise", unit: "0/1", "1: noise in proportion to the step, 0: of constant size", in: 0...1, default: [1]),
    ModelCard.writeNoise,
    .init("reverse_up", unit: "0/1", "1: up steps vanish beyond the lower bound", in: 0...1, default: [0]),
    .init("reverse_down", unit: "0/1", "1: down steps vanish beyond the upper bound", in: 0...1, default: [0]),
    .init("reverse_offset", unit: "1", "how far beyond", in: 0...1e6, default: [0.01]),
  ]

  static let card = ModelCard(
    pulsed: "linear-step", "Linear step", "A pulse moves the weight by (1 - gamma w / w_bound) dw_min.",
    own: [
      .init("gamma_up", unit: "1", "fall of up steps to the bound", in: -1e3...1e3, default: [0]),
      .init("gamma_up_dtod", unit: "1", "of gamma_up, absolute", in: 0...100, default: [0.05]),
      .init("gamma_down", unit: "1", "fall of down steps to the bound", in: -1e3...1e3, default: [0]),
      .init("gamma_down_dtod", unit: "1", "of gamma_down, absolute", in: 0...100, default: [0.05]),
      .init("allow_increasing", unit: "0/1", "1: steps may rise to the bound", in: 0...1, default: [0]),
      .init("mean_bound_reference", unit: "0/1", "1: gamma refers to w_max and w_min, 0: to the device's bounds", in: 0...1, default: [1]),
    ] + common, quantities: slopes,
    presets: [
      .init("Capacitor", "capacitor cell of Li et al. (2018)", source: "aihwkit presets", [
        ("dw_min", [0.005]), ("w_max", [1]), ("w_min", [-1]), ("dw_min_dtod", [0.1]), ("up_down_dtod", [0.06]),
        ("w_max_dtod", [0.07]), ("w_min_dtod", [0.07]), ("mult_noise", [0]), ("gamma_up", [0.05]), ("gamma_down", [0.05]),
        ("gamma_up_dtod", [0.01]), ("gamma_down_dtod", [0.01]), ("lifetime", [1e6]), ("lifetime_dtod", [0.3]),
      ]),
      .init("EcRam", "lithium ECRAM of Tang et al. (2018)", source: "aihwkit presets", [
        ("dw_min", [0.002]), ("w_max", [1.1724]), ("w_min", [-0.8276]), ("dw_min_dtod", [0.1]), ("w_max_dtod", [0.05]),
        ("w_min_dtod", [0.05]), ("gamma_up", [0.1153]), ("gamma_down", [0.5085]),
      ]),
      .init("EcRamMO", "metal-oxide ECRAM of Kim et al. (2019)", source: "aihwkit presets", [
        ("dw_min", [2.8214e-4]), ("w_max", [1.1714]), ("w_min", [-0.8286]), ("dw_min_dtod", [0.1]), ("w_max_dtod", [0.05]),
        ("w_min_dtod", [0.05]), ("dw_min_std", [2]), ("gamma_up", [0.4152]), ("gamma_down", [0.7342]),
      ]),
    ])

  static let softBounds = ModelCard(
    pulsed: "soft-bounds", "Soft bounds", "A pulse moves the weight by (1 - w / w_bound) dw_min: steps vanish at the device's bound.",
    own: common, quantities: slopes)
}
