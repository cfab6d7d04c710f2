import CMemSimSIMD
import Glibc

/// Programming noise of a polynomial, drift by a power law with an exponent of each device, 1/f read noise.
///
/// g_p = max(g_T + s sigma(r) z, 0), r = g_T / g_max; g(t) = g_p ((t + t_0) / t_0)^-nu, nu = |mean + std z|; read with
/// the deviation |g(t)| Q sqrt(ln((t + t_0 + t_read) / (2 t_read))). Source: Nandakumar et al., ICECS, 727 (2019);
/// Joshi et al., Nat. Commun. 11, 2473 (2020).
protocol PhaseChangeLaw: ConductanceLaw where Moment == PhaseChangeMoment {
  var common: PhaseChangeCommon { get }
  /// Mean and deviation of the drift exponent of a target of the part `r` of g_max, and the logarithm of it.
  func exponent(_ r: FloatLanes, _ logarithm: FloatLanes) -> (mean: FloatLanes, std: FloatLanes)
  /// Read noise of a programmed conductance of the part `r`, relative.
  func readNoise(_ r: FloatLanes, _ logarithm: FloatLanes) -> FloatLanes
}

/// Parameters of the family.
struct PhaseChangeCommon: Sendable {
  let range: ConductanceRange
  let programming: Quartic
  let programScale, readScale, driftScale: Float
  let start, duration: Double

  /// `coefficients` are in uS at the largest conductance `reference` [uS]. Errors: argument.
  init(
    _ settings: ModelSettings, _ range: ConductanceRange, coefficients: [Double], reference: Double, start: Double
  ) throws(MemSimError) {
    guard coefficients.count <= 5 else {
      throw .argument("prog_coeff must be at most 5 coefficients, got \(coefficients.count)")
    }
    self.range = range
    programming = Quartic(coefficients, times: Double(range.most) / reference)
    programScale = Float(settings.value("prog_noise_scale"))
    readScale = Float(settings.value("read_noise_scale"))
    driftScale = Float(settings.value("drift_scale"))
    (self.start, duration) = (start, settings.value("t_read"))
  }

  /// A conductance as a part of the largest, and its logarithm.
  @inline(__always)
  func part(_ g: FloatLanes) -> (r: FloatLanes, logarithm: FloatLanes) {
    let r = ms_abs_f(g) / range.most
    return (r, Elementary.logNormal(ms_at_least_f(r, FloatLanes(repeating: 1e-7))))
  }
}

/// A time after programming.
struct PhaseChangeMoment: Sendable {
  /// ln((t + t_0) / t_0), and the factor of read noise.
  let drift, noise: Float

  init(_ seconds: Double, _ common: PhaseChangeCommon) {
    let t = seconds + common.start
    drift = Float(log(t / common.start))
    noise = common.readScale * Float(max(log((t + common.duration) / (2 * common.duration)), 0).squareRoot())
  }
}

extension PhaseChangeLaw {
  static var seesTargets: Bool { false }
  static func converter(_: ModelSettings) -> DefaultConverter { ("single-pair", []) }

  @inline(__always)
  func programmed(_ target: FloatLanes, _ z: FloatLanes) -> FloatLanes {
    let sigma = common.programming(target / common.range.most) * common.programScale
    return ms_at_least_f(target.addingProduct(sigma, z), .zero)
  }

  @inline(__always)
  func kept(_ target: FloatLanes, _ z: FloatLanes) -> FloatLanes {
    let (r, logarithm) = common.part(target)
    let (mean, std) = exponent(r, logarithm)
    return ms_abs_f(mean.addingProduct(std, z)) * common.driftScale
  }

  func moment(_ seconds: Double) -> PhaseChangeMoment { PhaseChangeMoment(seconds, common) }

  @inline(__always)
  func conductance(
    _ programmed: FloatLanes, target: FloatLanes, kept: FloatLanes, _ moment: PhaseChangeMoment, _ z: FloatLanes
  ) -> FloatLanes {
    let (r, logarithm) = common.part(programmed)
    let drifted = programmed * Elementary.expNormal(kept * -moment.drift)
    let sigma = readNoise(r, logarithm) * moment.noise
    return ms_at_least_f(drifted.addingProduct(ms_abs_f(drifted) * sigma, z), .zero)
  }
}

extension FloatLanes {
  /// a x + b within low...high.
  @inline(__always)
  static func line(_ x: FloatLanes, _ a: Float, _ b: Float, in range: ClosedRange<Float>) -> FloatLanes {
    let y = FloatLanes(repeating: b).addingProduct(x, FloatLanes(repeating: a))
    return clamp(y, FloatLanes(repeating: range.lowerBound), FloatLanes(repeating: range.upperBound))
  }

  /// `low` where x is below `limit`, else `high`.
  @inline(__always)
  static func below(_ limit: Float, _ x: FloatLanes, _ low: FloatLanes, _ high: FloatLanes) -> FloatLanes {
    ms_select_f(ms_less_f(x, FloatLanes(repeating: limit)), low, high)
  }
}

extension ModelCard {
  /// The card of a model of the family: its own parameters, then the common ones.
  init(
    phaseChange name: String, _ title: String, _ text: String, source: String, own: [ParameterCard], readTime: Double
  ) {
    self.init(
      name: name, title: title, text: text, source: source,
      parameters: own + [
        .init("prog_noise_scale", unit: "1", "factor of programming noise", in: 0...1e6, default: [1]),
        .init("read_noise_scale", unit: "1", "factor of read noise", in: 0...1e6, default: [1]),
        .init("drift_scale", unit: "1", "factor of drift exponents", in: 0...1e6, default: [1]),
        .init("t_read", unit: "s", "duration of a read", in: 1e-12...1, default: [readTime]),
      ], states: ModelCard.programmedStates("drift_exponent", "exponent of the device's drift"), quantities: [])
  }

  /// What is known of every device, last what it keeps to change by.
  static func programmedStates(_ kept: String, _ text: String) -> [StateCard] {
    [
      .init("target", unit: "uS", "conductance asked for"),
      .init("conductance", unit: "uS", "conductance right after programming"),
      .init(kept, unit: "1", text),
    ]
  }
}
