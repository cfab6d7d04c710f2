import CMemSimSIMD

/// Ntinas et al. (2022, 2023): JART VCM v1b with its current as a closed form of V, N, r and l.
package struct JartTUD: CompactModel {
  package let initial: Double
  package let range: ClosedRange<Double>
  private let fit: JartTUDFit
  private let ambient, thermalSET, thermalRESET: Double
  private let series, heating: Double
  private let disc, inverseLength, inverseCell: Double
  private let attempt, plug, fieldFactor, barrier: Double
  private let limiter: Double

  private static var charge: Double { 1.602e-19 }
  /// Of the barrier [K/V]: charge over Boltzmann's constant.
  private static var kelvinPerVolt: Double { 1.602e-19 / 1.3807e-23 }

  package init(_ settings: ModelSettings) throws(MemSimError) {
    let (least, most, start) = (settings.value("Ndiscmin"), settings.value("Ndiscmax"), settings.value("Ninit"))
    guard least < most, start >= least, start <= most else {
      throw .argument("parameters must obey Ndiscmin <= Ninit <= Ndiscmax and Ndiscmin < Ndiscmax, got Ndiscmin \(least), Ninit \(start), Ndiscmax \(most)")
    }
    (initial, range) = (start, least...most)
    let (r, l, hop) = (settings.value("r"), settings.value("l"), settings.value("a"))
    fit = JartTUDFit(radius: (r - 45e-9) / 4.5e-9, length: (l - 0.4e-9) / 0.04e-9)
    ambient = settings.value("T0")
    let nominal = settings.value("rdet") / r
    thermalSET = settings.value("Rth0") * nominal * nominal
    thermalRESET = thermalSET * settings.value("Rtheff_scaling")
    let line = settings.value("R0")
    series = settings.value("RseriesTiOx") + line
    heating = line * line * settings.value("alphaline") * settings.value("Rthline")
    disc = l / (1e26 * 2 * JartTUD.charge * settings.value("un") * Double.pi * r * r)
    (inverseLength, inverseCell) = (1 / l, 1 / settings.value("lcell"))
    (attempt, plug) = (0.5 * hop * settings.value("ny0") / l, settings.value("Nplug"))
    barrier = settings.value("dWa")
    fieldFactor = 2 * hop / (Double.pi * barrier)
    limiter = settings.value("limiter")
  }

  @inline(never)
  package func current(_ volts: DoubleLanes, _ x: DoubleLanes) -> DoubleLanes { fit.current(volts, x) }

  /// V over interface, disc and plug, and the temperature [K].
  @inline(__always)
  private func cell(_ volts: DoubleLanes, _ current: DoubleLanes) -> (volts: DoubleLanes, temperature: DoubleLanes) {
    let inner = volts - current * DoubleLanes(repeating: series).addingProduct(current * current, heating)
    let thermal = ms_select_d(
      ms_less_d(volts, .zero), DoubleLanes(repeating: thermalSET), DoubleLanes(repeating: thermalRESET))
    // Where the fit leaves the cell no voltage, it does not heat it either.
    return (inner, DoubleLanes(repeating: ambient).addingProduct(ms_at_least_d(current * inner, .zero), thermal))
  }

  @inline(never)
  package func extra(_ volts: DoubleLanes, _ x: DoubleLanes) -> DoubleLanes {
    cell(volts, current(volts, x)).temperature
  }

  /// As of v1b: hopping over a barrier that field and temperature lower, times the limiter.
  @inline(never)
  package func rate(_ volts: DoubleLanes, _ x: DoubleLanes) -> DoubleLanes {
    let set = ms_less_d(volts, .zero)
    let current = current(volts, x)
    let cell = cell(volts, current)
    let field = ms_abs_d(ms_select_d(set, current * (disc / x) * inverseLength, cell.volts * inverseCell))
    let gamma = ms_at_most_d(field * fieldFactor, DoubleLanes(repeating: 1))
    let energy = barrier * JartTUD.kelvinPerVolt / cell.temperature
    let mean = ms_sqrt_d(1 - gamma * gamma).addingProduct(gamma, DoubleLanes.asin(gamma))
    let tilt = gamma * energy * (Double.pi / 2)
    let hops = Elementary.exp(tilt - energy * mean) * -Elementary.expm1(-2 * tilt)
    let rate = attempt * (plug + x) * hops * limit(x, set: set)
    return ms_select_d(set, rate, -rate)
  }

  /// 1 - (N/N_max)^limiter for growing N, 1 - (N_min/N)^limiter for falling.
  @inline(__always)
  private func limit(_ x: DoubleLanes, set: LongLanes) -> DoubleLanes {
    if limiter == 0 { return DoubleLanes(repeating: 1) }
    let ratio = ms_select_d(set, x * (1 / range.upperBound), range.lowerBound / x)
    return 1 - Elementary.pow(ms_at_most_d(ratio, DoubleLanes(repeating: 1)), DoubleLanes(repeating: limiter))
  }

  package static let card = CompactCard(
    name: "jart-tud",
    title: "JART-TUD: JART VCM v1b with a closed-form current",
    text: """
      The current is a fit in V, N, r and l, within 5 % (rms of log10: 0.01 for V < 0, 0.007 for V > 0; largest 0.05) of \
      the solved one at 0.02 ... 1.5 V and nominal geometry, the rest as "jart-vcm-v1b": prefer that one, which is exact. \
      V < 0 sets (N rises), V > 0 resets. The fit holds for the published electrical parameters; those given here act on \
      temperature and rate. Radius and length are the same for all cells. N ends 1e-12 of its range before the limiter's zero.
      """,
    source: "Ntinas et al., IEEE TCAS-II 69, 2473 (2022), and SMACD 2023; coefficients: vntinas/JART-TUD-VCM-memristor-model; "
      + "rate: Bengel et al., IEEE TCAS-I 67, 4618 (2020)",
    parameters: [
      .init("T0", unit: "K", "ambient temperature", in: 100...500, default: [293]),
      .init("un", unit: "m^2/(V s)", "electron mobility", in: 1e-6...1e-5, default: [4e-6]),
      .init("Ndiscmax", unit: "1e26/m^3", "largest concentration in the disc", in: 1e-3...1100, default: [22]),
      .init("Ndiscmin", unit: "1e26/m^3", "least concentration in the disc", in: 1e-4...100, default: [0.004]),
      .init("Ninit", unit: "1e26/m^3", "concentration of a new cell", in: 1e-4...1000, default: [0.008]),
      .init("Nplug", unit: "1e26/m^3", "concentration in the plug", in: 1e-3...100, default: [20]),
      .init("a", unit: "m", "hop distance", in: 1e-10...1e-9, default: [0.25e-9]),
      .init("ny0", unit: "Hz", "attempt frequency", in: 1e10...1e14, default: [2e13]),
      .init("dWa", unit: "eV", "hopping barrier", in: 0.8...1.5, default: [1.35]),
      .init("Rth0", unit: "K/W", "thermal resistance for V < 0 at radius rdet", in: 1e6...2e7, default: [15.72e6]),
      .init("Rtheff_scaling", unit: "1", "thermal resistance for V > 0 over that for V < 0", in: 0.1...1, default: [0.27]),
      .init("rdet", unit: "m", "radius of the thermal reference", in: 5e-9...100e-9, default: [45e-9]),
      .init("r", unit: "m", "filament radius", in: 40.5e-9...49.5e-9, default: [45e-9]),
      .init("l", unit: "m", "disc length", in: 0.36e-9...0.44e-9, default: [0.4e-9]),
      .init("lcell", unit: "m", "length of disc and plug", in: 2e-9...5e-9, default: [3e-9]),
      .init("RseriesTiOx", unit: "ohm", "resistance of the conducting layer", in: 0...5000, default: [650]),
      .init("R0", unit: "ohm", "line resistance without current", in: 0...1e5, default: [719.2437]),
      .init("Rthline", unit: "K/W", "thermal resistance of the line", in: 0...1e7, default: [90471.47]),
      .init("alphaline", unit: "1/K", "temperature coefficient of the line", in: 0...1, default: [3.92e-3]),
      .init("limiter", unit: "1", "exponent of the limiter; 0: hard stop", in: 0...100, default: [10]),
    ],
    state: StateCard("N", unit: "1e26/m^3", "vacancy concentration in the disc", settable: true),
    extra: StateCard("temperature", unit: "K", "of the filament"),
    training: TrainingPulse(set: -0.342, reset: 0.7065, length: 1e-6), voltageLimit: 3)
}

