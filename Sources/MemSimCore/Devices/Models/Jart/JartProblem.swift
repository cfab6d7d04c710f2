/// What the static equations say of a cell at a voltage; magnitudes, since every voltage has the sign of V.
struct JartSolution<R: RealLanes> {
  /// A.
  var current: R
  /// K.
  var temperature: R
  /// V_c, over Schottky interface, disc and plug [V]; V_s, over the interface [V].
  var cellVolts, interfaceVolts: R
}

/// The equation of one voltage and concentration.
struct JartProblem<R: RealLanes> {
  /// |V|, but not so small that the solver's numbers would vanish; what a smaller one's current is of it.
  let volts, scale: R
  let n: R
  let geometry: JartGeometry<R>
  /// R_disc + R_plug [ohm].
  let resistance: R
  /// Current at V_s = 0 [A], or a little more.
  let most: R
  /// W00/e [V] and its reciprocal.
  let tunnelling, perTunnelling: R
  /// Square of A A* (e/k) sqrt(pi W00/e) [A² V^-1 K^-2].
  let prefactor: R

  /// - Parameter most: a bound of the current; nil to have it computed.
  @inline(__always)
  init(_ physics: JartPhysics, _ volts: R, _ n: R, _ geometry: JartGeometry<R>, leastVolts: Double, most: R? = nil) {
    self.volts = R.atLeast(volts, R.all(leastVolts))
    scale = R.atMost(volts * R.all(1 / leastVolts), R.all(1))
    (self.n, self.geometry) = (n, geometry)
    resistance = geometry.disc / n + geometry.plug
    self.most = most ?? physics.largestCurrent(self.volts, resistance + R.all(physics.seriesOhms))
    tunnelling = R.all(physics.tunnelling) * R.sqrt(n)
    perTunnelling = 1 / tunnelling
    let emission = geometry.emission * R.all(1 / physics.thermalVolt)
    prefactor = emission * emission * R.all(2 * physics.piHalf) * tunnelling
  }
}
