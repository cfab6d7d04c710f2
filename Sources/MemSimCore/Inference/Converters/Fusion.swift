/// One device a weight, |w| in proportion to the largest of its output; the sign is kept apart.
///
/// The gain of an output is the slope of its programmed conductances over its weights, by least squares.
struct Fusion: Conversion {
  static var isByOutput: Bool { true }
  let range: ConductanceRange

  init(_ settings: ModelSettings) { range = ConductanceRange(least: 0, most: Float(settings.value("g_max"))) }

  /// Of weights over the largest of their output.
  func map(least: Double, most: Double, size: Double) -> ConductanceMap {
    let ramp = PiecewiseLinear.Ramp(a: 1, b: 0, h: range.most)
    return ConductanceMap(planes: [(PiecewiseLinear(base: 0, ramps: [ramp]), 1)], offset: 0)
  }

  static let card = ModelCard(
    converter: "fusion", "One device and a sign", "|w| of each output up to g_max, its gain by least squares.",
    [.init("g_max", unit: "uS", "largest conductance", in: 10...40, default: [40])])
}
