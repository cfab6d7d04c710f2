import CMemSimSIMD

/// Resistive memory of Wan et al.: conductances about their targets as measured 1 s, one day and two days later.
///
/// sigma(r) = (c0 + c1 r + ... + c4 r^4) g_max / 40 uS, the coefficients of the time. A device keeps one deviate for all
/// times after programming.
struct ReRamWan2022: ConductanceLaw {
  static var seesTargets: Bool { true }
  private let most: Float
  private let spreads: [Quartic]

  static func converter(_: ModelSettings) -> DefaultConverter { ("single-pair", [("g_max", [40])]) }

  init(_ settings: ModelSettings, _ range: ConductanceRange) {
    most = range.most
    let factor = settings.value("noise_scale") * Double(range.most) / settings.value("coeff_g_max_reference")
    spreads = ReRamWan2022.measured.map { Quartic($0.coefficients, times: factor) }
  }

  private static let measured: [(seconds: Double, coefficients: [Double])] = [
    (1, [0.348, 16.030, -43.853, 45.393, -16.815]),
    (86_400, [0.701, 22.086, -50.773, 47.095, -16.458]),
    (172_800, [0.782, 20.274, -43.507, 37.062, -11.934]),
  ]

  @inline(__always)
  func programmed(_ target: FloatLanes, _ z: FloatLanes) -> FloatLanes { spread(target, spreads[0], z) }

  @inline(__always)
  func kept(_ target: FloatLanes, _ z: FloatLanes) -> FloatLanes { z }

  func moment(_ seconds: Double) throws(MemSimError) -> Quartic {
    guard let index = ReRamWan2022.measured.firstIndex(where: { $0.seconds == seconds }) else {
      throw .argument("t must be 0, 1, 86400 or 172800 s, the times that reram-wan2022 was measured at, got \(seconds)")
    }
    return spreads[index]
  }

  @inline(__always)
  func conductance(
    _ programmed: FloatLanes, target: FloatLanes, kept: FloatLanes, _ moment: Quartic, _ z: FloatLanes
  ) -> FloatLanes { spread(target, moment, kept) }

  @inline(__always)
  private func spread(_ target: FloatLanes, _ sigma: Quartic, _ z: FloatLanes) -> FloatLanes {
    ms_at_least_f(target.addingProduct(sigma(target / most), z), .zero)
  }

  static let card = ModelCard(
    name: "reram-wan2022", title: "Resistive memory of Wan et al. (2022)",
    text: "Deviations from the target as measured 1 s, one day and two days after programming; no other times.",
    source: "Wan et al., Nature 608, 504 (2022); IBM aihwkit 1.2 (fits)",
    parameters: [
      .init("noise_scale", unit: "1", "factor of the deviations", in: 0...1e6, default: [1]),
      .init("coeff_g_max_reference", unit: "uS", "g_max that the coefficients were found at", in: 1e-3...1e6, default: [40]),
    ], states: ModelCard.programmedStates("relaxation", "deviate of the device after programming"), quantities: [])
}
