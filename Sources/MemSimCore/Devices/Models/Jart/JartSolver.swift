import CMemSimSIMD

/// Solves for the current of the series chain interface - disc - plug - series resistance with self-heating, in a fixed
/// number of Newton steps.
///
/// V < 0 has one solution. V > 0 has one or three; the one with the largest current, which is continuous with V = 0, is
/// the physical one, and the bounds of the iteration hold it.
package struct JartSolver: Sendable {
  let physics: JartPhysics
  let start: JartStart

  /// Below, a cell is ohmic to 1e-9: its current is that at this voltage, scaled.
  private static let leastVolts = 1e-10
  private static let leastFloatVolts = 1e-6

  /// In single precision: current to 1e-5, rate to 5e-4.
  ///
  /// - Parameters:
  ///   - volts: |V| [V], at least 0.
  ///   - n: N [1e26 m^-3]; logarithm: ln N.
  ///   - set: -1 where V < 0.
  @inline(__always)
  func solve(
    _ volts: FloatLanes, _ n: FloatLanes, logarithm: FloatLanes, _ geometry: JartGeometry<FloatLanes>, set: IntLanes
  ) -> JartSolution<FloatLanes> {
    let problem = JartProblem(physics, volts, n, geometry, leastVolts: JartSolver.leastFloatVolts)
    return finish(problem, guess(problem, logarithm, set), set)
  }

  /// In double precision, sixteen cells at a time: current to 1e-9. Single precision does all Newton steps but the last,
  /// which squares what is left of the error.
  @inline(__always)
  func solve(
    _ volts: WideLanes, _ n: WideLanes, logarithm: WideLanes, _ geometry: JartWideGeometry, set: IntLanes
  ) -> (low: JartSolution<DoubleLanes>, high: JartSolution<DoubleLanes>) {
    let rough = JartProblem(physics, volts.floats, n.floats, geometry.float, leastVolts: JartSolver.leastFloatVolts)
    let current = WideLanes(guess(rough, logarithm.floats, set)), most = WideLanes(rough.most)
    let wide = set.wideMasks
    // A cell that is ohmic in single precision is so in double: its current goes with the voltage.
    let scale = WideLanes.atLeast(volts, WideLanes(repeating: JartSolver.leastVolts)) / WideLanes(rough.volts)
    let start = current * scale, bound = most * scale
    return (
      polish(volts.low, n.low, geometry.low, start.low, bound.low, wide.low),
      polish(volts.high, n.high, geometry.high, start.high, bound.high, wide.high)
    )
  }

  @inline(__always)
  private func guess(_ problem: JartProblem<FloatLanes>, _ logarithm: FloatLanes, _ set: IntLanes) -> FloatLanes {
    var current = FloatLanes.zero
    if any(set) {
      current = reverse(problem, from: start.logit(problem.volts, logarithm), steps: 3)
    }
    if any(~set) {
      let first = forwardStart(problem)
      current = ms_select_f(set, current, forward(problem, from: first, steps: 2))
    }
    return current
  }

  @inline(__always)
  private func polish(
    _ volts: DoubleLanes, _ n: DoubleLanes, _ geometry: JartGeometry<DoubleLanes>, _ start: DoubleLanes,
    _ bound: DoubleLanes, _ set: LongLanes
  ) -> JartSolution<DoubleLanes> {
    let problem = JartProblem(physics, volts, n, geometry, leastVolts: JartSolver.leastVolts, most: bound * (1 + 1e-5))
    var current = DoubleLanes.zero
    if any(set) { current = reverseStep(problem, start) }
    if any(~set) {
      let step = forwardStep(problem, resetThermal(geometry), start)
      current = ms_select_d(set, current, start - step)
    }
    return finish(problem, current, set)
  }

  @inline(__always)
  private func finish<R: RealLanes>(_ problem: JartProblem<R>, _ i: R, _ set: R.Mask) -> JartSolution<R> {
    let thermal = R.select(set, problem.geometry.thermal, resetThermal(problem.geometry))
    let series = R.all(physics.seriesOhms).addingProduct(R.all(physics.seriesHeating), i * i)
    let cell = problem.volts - i * series
    let temperature = R.all(physics.ambient).addingProduct(thermal, i * cell)
    let scale = problem.scale
    return JartSolution(
      current: i * scale, temperature: temperature, cellVolts: cell * scale,
      interfaceVolts: (cell - i * problem.resistance) * scale)
  }

  @inline(__always)
  private func resetThermal<R: RealLanes>(_ geometry: JartGeometry<R>) -> R {
    geometry.thermal * R.all(physics.resetThermal)
  }

  // V > 0: thermionic emission over the barrier. Newton in I on the interface voltage's residual, clipped to where V_s
  // is between 0 and about 35 mV, which only the physical branch reaches.

  /// A V_s of a few millivolts.
  @inline(__always)
  private func forwardStart<R: RealLanes>(_ problem: JartProblem<R>) -> R {
    let volts = R.all(0.5) * R.atMost(R.all(0.2) * problem.volts, R.all(0.015))
    return problem.most - volts / (problem.resistance + R.all(physics.seriesOhms))
  }

  @inline(__always)
  private func forward<R: RealLanes>(_ problem: JartProblem<R>, from start: R, steps: Int) -> R {
    let most = problem.most
    let clip = most - R.all(0.035) / (problem.resistance + R.all(physics.seriesOhms))
    let least = R.atLeast(clip, R.all(0.5) * most)
    let thermal = resetThermal(problem.geometry)
    var current = R.clamp(start, least, most)
    for _ in 0..<steps { current = R.clamp(current - forwardStep(problem, thermal, current), least, most) }
    return current
  }

  /// V_s - V_t ln(1 + I/I_0) over its derivative.
  @inline(__always)
  private func forwardStep<R: RealLanes>(_ problem: JartProblem<R>, _ thermal: R, _ i: R) -> R {
    let heating = R.all(physics.seriesHeating) * i * i
    let vc = problem.volts - i * (R.all(physics.seriesOhms) + heating)
    let dvc = -(R.all(physics.seriesOhms) + R.all(3) * heating)
    let vs = vc - i * problem.resistance, dvs = dvc - problem.resistance
    let t = R.all(physics.ambient).addingProduct(thermal, i * vc)
    let dt = thermal * vc.addingProduct(i, dvc)
    let perT = 1 / t
    let perVolt = perT * R.all(1 / physics.thermalVolt)
    let psi = R.atLeast(R.all(physics.barrierLessFermi) - vs, R.all(1e-6))
    let low = R.all(physics.lowering) * R.sqrt(R.sqrt(problem.n * psi))
    let phi = R.atLeast(R.all(physics.barrier) - low, R.all(0))
    let dphi = R.select(R.less(R.all(0), phi), R.all(0.25) * low / psi * dvs, R.all(0))
    // The exponent of y is bounded so that single precision holds it: there V_s is far beyond the clip anyway.
    let saturation = problem.geometry.emission * t * t
    let y = i / saturation * R.expNormal(R.atMost(phi * perVolt, R.all(80)))
    let logarithm = R.log1p(y)
    let dlog = (2 * dt).addingProduct(phi * perVolt, dt) * perT - dphi * perVolt
    let voltT = R.all(physics.thermalVolt) * t
    let residual = vs - voltT * logarithm
    let share = y / (i + i * y)
    let slope = dvs - R.all(physics.thermalVolt) * dt * logarithm - voltT * (share - dlog * (share * i))
    return residual / slope
  }

  // V < 0: thermionic field emission. Newton on ln of the current in the logit of I/I_max, which is strictly monotone.

  @inline(__always)
  private func reverse<R: RealLanes>(_ problem: JartProblem<R>, from logit: R, steps: Int) -> R {
    var current = problem.most / (1 + R.expNormal(-logit))
    for _ in 0..<steps { current = reverseStep(problem, current) }
    return current
  }

  /// What one more Newton step would change of a current, relative: at a solution nothing but rounding.
  func error(
    _ volts: DoubleLanes, _ n: DoubleLanes, _ geometry: JartGeometry<DoubleLanes>, _ current: DoubleLanes, set: LongLanes
  ) -> DoubleLanes {
    let problem = JartProblem(physics, volts, n, geometry, leastVolts: JartSolver.leastVolts)
    let reset = current - forwardStep(problem, resetThermal(geometry), current)
    return ms_abs_d(ms_select_d(set, reverseStep(problem, current), reset) / current - 1)
  }

  /// ln(I / (I_max - I)) for V < 0, by far more steps than are needed from any start.
  func settledLogit(_ v: DoubleLanes, _ n: DoubleLanes, _ geometry: JartGeometry<DoubleLanes>) -> DoubleLanes {
    let problem = JartProblem(physics, v, n, geometry, leastVolts: JartSolver.leastVolts)
    let current = reverse(problem, from: .zero, steps: 30)
    return Elementary.log(current / (problem.most - current))
  }

  /// The next I: the logit moves by the residual ln(I_TFE / I) over its derivative, by at most 3.
  @inline(__always)
  private func reverseStep<R: RealLanes>(_ problem: JartProblem<R>, _ i: R) -> R {
    let most = problem.most
    let step = R.clamp(reverseMove(problem, i), R.all(-3), R.all(3))
    // e^-step to fourth order, as a fraction; the two divisions become one.
    let square = R.all(1).addingProduct(step * step, R.all(1.0 / 12)), odd = R.all(0.5) * step
    let up = (square - odd) * i
    return most * up / (up + (square + odd) * (most - i))
  }

  @inline(__always)
  private func reverseMove<R: RealLanes>(_ problem: JartProblem<R>, _ i: R) -> R {
    let w = problem.tunnelling, perW = problem.perTunnelling
    let heating = R.all(physics.seriesHeating) * i * i
    let vc = problem.volts - i * (R.all(physics.seriesOhms) + heating)
    let dvc = -(R.all(physics.seriesOhms) + R.all(3) * heating)
    let vs = R.atLeast(vc - i * problem.resistance, problem.volts * R.all(1e-9)), dvs = dvc - problem.resistance
    let t = R.all(physics.ambient).addingProduct(problem.geometry.thermal, i * vc)
    let perT = 1 / t
    let dlogT = problem.geometry.thermal * vc.addingProduct(i, dvc) * perT
    let x = w * perT * R.all(1 / physics.thermalVolt), dx = -x * dlogT
    let (tanh, rest, excess) = hyperbolic(x)
    let psi = R.all(physics.barrierLessFermi) + vs
    let low = R.all(physics.lowering) * R.sqrt(R.sqrt(problem.n * psi))
    let phi = R.atLeast(R.all(physics.barrier) - low, R.all(0))
    let b = vs * excess * perW
    let g = vs.addingProduct(phi, rest)
    let q = -R.expm1(-b)
    // One division for the four reciprocals of psi, g, q and i.
    let psiG = psi * g, qi = q * i
    let inverse = 1 / (psiG * qi)
    let perPsiG = inverse * qi, perQI = inverse * psiG
    let dphi = R.select(R.less(R.all(0), phi), -(R.all(0.25) * low * (perPsiG * g) * dvs), R.all(0))
    let dtanh = rest * dx
    let db = dvs * (excess * perW) + vs * ((dx - dtanh) * perW)
    let dg = dvs + dphi * rest - 2 * phi * rest * tanh * dx
    // Squared, which spares a square root. q q perQI is q / I.
    let emitted = t * (q * q * perQI)
    let logarithm = R.all(0.5) * R.logNormal(problem.prefactor * g * emitted * emitted)
    let residual = logarithm + b - phi * tanh * perW
    let slope = dlogT + R.all(0.5) * dg * (perPsiG * psi) + db * (perQI * i)
      - (dphi * tanh + phi * dtanh) * perW - perQI * q
    return residual * problem.most / (slope * (i * (problem.most - i)))
  }

  /// tanh x, 1 - tanh² x and x - tanh x, for x > 0.
  @inline(__always)
  private func hyperbolic<R: RealLanes>(_ x: R) -> (tanh: R, rest: R, excess: R) {
    let e = R.expNormal(-2 * x)
    let half = 1 / (1 + e)
    let tanh = (1 - e) * half
    let rest = R.all(4) * e * half * half
    guard R.Scalar.self == Float.self else { return (tanh, rest, x - tanh) }
    // In single precision the difference of small numbers is a series.
    let z = x * x
    var series = R.all(-62.0 / 2835)
    series = R.all(17.0 / 315).addingProduct(series, z)
    series = R.all(-2.0 / 15).addingProduct(series, z)
    series = R.all(1.0 / 3).addingProduct(series, z)
    return (tanh, rest, R.select(R.less(x, R.all(0.3)), x * z * series, x - tanh))
  }
}
