import MemSimCore

typealias Parameters = [(name: String, values: [Double])]

extension ProgrammedWeights {
  convenience init(
    _ weights: [Float], outputs: Int, model: String, _ parameters: Parameters = [], converter: String? = nil,
    _ converterParameters: Parameters = [], seed: UInt64 = 1, context: Context = .shared
  ) throws {
    try self.init(
      weights, outputs: outputs, inputs: weights.count / outputs, model: model, parameters: parameters,
      converter: converter,
      converterParameters: converterParameters, seed: seed, context: context)
  }

  /// [outputs x inputs].
  func read(_ seconds: Double) throws -> [Float] {
    try drawn(Float.nan, inputs * outputs) { try weights(at: seconds, into: $0) }
  }

  /// [planes][outputs x inputs].
  func all(_ name: String) throws -> [[Double]] {
    let count = inputs * outputs
    let values = try drawn(Float.nan, planes * count) { try state(name, into: $0) }
    return (0..<planes).map { plane in values[plane * count..<(plane + 1) * count].map(Double.init) }
  }

  func saved() throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: stateSize)
    try bytes.withUnsafeMutableBytes { try save(to: $0.baseAddress!) }
    return bytes
  }

  func restore(_ state: [UInt8]) throws { try state.withUnsafeBytes { try load($0) } }
}

/// 2^17 devices of one model, all asked for the same conductance [uS]: one more device has the largest weight.
struct Devices {
  static let count = 1 << 17
  let programmed: ProgrammedWeights
  /// uS a unit of weight.
  private let most: Double

  init(_ model: String, _ parameters: Parameters = [], at target: Double, most: Double) throws {
    self.most = most
    let weights = [1] + [Float](repeating: Float(target / most), count: Devices.count)
    programmed = try ProgrammedWeights(
      weights, outputs: 1, model: model, parameters, converter: "single-pair", [("g_max", [most])])
  }

  /// Right after programming.
  var conductance: [Double] { get throws { Array(try programmed.all("conductance")[0].dropFirst()) } }
  func kept(_ name: String) throws -> [Double] { Array(try programmed.all(name)[0].dropFirst()) }

  /// Differences of a pair's conductances as read at a time.
  func differences(_ seconds: Double) throws -> [Double] {
    try programmed.read(seconds).dropFirst().map { Double($0) * most }
  }
}
