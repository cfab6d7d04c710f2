/// Device-to-device spread: resistances are lognormal about those asked for, and keep their mean.
///
/// G' = G exp(s²/2 - s z), s linear in R between the ends of the window. Source: Joksas et al. 2022.
struct Lognormal: ConductanceChange {
  static var stage: ConductanceStage { .spread }
  static var needsNormals: Bool { true }
  private let on, off: Double

  init(_ settings: ModelSettings) { (on, off) = (settings.value("sigma_on"), settings.value("sigma_off")) }

  @inline(__always)
  func change<L: DeviceLanes>(_ g: inout L, _ slope: inout L, _ random: DeviceRandom<L>, _ window: ConductanceWindow) {
    let (least, span) = (1 / window.on, 1 / window.off - 1 / window.on)
    let r = L.all(1) / L.atLeast(g, L.all(1e-18))
    let position = (r - L.all(least)) * L.all(1 / span)
    let within = L.clamp(position, .zero, L.all(1))
    let s = L.all(on).addingProduct(within, L.all(off - on))
    let factor = L.expNormal(s * (L.all(0.5) * s - random.normal))
    // Beyond the window s is constant; a weight at its end may lie a rounding beyond, and has the slope of the inside.
    let margin = 1e-5
    let inside = L.select(L.less(L.all(1 + margin), position), .zero, L.all((off - on) / span))
    let change = L.select(L.less(position, L.all(-margin)), .zero, inside)
    slope *= factor * (L.all(1) - (s - random.normal) * r * change)
    g *= factor
  }

  static let card = ModelCard(
    nonideality: "lognormal", "Lognormal device-to-device spread",
    """
    R' = R exp(s z - s²/2): the mean resistance stays. s runs linearly in R from sigma_on at 1/G_on to sigma_off at \
    1/G_off and is constant beyond.
    """,
    source: "Joksas et al., Advanced Science 9, 2105784 (2022)",
    [
      .init("sigma_on", unit: "1", "deviation of ln R at G_on", in: 0...3, default: [0.25]),
      .init("sigma_off", unit: "1", "deviation of ln R at G_off", in: 0...3, default: [0.25]),
    ])
}
