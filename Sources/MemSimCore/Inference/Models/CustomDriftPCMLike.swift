/// Phase-change memory with drift exponents of one's own: mean and deviation by conductance, straight between nodes.
struct CustomDriftPCMLike: PhaseChangeLaw {
  let common: PhaseChangeCommon
  private let mean, std: PiecewiseLinear

  /// Errors: argument, unless the lists are as long and g_lst rises.
  init(_ settings: ModelSettings, _ range: ConductanceRange) throws(MemSimError) {
    common = try PCMLike.common(settings, range)
    let (g, means, stds) = (settings.values("g_lst"), settings.values("nu_mean_lst"), settings.values("nu_std_lst"))
    guard !g.isEmpty, g.count == means.count, g.count == stds.count else {
      let got = "\(g.count), \(means.count) and \(stds.count)"
      throw .argument("g_lst, nu_mean_lst and nu_std_lst must have as many values, 1 or more, got \(got)")
    }
    guard zip(g, g.dropFirst()).allSatisfy({ $0 < $1 }) else { throw .argument("g_lst must rise, got \(g)") }
    let parts = g.map { $0 / Double(range.most) }
    (mean, std) = (PiecewiseLinear(x: parts, y: means), PiecewiseLinear(x: parts, y: stds))
  }

  func exponent(_ r: FloatLanes, _ logarithm: FloatLanes) -> (mean: FloatLanes, std: FloatLanes) { (mean(r), std(r)) }

  @inline(__always)
  func readNoise(_ r: FloatLanes, _ logarithm: FloatLanes) -> FloatLanes { PCMLike.readNoise(logarithm) }

  /// The default nodes are points of pcm-like at 25 uS.
  static let card = ModelCard(
    phaseChange: "custom-drift-pcm-like", "Phase-change memory with given drift",
    "As pcm-like, drift exponents by given nodes.", source: PCMLike.source,
    own: PCMLike.parameters(PCMLike.programming) + [
      .init("g_lst", unit: "uS", "conductances of the nodes, rising", rows: 0, in: 0...1e6, default: [0.19, 0.5, 1, 2, 5.11, 8.22]),
      .init("nu_mean_lst", unit: "1", "mean exponents at them", rows: 0, in: 0...10, default: [0.1, 0.085, 0.0743, 0.0635, 0.049, 0.049]),
      .init("nu_std_lst", unit: "1", "their deviations", rows: 0, in: 0...10, default: [0.045, 0.043, 0.0343, 0.0257, 0.0139, 0.008]),
    ], readTime: 250e-9)
}
