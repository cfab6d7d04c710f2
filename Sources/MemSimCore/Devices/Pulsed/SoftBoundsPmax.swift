/// Soft bounds given by how many pulses it takes from one end of a range to the other.
///
/// Pulses go alpha of the way to bounds such that p_max up pulses lead from range_min to range_max. (aihwkit's
/// conversion gives up pulses the mean step of down pulses, and ends at 1.36 instead of 1.)
enum SoftBoundsPmax {
  /// The same device as linear steps. Errors: argument.
  static func linear(_ settings: ModelSettings) throws(MemSimError) -> ModelSettings {
    let (pulses, alpha) = (settings.value("p_max"), settings.value("alpha"))
    let (low, high) = (settings.value("range_min"), settings.value("range_max"))
    guard low < 0, low < high else { throw .argument("range_min must be < 0 and < range_max, got \(low) and \(high)") }
    let most = low + (high - low) / -Elementary.expm1(DoubleLanes(repeating: -pulses * alpha))[0]
    guard most > 0 else { throw .argument("range_max must be above 0 after p_max pulses, got an upper bound of \(most)") }
    let (up, down) = (alpha * most, alpha * -low)
    let balance = up > down ? 1 - down / up : up / down - 1
    return try LinearStep.soft(
      settings, [("dw_min", [max(up, down)]), ("up_down", [balance]), ("w_max", [most]), ("w_min", [low])])
  }

  static let card = ModelCard(
    pulsed: "soft-bounds-pmax", "Soft bounds by pulses", "Soft bounds such that p_max up pulses lead from range_min to range_max.",
    own: [
      .init("p_max", unit: "1", "up pulses from range_min to range_max", in: 1...1e9, default: [1000]),
      .init("alpha", unit: "1", "part of the way to the bound that a pulse goes", in: 1e-9...1, default: [0.0005]),
      .init("range_min", unit: "1", "lower end", in: -1e6...0, default: [-1]),
      .init("range_max", unit: "1", "upper end", in: -1e6...1e6, default: [1]),
      .init("mult_noise", unit: "0/1", "1: noise in proportion to the step, 0: of constant size", in: 0...1, default: [1]),
      ModelCard.writeNoise,
    ],
    quantities: LinearStep.slopes, without: ["dw_min", "up_down", "w_max", "w_min"])
}
