/// A weight is the difference of two conductances, of which one is the least.
struct SinglePair: Conversion {
  let range: ConductanceRange

  init(_ settings: ModelSettings) throws(MemSimError) { range = try ConductanceRange(settings) }

  func map(least: Double, most: Double, size: Double) -> ConductanceMap { NPair.map([1], range, size) }

  static let card = ModelCard(
    converter: "single-pair", "A pair of devices", "g+ - g- in proportion to the weight, one of them g_min.",
    ModelCard.conductanceLimits(most: 25, least: 0))
}
