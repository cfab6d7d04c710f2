import CMemSimSIMD

/// Every pulse moves the weight as far, wherever it is.
struct ConstantStep: PulsedLaw {
  static var aggregates: Bool { true }
  let granularity: Double
  private let sigma: Float

  init(_ settings: ModelSettings) {
    (granularity, sigma) = (settings.value("dw_min"), Float(settings.value("dw_min_std")))
  }

  var isNoisy: Bool { sigma > 0 }

  @inline(__always)
  func pulse(_ w: FloatLanes, up: IntLanes, _ z: FloatLanes, _ cell: PulsedCell) -> FloatLanes {
    let step = PulsedCell.signed(cell.step(up), up)
    return cell.clipped(w + step * FloatLanes(repeating: 1).addingProduct(z, FloatLanes(repeating: sigma)))
  }

  /// The sum of n normal steps is one; bounds that the walk may have met on its way make it another law.
  @inline(__always)
  func pulses(_ w: FloatLanes, up: IntLanes, _ n: FloatLanes, _ z: FloatLanes, _ cell: PulsedCell) -> (FloatLanes, IntLanes) {
    let step = PulsedCell.signed(cell.step(up), up)
    let deviation = ms_sqrt_f(n) * sigma
    let next = w + step * n.addingProduct(z, deviation)
    let reach = PulsedReach(sigma: sigma, least: cell.least, most: cell.most)
    return (cell.clipped(next), reach.allows(w, to: w + step * n, deviation: ms_abs_f(step) * deviation, n))
  }

  static let card = ModelCard(
    pulsed: "constant-step", "Constant step", "Every pulse moves the weight by dw_min, up to its bounds.",
    presets: [
      .init("Idealized", "idealised device", source: "aihwkit presets", [
        ("dw_min", [0.0002]), ("w_max", [1]), ("w_min", [-1]), ("up_down_dtod", [0]),
      ]),
      .init("GokmenVlasov", "resistive processing unit of Gokmen and Vlasov (2016)", source: "aihwkit presets", [
        ("dw_min", [0.0016]), ("w_max", [1]), ("w_min", [-1]),
      ]),
    ])
}

/// Whether n pulses in one go have the distribution of one after the other, bounds considered.
struct PulsedReach {
  let sigma: Float
  let least, most: FloatLanes

  /// A walk all of whose steps go one way may be clipped at its end; so may a single step. One that may turn must stay
  /// off the bounds, by six standard deviations.
  @inline(__always)
  func allows(_ w: FloatLanes, to end: FloatLanes, deviation: FloatLanes, _ n: FloatLanes) -> IntLanes {
    if sigma <= 0.18 { return IntLanes(repeating: -1) }
    let margin = 6 * deviation
    let low = ms_at_most_f(w, end) - margin, high = ms_at_least_f(w, end) + margin
    return (ms_less_f(least, low) & ms_less_f(high, most)) | ms_less_f(n, FloatLanes(repeating: 1.5))
  }
}
