/// Pairs whose conductances are given curves over the weights, straight between nodes from -max|w| to max|w|.
struct CustomPair: Conversion {
  let range: ConductanceRange
  private let factors: [Double]
  private let curves: [[Double]]
  private static var tolerance: Double { 1e-4 }

  /// Errors: argument, unless there are two curves of as many nodes a factor, and together they are straight.
  init(_ settings: ModelSettings) throws(MemSimError) {
    factors = settings.values("f_lst")
    let g = settings.values("g_lst")
    try NPair.check(factors)
    let nodes = g.count / (2 * factors.count)
    guard nodes >= 2, nodes * 2 * factors.count == g.count else {
      let wanted = "2 curves of as many nodes, 2 or more, for each of \(factors.count) factors"
      throw .argument("g_lst must be \(wanted), got \(g.count) values")
    }
    curves = (0..<2 * factors.count).map { Array(g[$0 * nodes..<($0 + 1) * nodes]) }
    range = ConductanceRange(least: Float(g.min()!), most: Float(g.max()!))
    try checkStraight()
  }

  private func sum(_ node: Int) -> Double {
    factors.indices.reduce(0) { $0 + factors[$1] * (curves[2 * $1][node] - curves[2 * $1 + 1][node]) }
  }

  /// Errors: argument, unless the sum of f (g+ - g-) is in proportion to the weight at every node.
  private func checkStraight() throws(MemSimError) {
    let last = curves[0].count - 1, most = sum(last)
    guard most > 0 else {
      throw .argument("g_lst must give a positive sum of f (g+ - g-) at the largest weight, got \(most)")
    }
    for node in 0...last {
      let wanted = most * (2 * Double(node) / Double(last) - 1)
      guard abs(sum(node) - wanted) <= CustomPair.tolerance * most else {
        let got = "\(wanted), got \(sum(node))"
        throw .argument("g_lst must give weights back: at node \(node) the sum of f (g+ - g-) must be \(got)")
      }
    }
  }

  func map(least: Double, most: Double, size: Double) -> ConductanceMap {
    let last = curves[0].count - 1, whole = sum(last)
    let x = (0...last).map { size * (2 * Double($0) / Double(last) - 1) }
    let planes = curves.enumerated().map { number, curve in
      let flat = PiecewiseLinear(base: Float((curve[0] + curve[last]) / 2), ramps: [])
      let target = size > 0 ? PiecewiseLinear(x: x, y: curve) : flat
      return (target, Float((number % 2 == 0 ? 1 : -1) * factors[number / 2] * size / whole))
    }
    return ConductanceMap(planes: planes, offset: 0)
  }

  static let card = ModelCard(
    converter: "custom-pair", "Pairs of devices by given curves",
    "Sum of f (g+ - g-), conductances read off curves from -max|w| to max|w|.",
    [
      .init("f_lst", unit: "1", "significance of each pair", rows: 0, in: 1e-6...1e6, default: [1]),
      .init("g_lst", unit: "uS", "curves [2 x factors x nodes]: g+ and g- of each pair", rows: 0, in: 0...1e6, default: [0, 0, 25, 25, 0, 0]),
    ])
}
