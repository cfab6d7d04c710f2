import CMemSimSIMD

/// What the parameters come to: polynomials and conductances, in float as the kernels use them. No references in it,
/// so that kernels may hold copies.
package struct SynaptogenConstants: Sendable {
  /// Order p of the vector autoregression.
  let order: Int
  let eta: Float
  let readVoltage: Float
  let fullReset: Float
  let lowConductance: Float
  /// 1 / (G_LLRS - G_HHRS) [1/S].
  let inverseSpan: Float
  private let low: SIMD8<Float>
  private let high: SIMD8<Float>
  private let gamma: (SIMD8<Float>, SIMD8<Float>, SIMD8<Float>, SIMD8<Float>)
  /// L of the autoregression, [4 x 4].
  let innovation: SIMD16<Float>
  /// Mixture weights for which the current has the sign of the voltage at every valid voltage.
  let signedRange: ClosedRange<Float>?

  /// Errors: argument, if the parameters define no model.
  package init(_ settings: ModelSettings) throws(MemSimError) {
    order = try SynaptogenConstants.order(settings)
    let low = settings.values("LLRS")
    let high = settings.values("HHRS")
    let u0 = settings.value("U0")
    let lowConductance = horner(low, u0) / u0
    let highConductance = horner(high, u0) / u0
    guard lowConductance > 0, lowConductance > highConductance else {
      throw .argument("parameters \"LLRS\" and \"HHRS\" must give I_LLRS(U0) > I_HHRS(U0) and > 0")
    }
    self.low = padded(low)
    self.high = padded(high)
    self.lowConductance = Float(lowConductance)
    inverseSpan = Float(1 / (lowConductance - highConductance))
    eta = Float(settings.value("eta"))
    readVoltage = Float(u0)
    fullReset = Float(settings.value("Umax"))
    let rows = (0..<4).map { padded(Array(settings.values("gamma")[5 * $0..<5 * $0 + 5])) }
    gamma = (rows[0], rows[1], rows[2], rows[3])
    signedRange = signs(low, high)
    innovation = SIMD16(SynaptogenRegression(settings, order: order).innovation.map(Float.init))
  }

  /// Largest |U| [V] for which the polynomials were fitted.
  static let validVolts: Float = 1.5

  private static func order(_ settings: ModelSettings) throws(MemSimError) -> Int {
    guard let order = Int(exactly: settings.value("order")) else {
      throw .argument("parameter \"order\" must be a whole number 1...10, got \(settings.value("order"))")
    }
    return order
  }

  /// I_LLRS(U) [A].
  @inline(__always)
  package func lowCurrent(_ u: FloatLanes) -> FloatLanes {
    var y = FloatLanes(repeating: low[0])
    for k in 1..<7 { y = FloatLanes(repeating: low[k]).addingProduct(y, u) }
    return y
  }

  /// I_HHRS(U) [A].
  @inline(__always)
  package func highCurrent(_ u: FloatLanes) -> FloatLanes {
    var y = FloatLanes(repeating: high[0])
    for k in 1..<6 { y = FloatLanes(repeating: high[k]).addingProduct(y, u) }
    return y
  }

  /// (1 - r) I_LLRS(U) + r I_HHRS(U) [A].
  @inline(__always)
  package func current(_ r: FloatLanes, _ u: FloatLanes) -> FloatLanes {
    let low = lowCurrent(u)
    return low.addingProduct(r, highCurrent(u) - low)
  }

  /// The same and its slope [S], in double precision.
  func flow(_ r: WideLanes, _ u: WideLanes) -> WideFlow {
    func both(_ polynomial: SIMD8<Float>, _ count: Int) -> WideFlow {
      var (y, slope) = (WideLanes(repeating: Double(polynomial[0])), WideLanes.zero)
      for k in 1..<count {
        slope = y.addingProduct(slope, u)
        y = WideLanes(repeating: Double(polynomial[k])).addingProduct(y, u)
      }
      return WideFlow(current: y, slope: slope)
    }
    let (l, h) = (both(low, 7), both(high, 6))
    return WideFlow(
      current: l.current.addingProduct(r, h.current - l.current), slope: l.slope.addingProduct(r, h.slope - l.slope))
  }

  /// r of a cell of resistance `ohms` at U0.
  @inline(__always)
  package func mixture(ofResistance ohms: FloatLanes) -> FloatLanes {
    (lowConductance - 1 / ohms) * inverseSpan
  }

  /// A latent normal bent to the marginal of feature `k`.
  @inline(__always)
  package func marginal(_ k: Int, _ x: FloatLanes) -> FloatLanes {
    let row = k == 0 ? gamma.0 : k == 1 ? gamma.1 : k == 2 ? gamma.2 : gamma.3
    var y = FloatLanes(repeating: row[0])
    for i in 1..<5 { y = FloatLanes(repeating: row[i]).addingProduct(y, x) }
    return y
  }
}

/// A vector autoregression as the parameter lists it: L, then A of lag p ... lag 1, in columns of 4.
struct SynaptogenRegression {
  let order: Int
  private let table: [Double]

  init(_ settings: ModelSettings, order: Int) {
    self.order = order
    table = settings.values(order < 10 ? "VAR_00\(order)" : "VAR_0\(order)")
  }

  /// L, [4 x 4] row-major.
  var innovation: [Double] { block(0) }

  /// A of a lag 1...p, [4 x 4] row-major.
  func lag(_ lag: Int) -> [Double] { block(order + 1 - lag) }

  /// Lag matrices as the slots of the history ring meet them: [phase p][slot p][row 4][column 4].
  ///
  /// Slot s holds the vector of the cycles n with n mod p = s; for the cycle of phase q its lag is (q - s - 1) mod p + 1.
  /// One table for each phase saves moving the history.
  func rotations() throws(MemSimError) -> Storage<Float> {
    let table = try Storage<Float>(order * order * 16)
    for phase in 0..<order {
      for slot in 0..<order {
        let matrix = lag((phase - slot - 1 + order) % order + 1)
        for k in 0..<16 { table.base[(phase * order + slot) * 16 + k] = Float(matrix[k]) }
      }
    }
    return table
  }

  private func block(_ index: Int) -> [Double] {
    (0..<16).map { table[$0 / 4 * 4 * (order + 1) + 4 * index + $0 % 4] }
  }
}

private func padded(_ values: [Double]) -> SIMD8<Float> {
  SIMD8((values.map { Float($0) } + Array(repeating: 0, count: 8 - values.count)))
}

/// Between its zeros l + x (h - l) keeps the sign it has at x = 0, that of the voltage; nil if it has not even there.
private func signs(_ low: [Double], _ high: [Double]) -> ClosedRange<Float>? {
  var (least, most) = (-1e3, 1e3)
  for step in -1500...1500 where step != 0 {
    let u = Double(step) / 1500 * Double(SynaptogenConstants.validVolts)
    let (l, h) = (horner(low, u), horner(high, u))
    if l * u <= 0 { return nil }
    let zero = l / (l - h)
    if zero > 0 { most = min(most, zero) } else { least = max(least, zero) }
  }
  let margin = 1e-4
  return least + margin < most - margin ? Float(least + margin)...Float(most - margin) : nil
}

private func horner(_ coefficients: [Double], _ x: Double) -> Double {
  coefficients.reduce(0) { $0 * x + $1 }
}