/// The fit: coefficients of the repository's tables; d and e are the deviations of r and l in tenths of the nominal.
private struct JartTUDFit {
  private let set: SET
  private let reset: RESET

  init(radius d: Double, length e: Double) { (set, reset) = (SET(d, e), RESET(d, e)) }

  @inline(__always)
  func current(_ volts: DoubleLanes, _ x: DoubleLanes) -> DoubleLanes {
    let y = Elementary.log(x * (1 / 0.004))
    let negative = ms_less_d(volts, .zero)
    if !any(negative) { return reset.current(volts, y) }
    if !any(~negative) { return set.current(volts, y) }
    return ms_select_d(negative, set.current(ms_at_most_d(volts, .zero), y), reset.current(ms_at_least_d(volts, .zero), y))
  }

  /// V > 0: p5 / (p6 + p7 (p8 e^y)^-p10)^(1/p11).
  private struct RESET {
    let p51, p60, p70, p72, p80, p100, p110: Double

    init(_ d: Double, _ e: Double) {
      p51 = 1.3769e-3 + 2.3087e-4 * d + 1.3293e-7 * e
      p60 = 0.19687 + 0.026129 * d
      p70 = -97.606 - 0.74338 * d + 0.11713 * d * d + 2.4377 * e
      p72 = 99.296 + 0.69547 * d - 0.13724 * d * d + (-2.3728 - 9.0456e-3 * d - 1.2221e-3 * d * d) * e
      (p80, p100, p110) = (0.11713 - 3.8320e-3 * e, 0.97733 + 5.9623e-5 * e, 0.94207 - 6.7239e-4 * e)
    }

