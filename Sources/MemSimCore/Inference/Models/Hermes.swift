import CMemSimSIMD

/// Phase-change memory of the HERMES chip, a weight's side on one device or on two.
struct Hermes: PhaseChangeLaw {
  let common: PhaseChangeCommon
  private let single: Bool

  /// Errors: argument, for another number of devices.
  init(_ settings: ModelSettings, _ range: ConductanceRange) throws(MemSimError) {
    let devices = settings.value("num_devices")
    guard devices == 1 || devices == 2 else { throw .argument("num_devices must be 1 or 2, got \(devices)") }
    single = devices == 1
    let given = settings.values("prog_coeff"), reference = settings.value("prog_coeff_g_max_reference")
    let start = settings.value("t_0")
    common = try PhaseChangeCommon(
      settings, range, coefficients: given.isEmpty ? (single ? Hermes.one : Hermes.two) : given,
      reference: reference > 0 ? reference : Hermes.most(single), start: start > 0 ? start : single ? 200 : 300)
  }

  private static let one = [0.15781817, 2.32443916, -2.16310839, 0.68841818]
  private static let two = [0.16603222, 4.71806468, -8.48101252, 4.68961419]
  private static func most(_ single: Bool) -> Double { single ? 10.35 : 20.7 }

  static func converter(_ settings: ModelSettings) -> DefaultConverter {
    ("single-pair", [("g_max", [most(settings.value("num_devices") == 1)])])
  }

  @inline(__always)
  func exponent(_ r: FloatLanes, _ logarithm: FloatLanes) -> (mean: FloatLanes, std: FloatLanes) {
    let high = FloatLanes(repeating: 0.0736).addingProduct(r, -0.0126 + r * -0.0436)
    let mean = FloatLanes.below(0.0945, r, .line(logarithm, -0.0387, -0.0182, in: 0.0720...0.13), high)
    return (mean, single ? oneStd(r, logarithm) : twoStd(r, logarithm))
  }

  @inline(__always)
  private func oneStd(_ r: FloatLanes, _ logarithm: FloatLanes) -> FloatLanes {
    let high = FloatLanes(repeating: 0.0104).addingProduct(r, 0.0116 + r * -0.0165)
    return .below(0.3039, r, .line(logarithm, -0.0120, -0.0023, in: 0.0124...0.04), high)
  }

  @inline(__always)
  private func twoStd(_ r: FloatLanes, _ logarithm: FloatLanes) -> FloatLanes {
    let high = FloatLanes(repeating: 0.0073).addingProduct(r, 0.0093 + r * -0.0118)
    return .below(0.3055, r, .line(logarithm, -0.0117, -0.0057, in: 0.0091...0.04), high)
  }

  @inline(__always)
  func readNoise(_ r: FloatLanes, _ logarithm: FloatLanes) -> FloatLanes {
    if single {
      let high = Hermes.oneRead(r)
      return .below(0.1591, r, .line(logarithm, -0.0078, 0.0038, in: 0.0179...0.04), high)
    }
    return .below(0.16, r, .line(logarithm, -0.0117, -0.0069, in: 0.015...0.04), Hermes.twoRead(r))
  }

  private static let oneRead = Quartic([0.0088, 0.0768, -0.1352, 0.0664])
  private static let twoRead = Quartic([0.0123, 0.0211, -0.0280, 0.0069])

  static let card = ModelCard(
    phaseChange: "hermes", "Phase-change memory of the HERMES chip",
    "Programming noise, drift and 1/f noise by the conductance, one or two devices a side.",
    source: "Le Gallo et al., Nat. Electron. 6, 680 (2023) (chip); IBM aihwkit 1.2 (fits)",
    own: [
      .init("num_devices", unit: "1", "devices of a side of a weight, 1 or 2", in: 1...2, default: [2]),
      .init("prog_coeff", unit: "uS", "deviation of programming by powers of g / g_max, at most five; none: of the chip", rows: 0, in: -1e6...1e6, default: []),
      .init("prog_coeff_g_max_reference", unit: "uS", "g_max that prog_coeff were found at; 0: 20.7, with one device 10.35", in: 0...1e6, default: [0]),
      .init("t_0", unit: "s", "from programming to the first read; 0: 300, with one device 200", in: 0...1e9, default: [0]),
    ], readTime: 512e-9)
}
