/// I = i_0 sinh(V / v_0) + g_leak V.
struct ExponentialSelector: SelectorLaw {
  private let current, volts, leak: Double

  init(_ settings: ModelSettings) throws(MemSimError) {
    (current, volts, leak) = (settings.value("i0"), settings.value("v0"), settings.value("g_leak"))
  }

  func flow(_ v: DoubleLanes, gate: DoubleLanes) -> Flow {
    let x = v * (1 / volts)
    let (up, down) = (DoubleLanes.expNormal(x), DoubleLanes.expNormal(-x))
    // expm1 keeps small voltages exact.
    let small = (DoubleLanes.abs(x) .< DoubleLanes(repeating: 0.5))
    let sinh = (0.5 * (up - down)).replacing(with: 0.5 * (DoubleLanes.expm1(x) - DoubleLanes.expm1(-x)), where: small)
    return Flow(current: current * sinh + leak * v, slope: (0.5 * current / volts) * (up + down) + leak)
  }

  static let card = ModelCard(
    nonideality: "exponential", "Two-terminal selector of exponential law",
    "I = i_0 sinh(V / v_0) + g_leak V: no threshold, the same both ways.",
    source: "Burr et al., J. Vac. Sci. Technol. B 32, 040802 (2014), section II",
    [
      .init("i0", unit: "A", "scale of the current", in: 1e-30...1, default: [1e-12]),
      .init("v0", unit: "V", "voltage of e-fold", in: 1e-3...10, default: [0.05]),
      .init("g_leak", unit: "S", "leakage", in: 0...1, default: [0]),
    ])
}
