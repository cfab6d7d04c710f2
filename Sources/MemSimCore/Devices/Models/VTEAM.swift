import CMemSimSIMD

/// Kvatinsky et al. (2015): voltage thresholds, power-law rates.
package struct VTEAM: CompactModel {
  package let initial: Double
  package let range: ClosedRange<Double>
  private let on: Double
  private let off: Double
  /// ln(R_off / R_on) for the exponential current, else 0.
  private let bend: Double
  private let inverseWidth: Double
  private let rise: Branch
  private let fall: Branch
  private let window: Window

  /// One polarity: k (V / v - 1)^alpha.
  private struct Branch {
    let speed, exponent, inverseThreshold: Double

    init(_ settings: ModelSettings, _ side: String) {
      speed = settings.value("k_" + side)
      exponent = settings.value("alpha_" + side)
      inverseThreshold = 1 / settings.value("v_" + side)
    }

    /// 0 below the threshold.
    @inline(__always)
    func rate(_ volts: DoubleLanes) -> DoubleLanes {
      let beyond = ms_at_least_d(volts * inverseThreshold - 1, .zero)
      return speed * Elementary.pow(beyond, DoubleLanes(repeating: exponent))
    }
  }

  package init(_ settings: ModelSettings) throws(MemSimError) {
    (on, off) = (settings.value("R_on"), settings.value("R_off"))
    let (low, high, start) = (settings.value("x_on"), settings.value("x_off"), settings.value("x_init"))
    guard low < high, start >= low, start <= high else {
      throw .argument("parameters must obey x_on <= x_init <= x_off and x_on < x_off, got x_on \(low), x_init \(start), x_off \(high) m")
    }
    (initial, range, inverseWidth) = (start, low...high, 1 / (high - low))
    bend = settings.choice("current") == "exponential" ? Elementary.log(DoubleLanes(repeating: off / on))[0] : 0
    (rise, fall) = (Branch(settings, "off"), Branch(settings, "on"))
    window = Window(settings)
  }

  /// x from 0 to 1.
  @inline(__always)
  private func share(_ x: DoubleLanes) -> DoubleLanes { (x - range.lowerBound) * inverseWidth }

  @inline(__always)
  package func current(_ volts: DoubleLanes, _ x: DoubleLanes) -> DoubleLanes {
    if bend == 0 { return volts / DoubleLanes(repeating: on).addingProduct(share(x), off - on) }
    return volts / (on * Elementary.exp(bend * share(x)))
  }

  @inline(never)
  package func rate(_ volts: DoubleLanes, _ x: DoubleLanes) -> DoubleLanes {
    (rise.rate(volts) + fall.rate(volts)) * window(share(x), rising: ms_less_equal_d(.zero, volts))
  }

  package static let card = CompactCard(
    name: "vteam",
    title: "VTEAM: voltage threshold adaptive memristor",
    text: """
      dx/dt = k_off (V/v_off - 1)^alpha_off f(x) for V >= v_off, k_on (V/v_on - 1)^alpha_on f(x) for V <= v_on, 0 \
      between. The resistance goes from R_on at x_on to R_off at x_off, linearly or exponentially. V < 0 sets (x falls, \
      the resistance too), V > 0 resets. The current is ohmic; no temperature, no variability.
      """,
    source: "Kvatinsky et al., IEEE TCAS-II 62, 786 (2015); defaults: MemTorch 1.1.6",
    parameters: [
      .init("R_on", unit: "ohm", "resistance at x_on", in: 1e-2...1e12, default: [50]),
      .init("R_off", unit: "ohm", "resistance at x_off", in: 1e-2...1e12, default: [1000]),
      .init("x_on", unit: "m", "least state", in: -1e-6...1e-6, default: [0]),
      .init("x_off", unit: "m", "largest state", in: -1e-6...1e-6, default: [3e-9]),
      .init("x_init", unit: "m", "state of a new cell", in: -1e-6...1e-6, default: [3e-9]),
      .init("k_on", unit: "m/s", "speed towards x_on", in: -1e12...(-1e-30), default: [-10]),
      .init("k_off", unit: "m/s", "speed towards x_off", in: 1e-30...1e12, default: [5e-4]),
      .init("alpha_on", unit: "1", "exponent of the SET", in: 0.1...30, default: [3]),
      .init("alpha_off", unit: "1", "exponent of the RESET", in: 0.1...30, default: [1]),
      .init("v_on", unit: "V", "threshold of the SET", in: -10...(-1e-3), default: [-0.2]),
      .init("v_off", unit: "V", "threshold of the RESET", in: 1e-3...10, default: [0.02]),
    ] + Window.parameters(p: 1),
    options: [
      OptionCard(
        name: "current", choices: ["linear", "exponential"],
        text: "R(x) between R_on and R_off: linear, or R_on (R_off/R_on)^s with s = (x - x_on)/(x_off - x_on)"),
      Window.option(first: .none),
    ],
    state: StateCard("x", unit: "m", "R_on at its least, R_off at its largest", settable: true),
    training: TrainingPulse(set: -0.25, reset: 1, length: 1e-9))
}
