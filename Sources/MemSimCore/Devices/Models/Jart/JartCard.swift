extension ModelCard {
  /// Concentrations of weights: those of the aihwkit branch with JART cells, within the bounds of a nominal cell.
  static func jartWeightStates(_ settings: ModelSettings) -> ClosedRange<Double> {
    let (least, most) = (settings.value("Ndiscmin"), settings.value("Ndiscmax"))
    let (low, high) = (max(least, 0.06), min(most, 1.9897452127440086))
    return low < high ? low...high : least...most
  }

  /// Everything the model says about itself.
  package static let jart = ModelCard(
    name: "jart-vcm-v1b",
    title: "JART VCM v1b: valence-change cell with Schottky interface, Joule heating and oxygen-vacancy drift",
    text: """
      A series chain of Schottky interface, disc, plug and series resistance carries one current and heats the cell; \
      field and temperature drive oxygen vacancies of concentration N through the disc. V < 0 sets (N rises), V > 0 \
      resets. Valid for |V| <= 3 V; the temperature follows the power at once (its time constant is about 16 ps) and \
      may reach thousands of kelvin in an abrupt SET, as in the original. No forming, no retention loss at 0 V, no \
      endurance failure.
      """,
    source: "Cüppers et al., APL Mater. 7, 091105 (2019); variability: Bengel et al., IEEE TCAS-I 67, 4618 (2020); "
      + "read variability: Wiefels et al., IEEE TED 67, 4208 (2020); defaults of the Verilog-A file, doi 10.26165/JUELICH-DATA/FERGKU",
    parameters: physical + training + spread,
    options: [
      OptionCard(
        name: "variability", choices: ["off", "d2d", "c2c", "d2d+c2c"],
        text: "d2d: N_min, N_max, r, l of every cell from truncated normals; c2c: they walk at every change of polarity"),
      OptionCard(
        name: "read_variability", choices: ["off", "rtn"],
        text: "rtn: single vacancies hop in and out of the disc, about 50 times a second (Wiefels et al.)"),
      OptionCard(
        name: "constants", choices: ["exact", "det"],
        text: "det: pi as 3.1416, as the deterministic Verilog-A file has it"),
      OptionCard(
        name: "method", choices: ["map", "reference"],
        text: "map: exact flow at constant voltage, waveforms in steps of at most 2.5 mV; reference: stiff adaptive integrator, slow"),
    ],
    states: JartState.allCases.map(\.card),
    quantities: [
      .current,
      StateCard("rate", unit: "1e26/m^3/s", "dN/dt, limiter included"),
      StateCard("temperature", unit: "K", "of the filament"),
      StateCard("interface_voltage", unit: "V", "over the Schottky interface"),
    ],
    presets: JartPresets.all,
    voltageLimit: 3)

  private static let physical: [ParameterCard] = [
    .init("T0", unit: "K", "ambient temperature", in: 100...500, default: [293]),
    .init("eps", unit: "1", "static permittivity, of tunnelling", in: 10...25, default: [17]),
    .init("epsphib", unit: "1", "permittivity of the image force", in: 1...10, default: [5.5]),
    .init("phiBn0", unit: "eV", "nominal Schottky barrier, at least phin", in: 0.1...1.5, default: [0.18]),
    .init("phin", unit: "eV", "Fermi level below the conduction band", in: 0.1...0.3, default: [0.10]),
    .init("un", unit: "m^2/(V s)", "electron mobility", in: 1e-6...1e-5, default: [4e-6]),
    .init("Ndiscmax", unit: "1e26/m^3", "largest concentration in the disc", in: 1e-3...1100, default: [20]),
    .init("Ndiscmin", unit: "1e26/m^3", "least concentration in the disc", in: 1e-4...100, default: [0.008]),
    .init("Ninit", unit: "1e26/m^3", "concentration at the start, moved to the nearer bound of cells whose bounds exclude it", in: 1e-4...1000, default: [0.008]),
    .init("Nplug", unit: "1e26/m^3", "concentration in the plug", in: 1e-3...100, default: [20]),
    .init("a", unit: "m", "hop distance", in: 1e-10...1e-9, default: [0.25e-9]),
    .init("ny0", unit: "Hz", "attempt frequency", in: 1e10...1e14, default: [2e13]),
    .init("dWa", unit: "eV", "hopping barrier", in: 0.8...1.5, default: [1.35]),
    .init("Rth0", unit: "K/W", "thermal resistance for V < 0 at radius rdet", in: 1e6...2e7, default: [15.72e6]),
    .init("Rtheff_scaling", unit: "1", "thermal resistance for V > 0 over that for V < 0", in: 0.1...1, default: [0.27]),
    .init("rdet", unit: "m", "filament radius, nominal and of the thermal reference", in: 5e-9...100e-9, default: [45e-9]),
    .init("lcell", unit: "m", "length of disc and plug", in: 2e-9...5e-9, default: [3e-9]),
    .init("ldet", unit: "m", "disc length, below lcell", in: 0.1e-9...5e-9, default: [0.4e-9]),
    .init("RseriesTiOx", unit: "ohm", "resistance of the conducting layer", in: 0...5000, default: [650]),
    .init("R0", unit: "ohm", "line resistance without current", in: 0...1e5, default: [719.2437]),
    .init("Rthline", unit: "K/W", "thermal resistance of the line", in: 0...1e7, default: [90471.47]),
    .init("alphaline", unit: "1/K", "temperature coefficient of the line", in: 0...1, default: [3.92e-3]),
    .init("limiter", unit: "1", "exponent of the limiter 1 - (N/N_max)^limiter, or (N_min/N)^limiter; 0: hard stop, as in the deterministic file",
      in: 0...100, default: [10]),
  ]

  private static let training: [ParameterCard] = [
    .init("pulse_voltage_SET", unit: "V", "training pulse +1", in: -3...0, default: [-0.342]),
    .init("pulse_voltage_RESET", unit: "V", "training pulse -1", in: 0...3, default: [0.7065]),
    .init("pulse_length", unit: "s", "of training pulses and of voltages without a duration", in: 0...1e6, default: [1e-6]),
  ]

  private static let spread: [ParameterCard] = [
    spread("Ndiscmin", "1e26/m^3", in: 1e-4...100, [0.004, 0.003, 0.016]),
    spread("Ndiscmax", "1e26/m^3", in: 0...1100, [18, 1, 22]),
    spread("rdet", "m", in: 0...100e-9, [40.5e-9, 2.25e-9, 49.5e-9]),
    spread("ldet", "m", in: 0...5e-9, [0.36e-9, 0.02e-9, 0.44e-9]),
    walk("Ndiscmin", 0.9), walk("Ndiscmax", 0.1), walk("rdet", 0.1), walk("ldet", 0.1),
  ]

  private static func spread(_ name: String, _ unit: String, in range: ClosedRange<Double>, _ values: [Double]) -> ParameterCard {
    .init(name + "_dtod", unit: unit, "of \(name) from cell to cell: least, standard deviation, largest",
      columns: 3, in: range, default: values)
  }

  private static func walk(_ name: String, _ step: Double) -> ParameterCard {
    .init(name + "_ctoc", unit: "1", "of \(name) from half-cycle to half-cycle: largest relative step", in: 0...1, default: [step])
  }
}

/// The per-cell quantities, in card order.
enum JartState: Int, CaseIterable {
  case n, temperature, r, l, least, most, nextR, nextL, halfCycle, voltage, jump

  var card: StateCard {
    switch self {
    case .n: .init("N", unit: "1e26/m^3", "vacancy concentration in the disc", settable: true)
    case .temperature: .init("T", unit: "K", "temperature at the end of the last pulse, at its voltage")
    case .r: .init("r", unit: "m", "filament radius", settable: true)
    case .l: .init("l", unit: "m", "disc length", settable: true)
    case .least: .init("N_min", unit: "1e26/m^3", "least concentration", settable: true)
    case .most: .init("N_max", unit: "1e26/m^3", "largest concentration", settable: true)
    case .nextR: .init("r_target", unit: "m", "radius at the end of the half-cycle")
    case .nextL: .init("l_target", unit: "m", "disc length at the end of the half-cycle")
    case .halfCycle: .init("half_cycle", unit: "1", "changes of polarity so far")
    case .voltage: .init("voltage", unit: "V", "last voltage applied")
    case .jump: .init("jump", unit: "1", "vacancies in the disc above the mean, with read variability")
    }
  }
}
