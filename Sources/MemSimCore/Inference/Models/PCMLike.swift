import CMemSimSIMD

/// Phase-change memory: a million devices of Nandakumar et al., ICECS (2019).
struct PCMLike: PhaseChangeLaw {
  let common: PhaseChangeCommon

  init(_ settings: ModelSettings, _ range: ConductanceRange) throws(MemSimError) {
    common = try PCMLike.common(settings, range)
  }

  static func common(_ settings: ModelSettings, _ range: ConductanceRange) throws(MemSimError) -> PhaseChangeCommon {
    try PhaseChangeCommon(
      settings, range, coefficients: settings.values("prog_coeff"),
      reference: settings.value("prog_coeff_g_max_reference"), start: settings.value("t_0"))
  }

  @inline(__always)
  func exponent(_ r: FloatLanes, _ logarithm: FloatLanes) -> (mean: FloatLanes, std: FloatLanes) {
    (.line(logarithm, -0.0155, 0.0244, in: 0.049...0.1), PCMLike.exponentStd(logarithm))
  }

  @inline(__always)
  static func exponentStd(_ logarithm: FloatLanes) -> FloatLanes { .line(logarithm, -0.0125, -0.0059, in: 0.008...0.045) }

  @inline(__always)
  func readNoise(_ r: FloatLanes, _ logarithm: FloatLanes) -> FloatLanes { PCMLike.readNoise(logarithm) }

  /// min(0.0088 / r^0.65, 0.2).
  @inline(__always)
  static func readNoise(_ logarithm: FloatLanes) -> FloatLanes {
    ms_at_most_f(0.0088 * Elementary.expNormal(logarithm * -0.65), FloatLanes(repeating: 0.2))
  }

  static let programming = [0.26348, 1.9650, -1.1731]
  static let source = "Nandakumar et al., ICECS, 727 (2019); Joshi et al., Nat. Commun. 11, 2473 (2020)"

  static func parameters(_ coefficients: [Double]) -> [ParameterCard] {
    [
      .init("prog_coeff", unit: "uS", "deviation of programming by powers of g / g_max, at most five", rows: 0, in: -1e6...1e6, default: coefficients),
      .init("prog_coeff_g_max_reference", unit: "uS", "g_max that prog_coeff were found at", in: 1e-3...1e6, default: [25]),
      .init("t_0", unit: "s", "from programming to the first read: drift counts from there", in: 1e-9...1e9, default: [20]),
    ]
  }

  static let card = ModelCard(
    phaseChange: "pcm-like", "Phase-change memory", "Programming noise, drift and 1/f noise by the conductance.",
    source: source, own: parameters(programming), readTime: 250e-9)
}
