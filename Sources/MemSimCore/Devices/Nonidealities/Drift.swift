/// Conductances that decay as a power of time, each device with an exponent of its own.
///
/// Source: Karpov et al., J. Appl. Phys. 102, 124503 (2007).
struct Drift: ConductanceChange {
  static var stage: ConductanceStage { .drift }
  static var needsNormals: Bool { true }
  private let logTime, nu, deviation: Double

  init(_ settings: ModelSettings) {
    logTime = Elementary.log(DoubleLanes(repeating: settings.value("time") / settings.value("t0")))[0]
    (nu, deviation) = (settings.value("nu"), settings.value("nu_std"))
  }

  @inline(__always)
  func change<L: DeviceLanes>(_ g: inout L, _ slope: inout L, _ random: DeviceRandom<L>, _ window: ConductanceWindow) {
    let exponent = L.all(nu).addingProduct(random.normal, L.all(deviation))
    let factor = L.expNormal(exponent * L.all(-logTime))
    g *= factor
    slope *= factor
  }

  static let card = ModelCard(
    nonideality: "drift", "Drift of conductances",
    "G(time) = G (time/t0)^(-v), v normal with mean nu and deviation nu_std for each device. At t0 nothing has drifted.",
    source: "Karpov et al., Journal of Applied Physics 102, 124503 (2007)",
    [
      .init("time", unit: "s", "since programming", in: 1e-9...1e12, default: [1]),
      .init("t0", unit: "s", "when the conductances are as programmed", in: 1e-9...1e12, default: [1]),
      .init("nu", unit: "1", "mean exponent", in: -1...1, default: [0.05]),
      .init("nu_std", unit: "1", "deviation of the exponent", in: 0...1, default: [0]),
    ])
}
