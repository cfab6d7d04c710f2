import CMemSimSIMD

/// The numbers that follow from the parameters, in SI units, energies in eV, N in 1e26 m^-3.
///
/// Source: JART VCM v1b (Cüppers et al., APL Mater. 7, 091105, 2019; Bengel et al., IEEE TCAS-I 67, 4618, 2020).
package struct JartPhysics: Sendable {
  /// Largest |N| and its least, far beyond any device: ln N stays within the tables.
  static let concentrations: ClosedRange<Double> = 1e-4...1.1e3

  let ambient, barrier, barrierLessFermi, hopEnergy, plugConcentration, cellLength: Double
  /// r and l without variability [m].
  let radius, length: Double
  /// l / (N r²) times this is the disc's resistance; (lcell - l) / (Nplug r²) times it that of the plug [ohm m 1e26 m^-3].
  let resistivity: Double
  /// R_s = seriesOhms + seriesHeating I².
  let seriesOhms, seriesHeating: Double
  /// Barrier lowering is this times (N psi)^(1/4) [V^3/4].
  let lowering: Double
  /// W00/e is this times sqrt N [V].
  let tunnelling: Double
  /// Thermal resistance times r² [K m²/W], and its factor for V > 0.
  let thermal, resetThermal: Double
  /// pi A* [A m^-2 K^-2]; the current's prefactor with r² and T².
  let richardson: Double
  /// k/e [V/K].
  let thermalVolt: Double
  /// a nu0 / 2 [m/s]: over l, times N_plug + N, the attempt rate.
  let attempt: Double
  /// z a / (pi dWa) [m/V]: gamma per field.
  let fieldFactor: Double
  let piHalf: Double

  init(_ settings: ModelSettings) throws(MemSimError) {
    let e = 1.602e-19, k = 1.3807e-23, h = 6.626e-34, vacuum = 8.854e-12, mass = 9.10938e-31, z = 2.0
    let pi = settings.choice("constants") == "det" ? 3.1416 : Double.pi
    (ambient, barrier) = (settings.value("T0"), settings.value("phiBn0"))
    barrierLessFermi = barrier - settings.value("phin")
    guard barrierLessFermi >= 0 else {
      throw .argument("parameter \"phiBn0\" must be at least \"phin\" = \(settings.value("phin")) eV, got \(barrier) eV")
    }
    (radius, length, cellLength) = (settings.value("rdet"), settings.value("ldet"), settings.value("lcell"))
    guard length < cellLength else {
      throw .argument("parameter \"ldet\" must be below \"lcell\" = \(cellLength) m, got \(length) m")
    }
    hopEnergy = settings.value("dWa")
    plugConcentration = settings.value("Nplug")
    resistivity = 1 / (1e26 * z * e * settings.value("un") * pi)
    let line = settings.value("R0")
    seriesOhms = settings.value("RseriesTiOx") + line
    seriesHeating = line * line * settings.value("alphaline") * settings.value("Rthline")
    let permittivity = settings.value("epsphib") * vacuum
    let cube = permittivity * permittivity * permittivity
    lowering = (e * e * e * z * 1e26 / (8 * pi * pi * cube)).squareRoot().squareRoot()
    tunnelling = h / (4 * pi) * (z * 1e26 / (mass * settings.value("eps") * vacuum)).squareRoot()
    thermal = settings.value("Rth0") * radius * radius
    resetThermal = settings.value("Rtheff_scaling")
    richardson = pi * 6.01e5
    thermalVolt = k / e
    attempt = settings.value("a") * settings.value("ny0") / 2
    fieldFactor = z * settings.value("a") / (pi * hopEnergy)
    piHalf = pi / 2
  }

  /// V_s = 0 bounds the current: I (R + R_s(I)) = V. Newton from above stays above, so this is a bound after any step.
  @inline(__always)
  func largestCurrent<R: RealLanes>(_ volts: R, _ resistance: R) -> R {
    let cubic = R.all(seriesHeating)
    var current = volts / resistance
    for _ in 0..<2 {
      let heating = cubic * current * current
      let excess = (current * heating).addingProduct(resistance, current) - volts
      current = current - excess / resistance.addingProduct(heating, R.all(3))
    }
    return current
  }
}

/// What a cell's radius and disc length make of the physics.
struct JartGeometry<R: RealLanes>: Sendable {
  /// R_disc N and R_plug [ohm].
  let disc, plug: R
  /// Thermal resistance for V < 0 [K/W].
  let thermal: R
  /// A A* [A/K²].
  let emission: R
  /// a nu0 / (2 l) [1/s].
  let attempt: R
  let perLength: R

  /// - Parameters:
  ///   - r: m.
  ///   - l: m.
  @inline(__always)
  init(_ physics: JartPhysics, r: R, l: R) {
    let square = r * r
    let perSquare = 1 / square
    disc = R.all(physics.resistivity) * l * perSquare
    plug = R.all(physics.resistivity / physics.plugConcentration) * (R.all(physics.cellLength) - l) * perSquare
    thermal = R.all(physics.thermal) * perSquare
    emission = R.all(physics.richardson) * square
    perLength = 1 / l
    attempt = R.all(physics.attempt) * perLength
  }
}

/// Geometries of sixteen cells.
struct JartWideGeometry: Sendable {
  let low, high: JartGeometry<DoubleLanes>
  let float: JartGeometry<FloatLanes>

  @inline(__always)
  init(_ physics: JartPhysics, r: WideLanes, l: WideLanes) {
    low = JartGeometry(physics, r: r.low, l: l.low)
    high = JartGeometry(physics, r: r.high, l: l.high)
    float = JartGeometry(physics, r: r.floats, l: l.floats)
  }
}
