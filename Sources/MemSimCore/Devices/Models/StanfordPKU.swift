import CMemSimSIMD

/// Jiang, Guan et al. (2012 ... 2016): a gap g between filament and electrode, tunnelling, Joule heating.
package struct StanfordPKU: CompactModel {
  package let initial: Double
  package let range: ClosedRange<Double>
  private let scale, inverseLength, inverseVolt: Double
  private let ambient, thermalResistance: Double
  private let speed, barrier, lever, leastField: Double
  private let enhancement, decline: Double

  /// Electron charge over Boltzmann's constant [K/V].
  private static var kelvinPerVolt: Double { 1.602176634e-19 / 1.380649e-23 }

  package init(_ settings: ModelSettings) throws(MemSimError) {
    scale = settings.value("I0")
    inverseLength = 1 / settings.value("g0")
    inverseVolt = 1 / settings.value("V0")
    (ambient, thermalResistance) = (settings.value("T_amb"), settings.value("R_th"))
    (speed, barrier) = (settings.value("v0"), settings.value("E_a"))
    lever = settings.value("a0") / settings.value("t_ox")
    leastField = settings.value("F_min") * settings.value("t_ox")
    (enhancement, decline) = (settings.value("gamma0"), settings.value("beta"))
    let (least, most, start) = (settings.value("g_min"), settings.value("g_max"), settings.value("g_init"))
    guard least < most, start >= least, start <= most else {
      throw .argument("parameters must obey g_min <= g_init <= g_max and g_min < g_max, got g_min \(least), g_init \(start), g_max \(most) m")
    }
    (initial, range) = (start, least...most)
  }

  @inline(__always)
  package func current(_ volts: DoubleLanes, _ x: DoubleLanes) -> DoubleLanes {
    scale * Elementary.exp(-x * inverseLength) * Elementary.sinh(volts * inverseVolt)
  }

  /// Temperature of the filament [K].
  @inline(never)
  package func extra(_ volts: DoubleLanes, _ x: DoubleLanes) -> DoubleLanes {
    DoubleLanes(repeating: ambient).addingProduct(ms_abs_d(volts * current(volts, x)), thermalResistance)
  }

  /// -v0 e^(-E) sinh S; as one exponential of S - E, so that neither overflows.
  @inline(never)
  package func rate(_ volts: DoubleLanes, _ x: DoubleLanes) -> DoubleLanes {
    let gap = x * 1e9
    let enhancement = DoubleLanes(repeating: enhancement) - decline * gap * gap * gap
    let size = ms_abs_d(volts)
    let moves = ms_less_equal_d(DoubleLanes(repeating: leastField), enhancement * size)
    let perVolt = StanfordPKU.kelvinPerVolt / extra(volts, x)
    let lowering = enhancement * lever * size * perVolt
    let rate = -0.5 * speed * Elementary.exp(lowering - barrier * perVolt) * -Elementary.expm1(-2 * lowering)
    let signed = ms_select_d(ms_less_d(volts, .zero), -rate, rate)
    return ms_select_d(moves & ms_less_d(.zero, size), signed, .zero)
  }

  package static let card = CompactCard(
    name: "stanford-pku",
    title: "Stanford-PKU RRAM: tunnelling gap with Joule heating",
    text: """
      I = I0 e^(-g/g0) sinh(V/V0), T = T_amb + |V I| R_th, dg/dt = -v0 e^(-q E_a/kT) sinh(gamma a0 q V/(t_ox k T)) with \
      gamma = gamma0 - beta (g/1 nm)^3, 0 where gamma |V|/t_ox < F_min. V > 0 sets (the gap shrinks), V < 0 resets. The \
      temperature follows the power at once. The stochastic term of dg/dt is not included: as published, its size depends \
      on the time step.
      """,
    source: "Guan et al., IEEE Electron Device Lett. 33, 1405 (2012); Jiang et al., SISPAD 2014 and IEEE TED 63, 1884 (2016); defaults: MemTorch 1.1.6",
    parameters: [
      .init("I0", unit: "A", "current at no gap", in: 1e-12...10, default: [1e-3]),
      .init("g0", unit: "m", "decay length of the current", in: 1e-11...1e-8, default: [0.25e-9]),
      .init("V0", unit: "V", "bend of the current", in: 0.05...10, default: [0.25]),
      .init("v0", unit: "m/s", "speed of the gap", in: 1e-12...1e6, default: [10]),
      .init("E_a", unit: "eV", "activation energy", in: 0...5, default: [0.6]),
      .init("gamma0", unit: "1", "field enhancement at no gap", in: 0...50, default: [16]),
      .init("beta", unit: "1", "its decline with the gap", in: 0...50, default: [0.8]),
      .init("a0", unit: "m", "hop distance", in: 1e-11...1e-9, default: [0.25e-9]),
      .init("t_ox", unit: "m", "thickness of the oxide", in: 1e-9...1e-6, default: [12e-9]),
      .init("R_th", unit: "K/W", "thermal resistance", in: 0...1e8, default: [2.1e3]),
      .init("T_amb", unit: "K", "ambient temperature", in: 100...1000, default: [298]),
      .init("F_min", unit: "V/m", "least enhanced field that moves the gap", in: 0...1e11, default: [1.4e9]),
      .init("g_min", unit: "m", "least gap; 542 ohm at 0.1 V by default", in: 0...1e-7, default: [0.2e-9]),
      .init("g_max", unit: "m", "largest gap; 219 kohm at 0.1 V by default", in: 0...1e-7, default: [1.7e-9]),
      .init("g_init", unit: "m", "gap of a new cell", in: 0...1e-7, default: [1.7e-9]),
    ],
    state: StateCard("g", unit: "m", "gap between filament and electrode", settable: true),
    extra: StateCard("temperature", unit: "K", "of the filament"),
    training: TrainingPulse(set: 1.5, reset: -1.3, length: 1e-8), voltageLimit: 5)
}
