/// Several pairs of different significance, filled one after the other: a weight is the sum of f (g+ - g-).
struct NPair: Conversion {
  let range: ConductanceRange
  private let factors: [Double]

  /// Errors: argument, unless there are 1...16 factors.
  init(_ settings: ModelSettings) throws(MemSimError) {
    range = try ConductanceRange(settings)
    factors = settings.values("f_lst")
    try NPair.check(factors)
  }

  /// Errors: argument.
  static func check(_ factors: [Double]) throws(MemSimError) {
    guard (1...16).contains(factors.count) else {
      throw .argument("f_lst must be 1...16 factors, got \(factors.count)")
    }
  }

  func map(least: Double, most: Double, size: Double) -> ConductanceMap { NPair.map(factors, range, size) }

  static func map(_ factors: [Double], _ range: ConductanceRange, _ size: Double) -> ConductanceMap {
    let whole = factors.reduce(0, +)
    var planes: [(target: PiecewiseLinear, factor: Float)] = []
    var filled = 0.0
    for f in factors {
      for sign in [1.0, -1.0] {
        // This pair takes the weights from `filled` to `filled + f`, where all pairs reach `whole`.
        let slope = size > 0 ? sign * whole / (f * size) : 0
        let ramp = PiecewiseLinear.Ramp(a: Float(slope), b: Float(-filled / f), h: Float(range.span))
        planes.append((PiecewiseLinear(base: range.least, ramps: [ramp]), Float(sign * f * size / (whole * range.span))))
      }
      filled += f
    }
    return ConductanceMap(planes: planes, offset: 0)
  }

  static let card = ModelCard(
    converter: "n-pair", "Pairs of devices", "Sum of f (g+ - g-), the pairs of f_lst filled one after the other.",
    ModelCard.conductanceLimits(most: 25, least: 0) + [
      .init("f_lst", unit: "1", "significance of each pair", rows: 0, in: 1e-6...1e6, default: [1, 1]),
    ])
}