    @inline(__always)
    func current(_ v: DoubleLanes, _ y: DoubleLanes) -> DoubleLanes {
      let p5 = -p51 * Elementary.expm1(-0.081819 * v)
      let p7 = p70 + 7.8250 * v + p72 * Elementary.exp(-0.071092 * v)
      let p8 = p80 + 0.081370 * v
      let p10 = p100 + v * (0.035214 + 0.012856 * v)
      let p11 = p110 + v * (0.038953 + 0.023436 * v)
      let inner = p60 - 0.021833 * v + p7 * Elementary.exp(-p10 * (y + Elementary.log(p8)))
      return p5 * Elementary.exp(-Elementary.log(inner) / p11)
    }
  }

  /// V < 0: p1 (p2 (e^((y - p3)/p4) - 1) + y - p3) + p5 / (1 + p7 e^(-p10 (y - p9)))^(1/p11).
  private struct SET {
    let a0, a1, a2, a3, a4, p30, p31, p41, p51, p52, p7, p90, p93, p101, p110: Double

    init(_ d: Double, _ e: Double) {
      a0 = 1.1830 - 0.062246 * d + 0.11419 * e
      a1 = -2.7034e-3 - 1.8077e-4 * d - 2.0831e-4 * e
      a2 = -4.5379e-6 + 1.7313e-4 * d - 8.9677e-5 * e
      a3 = 0.99115 + 5.7155e-3 * d - 0.023237 * e
      a4 = 0.44093 - 9.7198e-4 * d - 1.8507e-3 * e
      p30 = 6.8845 + 0.12536 * d + 0.25983 * e
      p31 = -0.58995 + 0.065498 * d + 0.085666 * e
      p41 = -2.9537 + 0.082522 * d - 0.072255 * e
      p51 = 6.4705e-4 + 1.5169e-5 * d + 1.3260e-6 * e
      p52 = 5.1529e-5 + 6.7042e-7 * d + 1.0756e-6 * d * d
      p7 = 0.11708 + 4.8662e-4 * d + 3.7351e-3 * e
      (p90, p93) = (3.9052 - 0.54723 * d + 0.036802 * e, 1.4310 + 0.36 * d)
      (p101, p110) = (3.4731 + 0.011444 * d, 10.667 + 0.3629 * d)
    }

    @inline(__always)
    func current(_ v: DoubleLanes, _ y: DoubleLanes) -> DoubleLanes {
      let p1 = a0 * v * (a1 + a2 * v) / (1 + v * (a3 + a4 * v))
      let p4 = 2589 - p41 * Elementary.exp(0.54031 * v)
      let z = y - (p30 + p31 * v)
      let p9 = step(v, p90, 9.6130, at: -0.45637, width: p93)
      let p10 = step(v, 0.46925, p101, at: -1.1871, width: 0.56947)
      let inverse11 = step(v, p110, 0.12812, at: 0.74414, width: 0.42381)
      let inner = Elementary.log1p(p7 * Elementary.exp(-p10 * (y - p9)))
      let p5 = v * (p51 + p52 * v)
      return p1 * (z - 2595.5 * Elementary.expm1(z / p4)) + p5 * Elementary.exp(-inner * inverse11)
    }

    /// a far above c, b far below: a + (b - a) / (1 + e^((v - c)/d)).
    @inline(__always)
    private func step(_ v: DoubleLanes, _ a: Double, _ b: Double, at c: Double, width d: Double) -> DoubleLanes {
      a + (b - a) / (1 + Elementary.exp((v - c) * (1 / d)))
    }
  }
}
