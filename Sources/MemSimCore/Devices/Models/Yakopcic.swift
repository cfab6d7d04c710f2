import CMemSimSIMD

/// Yakopcic et al. (2011): hyperbolic current, exponential rate beyond two thresholds.
package struct Yakopcic: CompactModel {
  package let initial: Double
  package let range = 0.0...1.0
  private let conductance: (positive: Double, negative: Double)
  private let bend: Double
  /// 1 if V > 0 raises x, -1 if it lowers it.
  private let direction: Double
  private let rise: Branch
  private let fall: Branch

  /// One polarity: A (e^|V| - e^threshold) beyond the threshold, and how motion dies out beyond the knee.
  private struct Branch {
    let speed, threshold, damping, knee: Double

    init(_ settings: ModelSettings, _ side: String) {
      speed = settings.value("A_" + side)
      threshold = settings.value("V_" + side)
      damping = settings.value("alpha_" + side)
      knee = settings.value("x_" + side)
    }

    @inline(__always)
    func rate(_ volts: DoubleLanes) -> DoubleLanes {
      let beyond = ms_at_least_d(volts - threshold, .zero)
      return speed * Elementary.exp(DoubleLanes(repeating: threshold)) * Elementary.expm1(beyond)
    }

    /// `rest`: how far the end is. e^(alpha (rest - 1 + knee)) rest/(1 - knee), 1 before the knee.
    @inline(__always)
    func window(_ rest: DoubleLanes) -> DoubleLanes {
      let slow = 1 - knee
      let beyond = Elementary.exp(damping * (rest - slow)) * rest * (1 / slow)
      return ms_select_d(ms_less_d(DoubleLanes(repeating: slow), rest), DoubleLanes(repeating: 1), beyond)
    }
  }

  package init(_ settings: ModelSettings) throws(MemSimError) {
    initial = settings.value("x_init")
    conductance = (settings.value("a1"), settings.value("a2"))
    bend = settings.value("b")
    direction = settings.value("eta")
    guard abs(direction) == 1 else { throw .argument("parameter \"eta\" must be 1 or -1, got \(direction)") }
    (rise, fall) = (Branch(settings, "p"), Branch(settings, "n"))
  }

  @inline(__always)
  package func current(_ volts: DoubleLanes, _ x: DoubleLanes) -> DoubleLanes {
    let a = ms_select_d(
      ms_less_d(volts, .zero), DoubleLanes(repeating: conductance.negative), DoubleLanes(repeating: conductance.positive))
    return a * x * Elementary.sinh(bend * volts)
  }

  @inline(never)
  package func rate(_ volts: DoubleLanes, _ x: DoubleLanes) -> DoubleLanes {
    let drive = direction * (rise.rate(volts) - fall.rate(-volts))
    return drive * ms_select_d(ms_less_d(drive, .zero), fall.window(x), rise.window(1 - x))
  }

  package static let card = CompactCard(
    name: "yakopcic",
    title: "Yakopcic: generalised memristor model with thresholds",
    text: """
      I = a x sinh(b V), a1 for V >= 0, a2 for V < 0. dx/dt = eta g(V) f(x) with g = A_p (e^V - e^V_p) above V_p, \
      -A_n (e^-V - e^V_n) below -V_n, 0 between. Motion up is damped from x_p on by e^(-alpha_p (x - x_p)) (1 - x)/(1 - x_p), \
      motion down from 1 - x_n on by e^(alpha_n (x + x_n - 1)) x/(1 - x_n). With eta = 1, V > 0 sets (x rises, the \
      current too), V < 0 resets. A cell near x = 0 carries no current and is slow to leave only downwards. No \
      temperature, no variability.
      """,
    source: "Yakopcic et al., IEEE Electron Device Lett. 32, 1436 (2011), and IJCNN 2013; parameter sets: Memristor-Models (T. Tiotto)",
    parameters: [
      .init("a1", unit: "A", "current for V >= 0", in: 1e-15...1e3, default: [0.17]),
      .init("a2", unit: "A", "current for V < 0", in: 1e-15...1e3, default: [0.17]),
      .init("b", unit: "1/V", "bend of the current", in: 1e-3...20, default: [0.05]),
      .init("A_p", unit: "1/s", "speed for V > V_p", in: 0...1e12, default: [4000]),
      .init("A_n", unit: "1/s", "speed for V < -V_n", in: 0...1e12, default: [4000]),
      .init("V_p", unit: "V", "threshold for V > 0", in: 0...10, default: [0.16]),
      .init("V_n", unit: "V", "threshold for V < 0, without its sign", in: 0...10, default: [0.15]),
      .init("alpha_p", unit: "1", "damping of motion up", in: 0...100, default: [1]),
      .init("alpha_n", unit: "1", "damping of motion down", in: 0...100, default: [5]),
      .init("x_p", unit: "1", "where motion up begins to be damped", in: 0...0.999, default: [0.3]),
      .init("x_n", unit: "1", "motion down is damped below 1 - x_n", in: 0...0.999, default: [0.5]),
      .init("eta", unit: "1", "1: V > 0 raises x; -1: lowers it", in: -1...1, default: [1]),
      .init("x_init", unit: "1", "state of a new cell", in: 0...1, default: [0.11]),
    ],
    state: StateCard("x", unit: "1", "0: no current, 1: largest", settable: true),
    training: TrainingPulse(set: 0.25, reset: -0.25, length: 1e-4),
    presets: [
      preset("oblea", "Oblea et al.: Ag chalcogenide, sine waves; the defaults", a: (0.17, 0.17), b: 0.05, speed: (4000, 4000),
        threshold: (0.16, 0.15), damping: (1, 5), knee: (0.3, 0.5), start: 0.11, pulse: (0.25, -0.25, 1e-4)),
      preset("oblea-pulsed", "the same device, pulses", a: (0.097, 0.097), b: 0.05, speed: (4000, 4000),
        threshold: (0.16, 0.15), damping: (1, 5), knee: (0.3, 0.5), start: 0.001, pulse: (0.25, -0.25, 1e-4)),
      preset("miao", "Miao et al.: TaOx; V_p 0.9 V as in the paper", a: (0.11, 0.11), b: 0.5, speed: (7.5, 2),
        threshold: (0.9, 0.75), damping: (1, 5), knee: (0.3, 0.5), start: 0.11, pulse: (1.2, -1.2, 1e-2)),
      preset("jo", "Jo et al.: Ag/Si", a: (3.7e-7, 4.35e-7), b: 0.7, speed: (0.005, 0.08),
        threshold: (1.5, 0.5), damping: (1.2, 3), knee: (0.2, 0.5), start: 0.1, pulse: (3, -2, 0.1)),
    ])

  private static func preset(
    _ name: String, _ text: String, a: (Double, Double), b: Double, speed: (Double, Double), threshold: (Double, Double),
    damping: (Double, Double), knee: (Double, Double), start: Double, pulse: (Double, Double, Double)
  ) -> PresetCard {
    PresetCard(
      name, text, source: "Yakopcic et al., IJCNN 2013, as listed by Memristor-Models; training pulses: this library",
      [
        ("a1", [a.0]), ("a2", [a.1]), ("b", [b]), ("A_p", [speed.0]), ("A_n", [speed.1]), ("V_p", [threshold.0]),
        ("V_n", [threshold.1]), ("alpha_p", [damping.0]), ("alpha_n", [damping.1]), ("x_p", [knee.0]), ("x_n", [knee.1]),
        ("x_init", [start]), ("pulse_voltage_SET", [pulse.0]), ("pulse_voltage_RESET", [pulse.1]), ("pulse_length", [pulse.2]),
      ])
  }
}
