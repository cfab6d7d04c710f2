import MemSimCore

/// What is given of a card.
func given(_ numbers: KeyValuePairs<String, Double> = [:], _ choices: KeyValuePairs<String, String> = [:]) -> TileGiven
{
  (numbers.map { ($0.key, [$0.value]) }, choices.map { ($0.key, $0.value) })
}

/// Devices that are all the same, their pulses too; steps of a power of two, so that sums of them are exact.
enum Exact {
  static let step = 0x1p-10
  static let devices = given([
    "dw_min": step, "dw_min_dtod": 0, "dw_min_std": 0, "up_down_dtod": 0, "w_max": 8, "w_max_dtod": 0, "w_min": -8,
    "w_min_dtod": 0
  ])
  /// Products without converters.
  static let products = given(["is_perfect": 1])
  /// Pulses that are counted, not drawn.
  static let pulses = given(["desired_bl": 4096], ["pulse_type": "deterministic-implicit"])

  static func tile(
    _ inputs: Int, _ outputs: Int, update: TileGiven = Exact.pulses, seed: UInt64 = 5
  ) throws -> AnalogTile {
    try AnalogTile(
      inputs: inputs, outputs: outputs, device: "constant-step", settings: devices, forward: products,
      backward: products,
      update: update, seed: seed)
  }

  /// Pulses of learning_rate x d, rounded as they are counted; < 0 down.
  static func count(_ rate: Double, _ x: Float, _ d: Float) -> Double {
    -(rate * Double(x) * Double(d) / step).rounded(.toNearestOrEven)
  }
}

extension WeightTile {
  private func filled(_ count: Int, _ body: (UnsafeMutablePointer<Float>) throws -> Void) rethrows -> [Float] {
    try drawn(Float.nan, count, body)
  }

  /// W [outputs x inputs].
  var allWeights: [Float] { get throws { try filled(inputs * outputs) { try weights(into: $0) } } }

  func all(_ name: String) throws -> [Float] { try filled(inputs * outputs) { try hidden(name, into: $0) } }

  /// y [batch x outputs] of x [batch x inputs].
  func products(_ x: [Float]) throws -> [Float] {
    try filled(x.count / inputs * outputs) { try forward(x, batch: x.count / inputs, into: $0) }
  }

  func transposedProducts(_ d: [Float]) throws -> [Float] {
    try filled(d.count / outputs * inputs) { try backward(d, batch: d.count / outputs, into: $0) }
  }

  func learn(_ x: [Float], _ d: [Float], rate: Double) throws {
    try update(x: x, d: d, batch: x.count / inputs, rate: rate)
  }

  func saved() throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: stateSize)
    try bytes.withUnsafeMutableBytes { try save(to: $0.baseAddress!) }
    return bytes
  }

  func restore(_ state: [UInt8]) throws { try state.withUnsafeBytes { try load($0) } }
}

/// Numbers within ±limit.
func uniforms(_ count: Int, _ seed: UInt64, _ limit: Float = 1) -> [Float] {
  patternless(count, seed, Float.self).map { $0 * limit }
}
