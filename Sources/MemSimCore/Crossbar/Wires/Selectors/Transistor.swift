import CMemSimSIMD

/// An n-channel access transistor: level 1, with velocity saturation where e_sat_l is finite.
///
/// With V_ov = V_G - v_th, u = V_DS: the current is k (V_ov u - u²/2) / (1 + u / e_sat_l) up to its largest, at u_sat =
/// 2 V_ov / (1 + sqrt(1 + 2 V_ov / e_sat_l)), and stays there, times 1 + lambda u; source and drain change places with
/// the sign of the voltage.
struct Transistor: SelectorLaw {
  let gates: [Double]
  private let gain, threshold, lambda, inverseLimit, leak: Double

  init(_ settings: ModelSettings) throws(MemSimError) {
    gates = settings.values("gate")
    (gain, threshold) = (settings.value("k"), settings.value("v_th"))
    (lambda, leak) = (settings.value("lambda"), settings.value("g_leak"))
    inverseLimit = 1 / settings.value("e_sat_l")
    guard !gates.isEmpty else { throw .argument("transistor: \"gate\" must be given, one voltage or one a word line") }
    for gate in gates where !gate.isFinite { throw .argument("parameter \"gate\" must be finite, got \(gate)") }
  }

  func flow(_ v: DoubleLanes, gate: DoubleLanes) -> Flow {
    // Of a negative voltage the other end is the source, |V| below the gate's reference.
    let isBack = v .< .zero
    let u = DoubleLanes.abs(v)
    let over = ms_at_least_d((gate - threshold) + u.replacing(with: 0, where: .!isBack), .zero)
    let overSlope = DoubleLanes.zero.replacing(with: 1, where: isBack .& (over .> .zero))
    let saturation = 2 * over / (1 + ms_sqrt_d(1 + (2 * inverseLimit) * over))
    let x = ms_at_most_d(u, saturation)
    let isLinear = u .< saturation
    let denominator = 1 / (1 + x * inverseLimit)
    let core = (over - 0.5 * x) * x * denominator
    // d/du: of the explicit voltage below saturation, and of the overdrive, which grows with |V| backwards.
    let byX = ((over - x) - core * inverseLimit) * denominator
    let byOver = x * denominator
    let slope = DoubleLanes.zero.replacing(with: byX, where: isLinear) + overSlope * byOver
    let modulation = 1 + lambda * u
    let size = gain * core * modulation + leak * u
    return Flow(
      current: size.replacing(with: -size, where: isBack), slope: gain * (slope * modulation + core * lambda) + leak)
  }

  static let card = ModelCard(
    nonideality: "transistor", "n-channel access transistor, 1T1R",
    """
    Level 1 (square law) with channel-length modulation, and velocity saturation for a finite e_sat_l. The transistor's \
    source is the bit line, gates belong to word lines, and gate voltages count from the bit line's node: its rise above \
    ground along the wire is neglected.
    """,
    source: "Shichman & Hodges, IEEE J. Solid-State Circuits 3, 285 (1968); Toh, Ko & Meyer, ibid. 23, 950 (1988)",
    [
      .init("gate", unit: "V", "of each word line, or of all", rows: 0, columns: 0, in: -100...100, default: []),
      .init("k", unit: "A/V^2", "transconductance, mobility times oxide capacitance times width over length", in: 1e-12...1e3, default: [1e-3]),
      .init("v_th", unit: "V", "threshold", in: -10...10, default: [0.4]),
      .init("lambda", unit: "1/V", "channel-length modulation", in: 0...10, default: [0.05]),
      .init("e_sat_l", unit: "V", "critical field times channel length; 1e9: no velocity saturation", in: 1e-3...1e9, default: [1e9]),
      .init("g_leak", unit: "S", "leakage", in: 0...1, default: [1e-12]),
    ])
}
