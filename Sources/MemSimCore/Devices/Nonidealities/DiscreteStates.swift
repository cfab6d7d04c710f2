/// Devices that can be programmed to some states only: the nearest is taken.
///
/// Training sees through it: the derivative counts as 1 (straight-through estimator, Bengio et al., arXiv:1308.3432).
struct DiscreteStates: ConductanceChange {
  static var stage: ConductanceStage { .target }
  private let levels: Double
  private let byResistance: Bool

  init(_ settings: ModelSettings) throws(MemSimError) {
    levels = settings.value("levels").rounded()
    byResistance = settings.value("spacing") >= 0.5
  }

  @inline(__always)
  func change<L: DeviceLanes>(_ g: inout L, _ slope: inout L, _ random: DeviceRandom<L>, _ window: ConductanceWindow) {
    g = byResistance ? nearestByResistance(g, window) : nearest(g, from: window.off, to: window.on, levels - 1)
  }

  /// The states are evenly spaced in R; which is nearest is judged in G, as programming would.
  @inline(__always)
  private func nearestByResistance<L: DeviceLanes>(_ g: L, _ window: ConductanceWindow) -> L {
    let r = L.all(1) / L.atLeast(g, L.all(1e-18))
    let (least, most) = (1 / window.on, 1 / window.off)
    let step = (most - least) / (levels - 1)
    let position = L.clamp((r - L.all(least)) * L.all(1 / step), .zero, L.all(levels - 1))
    let near = L.round(position)
    let other = L.clamp(near + L.select(L.less(near, position), L.all(1), L.all(-1)), .zero, L.all(levels - 1))
    let (a, b) = (L.all(1) / L.all(least).addingProduct(near, L.all(step)), L.all(1) / L.all(least).addingProduct(other, L.all(step)))
    return L.select(L.less(L.abs(g - b), L.abs(g - a)), b, a)
  }

  static let card = ModelCard(
    nonideality: "discrete-states", "A limited number of programmable states",
    "Each device takes the nearest of `levels` states, evenly spaced in conductance or resistance from G_off to G_on.",
    source: "the authors' code history of Joksas et al., Advanced Science 9, 2105784 (2022)",
    [
      .init("levels", unit: "1", "number of states", in: 2...1e6, default: [16]),
      .init("spacing", unit: "1", "0: evenly spaced in conductance, 1: in resistance", in: 0...1, default: [0]),
    ])
}

/// The nearest of `steps` + 1 values from `low` to `high`; what lies outside takes the end.
@inline(__always)
func nearest<L: DeviceLanes>(_ g: L, from low: Double, to high: Double, _ steps: Double) -> L {
  let step = (high - low) / steps
  let position = L.clamp((g - L.all(low)) * L.all(1 / step), .zero, L.all(steps))
  return L.all(low).addingProduct(L.round(position), L.all(step))
}
