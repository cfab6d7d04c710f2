/// Scales of weights that follow them in training, so that the largest one fills the devices' range.
public struct WeightRemap: Sendable {
  enum Kind: String, CaseIterable {
    case none, layer = "layerwise-symmetric", channel = "channelwise-symmetric"
  }

  private let kind: Kind
  private let most, range, reference: Double

  /// Errors: argument, shape.
  public init(
    parameters: [(name: String, values: [Double])], options: [(name: String, choice: String)]
  ) throws(MemSimError) {
    let settings = try ModelSettings(WeightRemap.card, parameters: parameters, options: options)
    kind = Kind(rawValue: settings.choice("type"))!
    (most, range) = (settings.value("remapped_wmax"), settings.value("max_scale_range"))
    reference = settings.value("max_scale_ref")
  }

  /// Changes `weights` [outputs x inputs] and `scales` [outputs] in place; weight times scale stays.
  ///
  /// Errors: argument (not finite, scales not > 0; nothing is then changed).
  public func apply(
    _ weights: UnsafeMutablePointer<Float>, _ scales: UnsafeMutablePointer<Float>, outputs: Int, inputs: Int
  ) throws(MemSimError) {
    try WeightLimits.check(weights, outputs * inputs)
    try requireFinite(scales, outputs, "scales")
    for output in 0..<outputs where !(scales[output] > 0) {
      throw .argument("scales must be > 0, got \(scales[output]) at index \(output)")
    }
    if kind == .none { return }
    let sizes = (0..<outputs).map { Double(largestSize(weights + $0 * inputs, inputs)) }
    let largest = sizes.max()!, least = Double((0..<outputs).map { scales[$0] }.min()!)
    for output in 0..<outputs {
      let size = (kind == .layer ? largest : sizes[output]) / most, old = Double(scales[output])
      let wanted = size > 0 ? size * old : old
      let bounded = range > 0 ? min(wanted, max(range * least, reference)) : wanted
      let next = min(max(Float(bounded), .leastNormalMagnitude), .greatestFiniteMagnitude), factor = old / Double(next)
      for at in output * inputs..<(output + 1) * inputs { weights[at] = Float(Double(weights[at]) * factor) }
      scales[output] = next
    }
  }

  static let card = ModelCard(
    settings: "weight-remap", "Scales that follow the weights", "The largest weight becomes remapped_wmax, the scale its factor.",
    [
      .init("remapped_wmax", unit: "1", "largest weight after it", in: 1e-6...1e6, default: [1]),
      .init("max_scale_range", unit: "1", "largest scale over the least one before, 0: any", in: 0...1e9, default: [0]),
      .init("max_scale_ref", unit: "1", "least bound of scales where max_scale_range bounds them", in: 0...1e9, default: [0]),
    ], [OptionCard(name: "type", Kind.self, text: "one scale for all outputs, or one for each")])
}
