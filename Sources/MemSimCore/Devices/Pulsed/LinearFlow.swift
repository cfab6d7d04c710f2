import CMemSimSIMD

/// Pulses whose step is linear in the state: v changes by +-q c, q = s + k v, c = 1 + sigma z.
///
/// With kappa = +k for up and -k for down pulses, q becomes q (1 + kappa c): after n pulses the state has moved by
/// +-q (P - 1)/kappa, P the product of n factors 1 + kappa c. Noise that is added instead, s sigma z a pulse, makes v an
/// autoregression, whose sum of normals is normal.
struct LinearFlow {
  /// Step at 0 of the direction, and its slope, both signed as the direction counts.
  let step, slope: FloatLanes
  let sigma: Float
  let multiplies: Bool

  /// Up to so steep and so noisy, P is log-normal to single precision's concern.
  private static var steepest: Float { 0.1 }
  private static var noisiest: Float { 0.02 }

  @inline(__always)
  func pulse(_ v: FloatLanes, up: IntLanes, _ z: FloatLanes) -> FloatLanes {
    let q = step.addingProduct(slope, v)
    let noise = (multiplies ? q : step) * (z * sigma)
    return v + PulsedCell.signed(q + noise, up)
  }

  @inline(__always)
  func pulses(
    _ v: FloatLanes, up: IntLanes, _ n: FloatLanes, _ z: FloatLanes, _ least: FloatLanes, _ most: FloatLanes
  ) -> (FloatLanes, IntLanes) {
    let kappa = PulsedCell.signed(slope, up)
    let q = step.addingProduct(slope, v)
    let flat = ms_less_f(ms_abs_f(kappa), FloatLanes(repeating: LinearFlow.steepest))
    return multiplies
      ? product(v, up, n, z, kappa, q, flat, least, most) : sum(v, up, n, z, kappa, q, flat, least, most)
  }

  /// Noise in proportion to the step: ln P is normal, with the first two moments of P.
  @inline(__always)
  private func product(
    _ v: FloatLanes, _ up: IntLanes, _ n: FloatLanes, _ z: FloatLanes, _ kappa: FloatLanes, _ q: FloatLanes,
    _ flat: IntLanes, _ least: FloatLanes, _ most: FloatLanes
  ) -> (FloatLanes, IntLanes) {
    let inverse = sigma / (1 + kappa)
    let variance = n * inverse * inverse
    let deviation = ms_sqrt_f(variance)
    // ln P / kappa.
    let way = (n * LinearFlow.logRatio(kappa)).addingProduct(z, deviation) - 0.5 * kappa * variance
    let argument = kappa * way
    let moved = PulsedCell.signed(q * (way * LinearFlow.expRatio(argument)), up)
    let small = ms_less_f(ms_abs_f(argument), FloatLanes(repeating: 1)) & ms_less_f(ms_abs_f(kappa) * sigma, FloatLanes(repeating: LinearFlow.noisiest))
    let reach = PulsedReach(sigma: sigma, least: least, most: most)
    let mean = PulsedCell.signed(q * n, up)
    let allowed = reach.allows(v, to: v + mean, deviation: ms_abs_f(q) * deviation, n)
    return (FloatLanes.clamp(v + moved, least, most), flat & small & allowed)
  }

  /// Noise of constant size.
  @inline(__always)
  private func sum(
    _ v: FloatLanes, _ up: IntLanes, _ n: FloatLanes, _ z: FloatLanes, _ kappa: FloatLanes, _ q: FloatLanes,
    _ flat: IntLanes, _ least: FloatLanes, _ most: FloatLanes
  ) -> (FloatLanes, IntLanes) {
    let way = n * LinearFlow.logRatio(kappa)
    let double = kappa * (2 + kappa)
    let squares = n * LinearFlow.logRatio(double)
    let deviation = ms_abs_f(step) * ms_sqrt_f(squares * LinearFlow.expRatio(double * squares)) * sigma
    let mean = PulsedCell.signed(q * (way * LinearFlow.expRatio(kappa * way)), up)
    let small = ms_less_f(ms_abs_f(double * squares), FloatLanes(repeating: 1))
    let reach = PulsedReach(sigma: 1, least: least, most: most)
    let allowed = sigma == 0 ? IntLanes(repeating: -1) : reach.allows(v, to: v + mean, deviation: deviation, n)
    return (FloatLanes.clamp((v + mean).addingProduct(z, deviation), least, most), flat & small & allowed)
  }

  /// ln(1 + x)/x for |x| <= 0.21, by its series.
  @inline(__always)
  private static func logRatio(_ x: FloatLanes) -> FloatLanes {
    var sum = FloatLanes(repeating: 1.0 / 9)
    sum = FloatLanes(repeating: -1.0 / 8).addingProduct(x, sum)
    sum = FloatLanes(repeating: 1.0 / 7).addingProduct(x, sum)
    sum = FloatLanes(repeating: -1.0 / 6).addingProduct(x, sum)
    sum = FloatLanes(repeating: 1.0 / 5).addingProduct(x, sum)
    sum = FloatLanes(repeating: -1.0 / 4).addingProduct(x, sum)
    sum = FloatLanes(repeating: 1.0 / 3).addingProduct(x, sum)
    sum = FloatLanes(repeating: -1.0 / 2).addingProduct(x, sum)
    return FloatLanes(repeating: 1).addingProduct(x, sum)
  }

  /// (e to the x - 1)/x for |x| <= 1, by its series.
  @inline(__always)
  private static func expRatio(_ x: FloatLanes) -> FloatLanes {
    var sum = FloatLanes(repeating: 1.0 / 362880)
    sum = FloatLanes(repeating: 1.0 / 40320).addingProduct(x, sum)
    sum = FloatLanes(repeating: 1.0 / 5040).addingProduct(x, sum)
    sum = FloatLanes(repeating: 1.0 / 720).addingProduct(x, sum)
    sum = FloatLanes(repeating: 1.0 / 120).addingProduct(x, sum)
    sum = FloatLanes(repeating: 1.0 / 24).addingProduct(x, sum)
    sum = FloatLanes(repeating: 1.0 / 6).addingProduct(x, sum)
    sum = FloatLanes(repeating: 1.0 / 2).addingProduct(x, sum)
    return FloatLanes(repeating: 1).addingProduct(x, sum)
  }
}
