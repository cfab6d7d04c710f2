/// Noise that no conductance changes but by its size: for studies.
struct StateIndependent: PhaseChangeLaw {
  let common: PhaseChangeCommon
  private let mean, std: Float

  init(_ settings: ModelSettings, _ range: ConductanceRange) throws(MemSimError) {
    common = try PCMLike.common(settings, range)
    (mean, std) = (Float(settings.value("nu_mean")), Float(settings.value("nu_std")))
  }

  @inline(__always)
  func exponent(_ r: FloatLanes, _ logarithm: FloatLanes) -> (mean: FloatLanes, std: FloatLanes) {
    (FloatLanes(repeating: mean), FloatLanes(repeating: std))
  }

  /// 1 uS at the largest conductance, in proportion to it below.
  @inline(__always)
  func readNoise(_ r: FloatLanes, _ logarithm: FloatLanes) -> FloatLanes { FloatLanes(repeating: 1 / common.range.most) }

  static let card = ModelCard(
    phaseChange: "state-independent", "State-independent noise", "Constant programming noise and drift exponents.",
    source: "IBM aihwkit 1.2 (equations)",
    own: PCMLike.parameters([0.2]) + [
      .init("nu_mean", unit: "1", "mean drift exponent", in: 0...10, default: [0.1]),
      .init("nu_std", unit: "1", "its deviation", in: 0...10, default: [0.05]),
    ], readTime: 250e-9)
}
