extension ModelCard {
  /// Everything Synaptogen says about itself.
  package static let synaptogen = ModelCard(
    name: "synaptogen",
    title: "Synaptogen: generative model of resistive memory with cycle-to-cycle and device-to-device statistics",
    text: """
      Every switching cycle of a cell owns four features (HRS, US, LRS, UR), drawn by a vector autoregression in a \
      latent normal space, bent to the measured marginals, and shifted and scaled per device by a normal mixture. The \
      current is a mixture, with weight r, of two fixed polynomials of the voltage. Voltages act by thresholds alone: \
      there is no time, temperature, retention or endurance, and no partial SET. Reading is valid for |U| <= 1.5 V.
      """,
    source: "T. Hennen et al., arXiv:2404.06344 (2024); doi 10.3389/fnins.2022.941753; parameters of synaptogen 0.2.0 (MIT)",
    parameters: [
      .init("order", unit: "1", "order p of the vector autoregression: cycles remembered", in: 1...10, default: [10]),
      .init("HHRS", unit: "A/V^k", "current of the high-resistance limit r = 1, highest power first",
        columns: 6, in: -1...1, default: SynaptogenDefaults.hhrs),
      .init("LLRS", unit: "A/V^k", "current of the low-resistance limit r = 0, highest power first",
        columns: 7, in: -1...1, default: SynaptogenDefaults.llrs),
      .init("eta", unit: "1", "curvature of the RESET transition", in: 0.1...20, default: [3.0567]),
      .init("U0", unit: "V", "voltage at which resistance is defined, R = U0 / I(U0)", in: 1e-3...1.5, default: [0.2]),
      .init("Umax", unit: "V", "full RESET voltage", in: 0.1...10, default: [1.46]),
      .init("gamma", unit: "1", "marginal transform of each feature, highest power first",
        rows: 4, columns: 5, in: -100...100, default: SynaptogenDefaults.gamma),
      .init("wk", unit: "1", "weights of the device-to-device mixture, normalised on use",
        columns: 3, in: 0...1e6, default: SynaptogenDefaults.weights),
      .init("muDtD", unit: "mixed", "mixture means of mu and sigma of log10 HRS, US, LRS, UR",
        rows: 8, columns: 3, in: -1e6...1e6, default: SynaptogenDefaults.mean),
      .init("LDtD", unit: "mixed", "mixture Cholesky factors, three 8 x 8 blocks side by side",
        rows: 8, columns: 24, in: -1e6...1e6, default: SynaptogenDefaults.factor),
    ] + (1...10).map(regression),
    options: [
      OptionCard(
        name: "start", choices: ["fresh", "stationary"],
        text: "fresh: no cycles before the first, as published, less variable at first; "
          + "stationary: the history is drawn from the stationary distribution"),
      OptionCard(
        name: "history", choices: ["full", "half"],
        text: "precision of the stored latent history; half saves 8 p bytes a cell"),
    ],
    states: SynaptogenState.allCases.map(\.card))

  private static func regression(order p: Int) -> ParameterCard {
    let name = "VAR_" + (p < 10 ? "00\(p)" : "0\(p)")
    return .init(name, unit: "1", "autoregression of order \(p): L, then A of lag \(p) ... lag 1",
      rows: 4, columns: 4 * (p + 1), in: -100...100, default: SynaptogenDefaults.regression[p - 1])
  }
}

/// The per-cell quantities, in card order.
enum SynaptogenState: Int, CaseIterable {
  case r, hrs, us, lrs, ur, cycle, threshold, inHRS, inLRS, a, c
  case muHRS, muUS, muLRS, muUR, sigmaHRS, sigmaUS, sigmaLRS, sigmaUR
  case latentHRS, latentUS, latentLRS, latentUR

  var card: StateCard {
    switch self {
    case .r: .init("r", unit: "1", "mixture weight; setting it leaves HRS and LRS and restarts the RESET at UR", settable: true)
    case .hrs: .init("HRS", unit: "ohm", "high resistance of the current cycle, at U0", settable: true)
    case .us: .init("US", unit: "V", "SET threshold of the current cycle", settable: true)
    case .lrs: .init("LRS", unit: "ohm", "low resistance of the current cycle, at U0", settable: true)
    case .ur: .init("UR", unit: "V", "RESET threshold of the current cycle", settable: true)
    case .cycle: .init("cycle", unit: "1", "switching cycles begun")
    case .threshold: .init("threshold", unit: "V", "voltage above which the next RESET acts: UR, then the largest applied")
    case .inHRS: .init("in_HRS", unit: "1", "1 after a full RESET and at the start, else 0")
    case .inLRS: .init("in_LRS", unit: "1", "1 after a SET, else 0")
    case .a: .init("a", unit: "A/V^eta", "RESET transition of the current cycle, a |Umax - U|^eta + c")
    case .c: .init("c", unit: "A", "RESET transition of the current cycle, a |Umax - U|^eta + c")
    default: spreadCard
    }
  }

  /// What may be set: far wider than the model's statistics, so narrow that nothing overflows.
  var range: ClosedRange<Double> {
    switch self {
    case .hrs, .lrs: 1e-3...1e15
    case .us, .ur: -1000...1000
    case .latentHRS, .latentUS, .latentLRS, .latentUR: -100...100
    default: -1e6...1e6
    }
  }

  private var spreadCard: StateCard {
    let feature = ["HRS", "US", "LRS", "UR"][(rawValue - SynaptogenState.muHRS.rawValue) % 4]
    let unit = ["log10(ohm)", "V", "ohm", "V"][(rawValue - SynaptogenState.muHRS.rawValue) % 4]
    switch self {
    case .muHRS, .muUS, .muLRS, .muUR:
      return .init("mu_" + feature, unit: unit, "device offset of \(feature), from the next cycle on", settable: true)
    case .sigmaHRS, .sigmaUS, .sigmaLRS, .sigmaUR:
      return .init("sigma_" + feature, unit: unit, "device scale of \(feature), from the next cycle on", settable: true)
    default:
      return .init("latent_" + feature, unit: "1", "latent normal of \(feature) in the current cycle; what is set acts on the next ones", settable: true)
    }
  }
}
