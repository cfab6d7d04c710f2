import CMemSimSIMD

/// Strukov et al. (2008): a doped region of share x grows with the charge that flows.
package struct LinearIonDrift: CompactModel {
  package let initial: Double
  package let range = 0.0...1.0
  private let on: Double
  private let off: Double
  /// mu R_on / D² [1/C].
  private let mobility: Double
  private let window: Window

  package init(_ settings: ModelSettings) throws(MemSimError) {
    (on, off) = (settings.value("R_on"), settings.value("R_off"))
    guard on < off else {
      throw .argument("parameter \"R_on\" must be below \"R_off\", got \(on) and \(off) ohm")
    }
    let thickness = settings.value("D")
    mobility = settings.value("mu") * on / (thickness * thickness)
    initial = settings.value("x_init")
    window = Window(settings)
  }

  @inline(__always)
  package func current(_ volts: DoubleLanes, _ x: DoubleLanes) -> DoubleLanes {
    volts / DoubleLanes(repeating: off).addingProduct(x, on - off)
  }

  @inline(never)
  package func rate(_ volts: DoubleLanes, _ x: DoubleLanes) -> DoubleLanes {
    mobility * current(volts, x) * window(x, rising: ms_less_equal_d(.zero, volts))
  }

  package static let card = CompactCard(
    name: "linear-ion-drift",
    title: "Linear ion drift: the HP memristor, with a window",
    text: """
      R = R_on x + R_off (1 - x), dx/dt = mu R_on / D^2 I f(x). V > 0 sets (x rises, the resistance falls), V < 0 \
      resets. No threshold: every voltage moves the state, reading too, which this library leaves out. With Joglekar's \
      or Prodromakis's window a cell near an end takes long to leave it, and never leaves it from x = 0 or 1 itself.
      """,
    source: "Strukov et al., Nature 453, 80 (2008); windows: Joglekar and Wolf, Eur. J. Phys. 30, 661 (2009); Biolek et al., "
      + "Radioengineering 18, 210 (2009); Prodromakis et al., IEEE TED 58, 3099 (2011); defaults: MemTorch 1.1.6, start: Memristor-Models",
    parameters: [
      .init("mu", unit: "m^2/(V s)", "mobility of the dopants", in: 1e-18...1e-6, default: [1e-14]),
      .init("D", unit: "m", "thickness of the film", in: 1e-9...1e-6, default: [10e-9]),
      .init("R_on", unit: "ohm", "resistance at x = 1, below R_off", in: 1e-2...1e12, default: [100]),
      .init("R_off", unit: "ohm", "resistance at x = 0", in: 1e-2...1e12, default: [16e3]),
      .init("x_init", unit: "1", "state of a new cell", in: 0...1, default: [0.1]),
    ] + Window.parameters(p: 1),
    options: [Window.option(first: .joglekar)],
    state: StateCard("x", unit: "1", "share of the film that is doped", settable: true),
    training: TrainingPulse(set: 1, reset: -1, length: 1e-3),
    presets: [
      PresetCard(
        "sinusoidal", "for sine waves; 10 to 100 kohm", source: "Memristor-Models (T. Tiotto), linear ion drift",
        [("D", [27e-9]), ("R_on", [10e3]), ("R_off", [100e3]), ("mu", [1e-14]), ("p", [7]), ("x_init", [0.1])]),
      PresetCard(
        "pulsed", "for pulses; 1 to 10 kohm", source: "Memristor-Models (T. Tiotto), linear ion drift",
        [("D", [85e-9]), ("R_on", [1e3]), ("R_off", [10e3]), ("mu", [2e-14]), ("p", [2]), ("x_init", [0.093])]),
    ])
}
