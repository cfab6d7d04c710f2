/// The drift of vacancies: Mott-Gurney hopping over a barrier that field and temperature lower.
///
/// dN/dt = -sign(V) (a nu0 / l) (N_plug + N)/2 [e^(-b (m - gamma pi/2)) - e^(-b (m + gamma pi/2))], with b = dWa/kT and
/// m = sqrt(1 - gamma²) + gamma asin gamma; gamma ends at 1, where the barrier has gone.
struct JartDrift<R: RealLanes> {
  /// a nu0 / (2 l) (N_plug + N) / N [1/s].
  private let attempts: R
  /// b m and b gamma pi/2.
  private let barrier, tilt: R

  @inline(__always)
  init(_ physics: JartPhysics, _ solution: JartSolution<R>, _ n: R, _ geometry: JartGeometry<R>, set: R.Mask) {
    let perN = 1 / n
    let discField = solution.current * (geometry.disc * perN * geometry.perLength)
    let field = R.select(set, discField, solution.cellVolts * R.all(1 / physics.cellLength))
    let gamma = R.atMost(field * R.all(physics.fieldFactor), R.all(1))
    let energy = R.all(physics.hopEnergy / physics.thermalVolt) / solution.temperature
    barrier = energy * R.sqrt(1 - gamma * gamma).addingProduct(gamma, R.asin(gamma))
    tilt = gamma * energy * R.all(physics.piHalf)
    attempts = geometry.attempt * R.all(1).addingProduct(R.all(physics.plugConcentration), perN)
  }

  /// |d ln N/dt| without the limiter [1/s].
  @inline(__always)
  var rate: R { attempts * R.expNormal(tilt - barrier) * -R.expm1(-2 * tilt) }

  /// Its logarithm; at 0 V one so low that nothing ever moves.
  @inline(__always)
  var logRate: R {
    R.logNormal(R.atLeast(attempts * -R.expm1(-2 * tilt), R.all(1e-37))) + (tilt - barrier)
  }
}
