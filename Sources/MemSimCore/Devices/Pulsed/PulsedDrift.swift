import CMemSimSIMD

/// Power-law drift of weights: w = w0 q + a (q - 1), q = (t / t_0)^-nu, t since the weight was last written.
///
/// Equations and parameters: IBM aihwkit's drift of pulsed devices.
struct PulsedDrift: Sendable {
  let exponent, exponentDtod, exponentStd, unit, tolerance: Float
  let ratio, conductanceOffset, weightOffset, slope, logReference, noise: Float

  /// `value`: of a parameter, 0 where the device has none.
  init(_ value: (String) -> Double) {
    func number(_ name: String) -> Float { Float(value("drift_" + name)) }
    (exponent, exponentDtod, exponentStd) = (number("nu"), number("nu_dtod"), number("nu_std"))
    (unit, tolerance, ratio) = (number("t_0"), number("reset_tol"), number("wg_ratio"))
    (conductanceOffset, weightOffset) = (number("g_offset"), number("w_offset"))
    (slope, logReference, noise) = (number("nu_k"), number("log_g0"), number("w_noise_std"))
  }

  var acts: Bool { exponent != 0 || slope != 0 || noise != 0 }

  /// Per device: the exponent, the weight that drift began at, the weight as the last call left it, t / t_0.
  struct Planes: Sendable {
    let exponent, origin, last, age: Storage<Float>
    var all: [Storage<Float>] { [exponent, origin, last, age] }

    /// Errors: memory.
    init(_ count: Int) throws(MemSimError) {
      (exponent, origin, last, age) = (try Storage(count), try Storage(count), try Storage(count), try Storage(count))
    }
  }

  func exponent(_ z: PulsedNormals) -> FloatLanes {
    exponent * FloatLanes(repeating: 1).addingProduct(z.b.3, FloatLanes(repeating: exponentDtod))
  }

  /// Weights of a row after `seconds` more, before their bounds, to `line` [stride].
  func drift(
    _ row: Int, of planes: PulsedPlanes, _ own: Planes, seconds: Double, event: UInt64, into line: UnsafeMutablePointer<Float>
  ) {
    let passed = Float(seconds / Double(unit))
    for at in stride(from: 0, to: planes.stride, by: 16) {
      let place = row * planes.stride + at
      let w = drifted(planes.load(planes.state, place), place, planes, own, passed, event)
      UnsafeMutableRawPointer(line + at).storeBytes(of: w, as: FloatLanes.self)
    }
  }

  /// A weight that something else has moved begins to drift anew.
  private func drifted(
    _ w: FloatLanes, _ at: Int, _ planes: PulsedPlanes, _ own: Planes, _ passed: Float, _ event: UInt64
  ) -> FloatLanes {
    func normals(_ use: UInt32) -> FloatLanes {
      EventNormals(seed: planes.key, purpose: PulsedPurpose.drift &+ use, event: event).sixteen(at)
    }
    let one = FloatLanes(repeating: 1)
    let moved = ms_less_f(FloatLanes(repeating: tolerance), ms_abs_f(w - planes.load(own.last, at)))
    let origin = ms_select_f(moved, w, planes.load(own.origin, at))
    let age = ms_select_f(moved, .zero, planes.load(own.age, at) + passed)
    planes.store(origin, own.origin, at)
    planes.store(age, own.age, at)
    var nu = planes.load(own.exponent, at)
    if exponentStd > 0 { nu *= one.addingProduct(normals(0), FloatLanes(repeating: exponentStd)) }
    if slope != 0 { nu -= slope * logConductance(w) }
    let q = Elementary.pow(ms_at_least_f(age, one), -nu)
    let offset = conductanceOffset * ratio + weightOffset
    let drifted = origin * q + (abs(offset) < tolerance ? 0 : offset) * (q - 1)
    let next = ms_select_f(moved, w, drifted)
    return noise > 0 ? next.addingProduct(normals(1), FloatLanes(repeating: noise)) : next
  }

  /// ln g - log_g0; 0 where a weight has no conductance.
  private func logConductance(_ w: FloatLanes) -> FloatLanes {
    let g = (w - weightOffset) / ratio + conductanceOffset
    let positive = ms_less_f(.zero, g)
    return ms_select_f(positive, Elementary.log(ms_select_f(positive, g, FloatLanes(repeating: 1))) - logReference, .zero)
  }

  static var parameters: [ParameterCard] {
    let any = -1e6...1e6, spread = 0.0...100.0
    return [
      .init("drift_nu", unit: "1", "exponent of drift, 0: none", in: -100...100, default: [0]),
      .init("drift_t_0", unit: "s", "time at which drift begins", in: 1e-12...1e12, default: [1]),
      .init("drift_reset_tol", unit: "1", "change of a weight that begins its drift anew", in: 0...1e6, default: [1e-7]),
      .init("drift_nu_dtod", unit: "1", "of the exponent", in: spread, default: [0]),
      .init("drift_nu_std", unit: "1", "of the exponent from call to call", in: spread, default: [0]),
      .init("drift_wg_ratio", unit: "1", "weight over conductance", in: 1e-9...1e9, default: [1]),
      .init("drift_g_offset", unit: "1", "conductance that does not count as weight", in: any, default: [0]),
      .init("drift_w_offset", unit: "1", "weight of no conductance", in: any, default: [0]),
      .init("drift_nu_k", unit: "1", "fall of the exponent with ln of the conductance", in: -100...100, default: [0]),
      .init("drift_log_g0", unit: "1", "ln of the conductance whose exponent is drift_nu", in: -1e3...1e3, default: [0]),
      .init("drift_w_noise_std", unit: "1", "standard deviation of noise on weights, a call", in: 0...1e6, default: [0]),
    ]
  }
}
