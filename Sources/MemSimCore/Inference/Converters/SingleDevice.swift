/// One device a weight, from the least weight at g_min to the largest at g_max.
struct SingleDevice: Conversion {
  let range: ConductanceRange

  init(_ settings: ModelSettings) throws(MemSimError) { range = try ConductanceRange(settings) }

  func map(least: Double, most: Double, size: Double) -> ConductanceMap {
    let extent = most - least, slope = extent > 0 ? 1 / extent : 0
    let ramp = PiecewiseLinear.Ramp(a: Float(slope), b: Float(-least * slope), h: Float(range.span))
    let factor = extent / range.span
    return ConductanceMap(
      planes: [(PiecewiseLinear(base: range.least, ramps: [ramp]), Float(factor))],
      offset: Float(least - factor * Double(range.least)))
  }

  static let card = ModelCard(
    converter: "single-device", "One device", "g_min at the least weight, g_max at the largest.",
    ModelCard.conductanceLimits(most: 88.199997, least: 9))
}
