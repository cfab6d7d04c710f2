import CMemSimSIMD
import Glibc

/// Resistive memory with a conductive metal oxide: programming within an acceptance range, relaxation, 1/f read noise.
///
/// sigma = a + b g by the range; at t: g_p - 0.08900206 ln t + (0.04201137 ln t + 0.41183342) z of the device, t at least
/// 1 s; read with 0.0277316483 log10(g) sqrt(ln((t + t_r) / (2 t_r))), t_r = 1 us. All within g_min...g_max.
struct ReRamCMO: ConductanceLaw {
  static var seesTargets: Bool { false }
  private let range: ConductanceRange
  private let programming: Quartic
  private let readScale, driftScale: Float

  static func converter(_: ModelSettings) -> DefaultConverter { ("single-device", []) }

  /// Errors: argument, for another acceptance range.
  init(_ settings: ModelSettings, _ range: ConductanceRange) throws(MemSimError) {
    let acceptance = settings.value("acceptance_range")
    guard let curve = ReRamCMO.curves.first(where: { abs($0.acceptance - acceptance) < 1e-9 }) else {
      throw .argument("acceptance_range must be 0.002 or 0.02, got \(acceptance)")
    }
    self.range = range
    programming = Quartic(curve.coefficients, times: settings.value("prog_noise_scale"))
    (readScale, driftScale) = (Float(settings.value("read_noise_scale")), Float(settings.value("drift_scale")))
  }

  private static let curves: [(acceptance: Double, coefficients: [Double])] = [
    (0.002, [0.00081107, 0.00106879]), (0.02, [0.0112185391, 0.01129027418]),
  ]

  struct Moment: Sendable {
    let shift, spread, noise: Float
  }

  @inline(__always)
  func programmed(_ target: FloatLanes, _ z: FloatLanes) -> FloatLanes {
    inside(target.addingProduct(programming(target), z))
  }

  @inline(__always)
  func kept(_ target: FloatLanes, _ z: FloatLanes) -> FloatLanes { z }

  func moment(_ seconds: Double) -> Moment {
    let t = max(seconds, 1), logarithm = Float(log(t)), read = 1e-6
    let noise = readScale * 0.0277316483 * Float(log((t + read) / (2 * read)).squareRoot() / log(10))
    return Moment(
      shift: -0.08900206 * logarithm * driftScale, spread: (0.04201137 * logarithm + 0.41183342) * driftScale,
      noise: noise)
  }

  @inline(__always)
  func conductance(
    _ programmed: FloatLanes, target: FloatLanes, kept: FloatLanes, _ moment: Moment, _ z: FloatLanes
  ) -> FloatLanes {
    let relaxed = programmed + moment.shift + kept * moment.spread
    let logarithm = Elementary.logNormal(ms_at_least_f(relaxed, FloatLanes(repeating: 1)))
    return inside(relaxed.addingProduct(logarithm * moment.noise, z))
  }

  @inline(__always)
  private func inside(_ g: FloatLanes) -> FloatLanes {
    FloatLanes.clamp(g, FloatLanes(repeating: range.least), FloatLanes(repeating: range.most))
  }

  static let card = ModelCard(
    name: "reram-cmo", title: "Resistive memory with a conductive metal oxide",
    text: "Programming within an acceptance range, relaxation and 1/f read noise of single devices.",
    source: "Falcone et al. (2025), CMO/HfOx devices; IBM aihwkit 1.2 (fits)",
    parameters: [
      .init("acceptance_range", unit: "1", "part of the target that programming accepts, 0.002 or 0.02", in: 0...1, default: [0.02]),
      .init("prog_noise_scale", unit: "1", "factor of programming noise", in: 0...1e6, default: [1]),
      .init("read_noise_scale", unit: "1", "factor of read noise", in: 0...1e6, default: [1]),
      .init("drift_scale", unit: "1", "factor of relaxation", in: 0...1e6, default: [1]),
    ], states: ModelCard.programmedStates("relaxation", "deviate of the device's relaxation"), quantities: [])
}
