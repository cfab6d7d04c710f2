import CMemSimSIMD

/// A first guess of ln(I / (I_max - I)) for V < 0: a polynomial in V and ln N through the solutions at Chebyshev points.
///
/// It is good to a few tenths, which saves two of six Newton steps; nothing but speed depends on it.
struct JartStart: Sendable {
  static let volts = 3.0
  /// ln of 0.003 and 25, where devices live; beyond, the guess is that at the end.
  private static let logarithms = -5.81...3.22

  /// Coefficient of x^row y^column, x and y in -1...1.
  private typealias Coefficients = InlineArray<36, Double>
  private var coefficients = Coefficients(repeating: 0)

  /// No guess: half of I_max.
  init() {}

  init(_ physics: JartPhysics) {
    let points = JartStart.chebyshevPoints
    let solver = JartSolver(physics: physics, start: JartStart())
    var values = [[Double]](repeating: [], count: 6)
    for row in 0..<6 { for column in 0..<6 { values[row].append(JartStart.value(solver, points[row], points[column])) } }
    let across = values.map { JartStart.interpolate($0) }
    for column in 0..<6 {
      let down = JartStart.interpolate(across.map { $0[column] })
      for row in 0..<6 { coefficients[6 * row + column] = down[row] }
    }
  }

  @inline(__always)
  func logit<R: RealLanes>(_ volts: R, _ logarithm: R) -> R {
    let range = JartStart.logarithms
    let x = R.clamp(volts * R.all(2 / JartStart.volts) - 1, R.all(-1), R.all(1))
    let scale = 2 / (range.upperBound - range.lowerBound)
    let y = R.clamp((logarithm - R.all(range.lowerBound)) * R.all(scale) - 1, R.all(-1), R.all(1))
    var sum = R.all(0)
    for row in stride(from: 5, through: 0, by: -1) {
      var inner = R.all(coefficients[unchecked: 6 &* row &+ 5])
      for column in stride(from: 4, through: 0, by: -1) {
        inner = R.all(coefficients[unchecked: 6 &* row &+ column]).addingProduct(inner, y)
      }
      sum = inner.addingProduct(sum, x)
    }
    return sum
  }

  private static func value(_ solver: JartSolver, _ x: Double, _ y: Double) -> Double {
    let logarithm = logarithms.lowerBound + (y + 1) / 2 * (logarithms.upperBound - logarithms.lowerBound)
    let physics = solver.physics
    let geometry = JartGeometry(
      physics, r: DoubleLanes(repeating: physics.radius), l: DoubleLanes(repeating: physics.length))
    let n = Elementary.exp(DoubleLanes(repeating: logarithm))
    return solver.settledLogit(DoubleLanes(repeating: (x + 1) / 2 * volts), n, geometry)[0]
  }

  /// cos((2 k + 1) pi / 12).
  private static let chebyshevPoints: [Double] = (0..<6).map { k in
    let turns = DoubleLanes(repeating: (2 * Double(k) + 1) / 24)
    return Elementary.sinCosTurns(turns).cos[0]
  }

  /// Monomial coefficients of the polynomial through `values` at the Chebyshev points, by divided differences.
  private static func interpolate(_ values: [Double]) -> [Double] {
    let points = chebyshevPoints
    var newton = values
    for order in 1..<6 {
      for k in stride(from: 5, through: order, by: -1) {
        newton[k] = (newton[k] - newton[k - 1]) / (points[k] - points[k - order])
      }
    }
    var sum = [Double](repeating: 0, count: 6)
    for k in stride(from: 5, through: 0, by: -1) {
      var next = [Double](repeating: 0, count: 6)
      for power in 0..<6 { next[power] = (power > 0 ? sum[power - 1] : 0) - points[k] * sum[power] }
      next[0] += newton[k]
      sum = next
    }
    return sum
  }
}
