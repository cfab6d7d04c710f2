/// Conductances programmed in steps of a part of the window; what lies outside is clipped.
///
/// The rounding counts as the identity in derivatives, the clipping as what it is: 0 outside.
struct Quantization: ConductanceChange {
  static var stage: ConductanceStage { .target }
  private let step: Double

  init(_ settings: ModelSettings) { step = settings.value("step") }

  @inline(__always)
  func change<L: DeviceLanes>(_ g: inout L, _ slope: inout L, _ random: DeviceRandom<L>, _ window: ConductanceWindow) {
    let size = step * (window.on - window.off)
    // Programming arithmetic may miss an end of the window by a rounding.
    let (low, high) = (L.all(window.off * (1 - 1e-6)), L.all(window.on * (1 + 1e-6)))
    slope = L.select(L.less(g, low), .zero, L.select(L.less(high, g), .zero, slope))
    let clipped = L.clamp(g, L.all(window.off), L.all(window.on))
    let whole = L.round((clipped - L.all(window.off)) * L.all(1 / size))
    g = L.atMost(L.all(window.off).addingProduct(whole, L.all(size)), L.all(window.on))
  }

  static let card = ModelCard(
    nonideality: "quantization", "Quantised conductances",
    "G is clipped to the window and rounded to whole steps of `step` times the window from G_off.",
    source: "the authors' code history of Joksas et al., Advanced Science 9, 2105784 (2022)",
    [.init("step", unit: "1", "step as a part of the window", in: 1e-6...1, default: [0.01])])
}
