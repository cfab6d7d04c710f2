import CMemSimSIMD

/// Yang et al. (2008), Lehtonen and Laiho (2010): a rectifying current, a rate by an odd power of the voltage.
package struct NonlinearIonDrift: CompactModel {
  package let initial: Double
  package let range = 0.0...1.0
  private let n, alpha, beta, gamma, chi: Double
  private let speed, power: Double
  private let window: Window

  package init(_ settings: ModelSettings) throws(MemSimError) {
    (n, alpha, beta) = (settings.value("n"), settings.value("alpha"), settings.value("beta"))
    (gamma, chi) = (settings.value("gamma"), settings.value("chi"))
    (speed, power) = (settings.value("a"), settings.value("m"))
    initial = settings.value("x_init")
    window = Window(settings)
  }

  @inline(__always)
  package func current(_ volts: DoubleLanes, _ x: DoubleLanes) -> DoubleLanes {
    let on = Elementary.pow(x, DoubleLanes(repeating: n)) * beta * Elementary.sinh(alpha * volts)
    return on.addingProduct(Elementary.expm1(gamma * volts), chi)
  }

  @inline(never)
  package func rate(_ volts: DoubleLanes, _ x: DoubleLanes) -> DoubleLanes {
    let falling = ms_less_d(volts, .zero)
    let rate = speed * Elementary.pow(ms_abs_d(volts), DoubleLanes(repeating: power)) * window(x, rising: ~falling)
    return ms_select_d(falling, -rate, rate)
  }

  package static let card = CompactCard(
    name: "nonlinear-ion-drift",
    title: "Non-linear ion drift: rectifying current, rate by a power of the voltage",
    text: """
      I = x^n beta sinh(alpha V) + chi (e^(gamma V) - 1), dx/dt = a sign(V) |V|^m f(x). V > 0 sets (x rises, the current \
      too), V < 0 resets. No threshold, no temperature, no variability.
      """,
    source: "Yang et al., Nature Nanotechnology 3, 429 (2008); defaults: Lehtonen and Laiho, CNNA 2010",
    parameters: [
      .init("n", unit: "1", "exponent of the state in the current", in: 1...20, default: [4]),
      .init("alpha", unit: "1/V", "bend of the current of the on state", in: 1e-3...20, default: [2]),
      .init("beta", unit: "A", "current of the on state", in: 0...1, default: [9e-8]),
      .init("gamma", unit: "1/V", "bend of the current of the off state", in: 1e-3...20, default: [4]),
      .init("chi", unit: "A", "current of the off state", in: 1e-18...1, default: [1e-10]),
      .init("a", unit: "V^-m/s", "speed at 1 V", in: 0...1e15, default: [12_500]),
      .init("m", unit: "1", "exponent of the voltage; the published equation has odd whole numbers", in: 1...21, default: [13]),
      .init("x_init", unit: "1", "state of a new cell", in: 0...1, default: [0.15]),
    ] + Window.parameters(p: 1),
    options: [Window.option(first: .joglekar)],
    state: StateCard("x", unit: "1", "0: off, 1: on", settable: true),
    training: TrainingPulse(set: 1, reset: -1, length: 2e-6))
}
