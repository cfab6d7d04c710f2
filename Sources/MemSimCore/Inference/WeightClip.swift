/// Bounds of weights in training.
public struct WeightClip: Sendable {
  enum Kind: String, CaseIterable {
    case none, fixed = "fixed-value", gaussian = "layer-gaussian", channel = "average-channel-max"
  }

  private let kind: Kind
  private let fixed, sigma: Double

  /// Errors: argument, shape; fixed-value without a value.
  public init(
    parameters: [(name: String, values: [Double])], options: [(name: String, choice: String)]
  ) throws(MemSimError) {
    let settings = try ModelSettings(WeightClip.card, parameters: parameters, options: options)
    kind = Kind(rawValue: settings.choice("type"))!
    (fixed, sigma) = (settings.value("fixed_value"), settings.value("sigma"))
    guard kind != .fixed || fixed > 0 else {
      throw .argument("fixed_value must be > 0 with type fixed-value, got \(fixed)")
    }
  }

  /// Clips `weights` [outputs x inputs] in place. Errors: argument (not finite; they are then unchanged).
  public func apply(_ weights: UnsafeMutablePointer<Float>, outputs: Int, inputs: Int) throws(MemSimError) {
    let count = outputs * inputs
    try WeightLimits.check(weights, count)
    guard let bound = bound(weights, outputs, inputs) else { return }
    for at in 0..<count { weights[at] = min(max(weights[at], -bound), bound) }
  }

  private func bound(_ weights: UnsafePointer<Float>, _ outputs: Int, _ inputs: Int) -> Float? {
    let own: Double
    switch kind {
    case .none: return nil
    case .fixed: return Float(fixed)
    case .gaussian: own = sigma * deviation(weights, outputs * inputs)
    case .channel:
      own = (0..<outputs).reduce(0) { $0 + Double(largestSize(weights + $1 * inputs, inputs)) } / Double(outputs)
    }
    return Float(fixed > 0 ? min(own, fixed) : own)
  }

  /// Of a sample, about its mean.
  private func deviation(_ weights: UnsafePointer<Float>, _ count: Int) -> Double {
    let values = UnsafeBufferPointer(start: weights, count: count)
    let mean = values.reduce(0.0) { $0 + Double($1) } / Double(count)
    let square = values.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
    return (square / Double(max(count - 1, 1))).squareRoot()
  }

  static let card = ModelCard(
    settings: "weight-clip", "Bounds of weights in training", "Weights are clipped after every step.",
    [
      .init("fixed_value", unit: "1", "bound, or the most of the others; <= 0: none", in: -1e6...1e6, default: [-1]),
      .init("sigma", unit: "1", "bound of layer-gaussian in standard deviations of the weights", in: 0...1e6, default: [2.5]),
    ], [OptionCard(name: "type", Kind.self, text: "what the bound is")])
}
