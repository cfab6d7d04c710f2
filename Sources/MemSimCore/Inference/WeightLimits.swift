/// Sizes of weights whose conductances and noise single precision can hold.
enum WeightLimits {
  static let most: Float = 0x1p100
  /// A matrix of none above it counts as zeros.
  static let least: Float = 0x1p-60

  /// Errors: argument, naming the first weight that is not finite or larger than `most`.
  static func check(_ weights: UnsafePointer<Float>, _ count: Int) throws(MemSimError) {
    try requireFinite(weights, count, "weights")
    if largestSize(weights, count) <= most { return }
    for index in 0..<count where abs(weights[index]) > most {
      throw .argument("weights must be within ±2^100, got \(weights[index]) at index \(index)")
    }
  }
}
