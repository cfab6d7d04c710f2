import CMemSimSIMD

/// Products of one direction: settings, what differs from output to output, and how many vectors have gone by.
final class TileDirection: @unchecked Sendable {
  let settings: IOSettings
  let outputs: Int
  /// Keeps the random numbers of the directions apart.
  let side: UInt32
  /// Vectors so far: the number of the next one.
  var reads: UInt64 = 0
  /// Per output: standard deviation of noise, S-shape, voltage offset.
  let noise, nonlinearity, offset: Storage<Float>
  /// Kept from call to call.
  private var kept: Storage<Float>?
  /// Of weights as negative inputs see them, where those are others and wires have resistance.
  let skewedWires: WiredMatrix?
  /// What the S-shape's slope is corrected by.
  let slope: Float

  var isShaped: Bool { settings.nonlinearity > 0 || settings.series > 0 }
  var isOffset: Bool { settings.offsetStd > 0 || settings.series > 0 }
  var planes: [Storage<Float>] { [noise, nonlinearity, offset] }
  var bytes: Int { planes.reduce((kept?.bytes.count ?? 0) + (skewedWires?.bytes ?? 0)) { $0 + $1.bytes.count } }

  /// Room for `count` elements, whatever they hold. Errors: memory.
  func scratch(_ count: Int) throws(MemSimError) -> UnsafeMutablePointer<Float> {
    if let kept, kept.count >= count { return kept.base }
    kept = nil
    let room = try Storage<Float>(count)
    kept = room
    return room.base
  }

  /// Uses of random numbers in a product, each with one purpose a try.
  enum Use: UInt32 { case input = 0, inputRound, output, outputRound, weight, weightSecond, outputSecond, outputRoundSecond }

  /// Errors: memory.
  init(_ settings: IOSettings, outputs: Int, key: UInt64, side: UInt32) throws(MemSimError) {
    let count = (outputs + 15) / 16 * 16
    (self.settings, self.outputs, self.side) = (settings, outputs, side)
    (noise, nonlinearity, offset) = (try Storage(count), try Storage(count), try Storage(count))
    skewedWires = settings.skewsWeights ? settings.circuit.map { WiredMatrix(side == 0 ? $0 : $0.turned) } : nil
    let bound = settings.outputBound < .infinity ? settings.outputBound : 1
    let shaped = settings.nonlinearity > 0
    var sum = 0.0
    for output in 0..<outputs {
      func z(_ event: UInt64) -> Float {
        let normals = EventNormals(seed: key, purpose: PulsedPurpose.products + 0xffff - side, event: event)
        return normals.sixteen(output / 16 * 16)[output % 16]
      }
      noise.base[output] = settings.outputNoiseStd > 0
        ? abs(settings.outputNoise * (1 + settings.outputNoiseStd * z(0))) : settings.outputNoise
      offset.base[output] = max(settings.offsetStd * z(1), 0)
      nonlinearity.base[output] = shaped ? abs(settings.nonlinearity / bound * (1 + settings.nonlinearityStd * z(2))) : 0
      sum += Double(nonlinearity.base[output])
    }
    let mean = shaped ? Float(sum / Double(outputs)) : 0
    let root = 1 + (mean + max(settings.series, 0)) * settings.calibration * bound
    slope = settings.calibration > 0 ? root * root : 1
  }

  /// W as negative inputs see it. Errors: memory.
  func skewed(_ matrix: TileMatrix, _ key: UInt64) throws(MemSimError) -> Storage<Float> {
    let skewed = try Storage<Float>(matrix.inputs * matrix.stride)
    let normals = EventNormals(seed: key, purpose: PulsedPurpose.products + 0xfff0 - side, event: 0)
    for at in Swift.stride(from: 0, to: skewed.count, by: 16) {
      let z = normals.sixteen(at)
      for lane in 0..<16 { skewed.base[at + lane] = matrix.base[at + lane] * (1 + settings.readAsymmetry * z[lane]) }
    }
    return skewed
  }

  /// The random numbers of a vector for a use in its `round`-th try.
  @inline(__always)
  func random(_ key: UInt64, _ use: Use, round: Int, vector: UInt64) -> EventNormals {
    let purpose = PulsedPurpose.products + side << 12 + UInt32(truncatingIfNeeded: round) << 4 + use.rawValue
    return EventNormals(seed: key, purpose: purpose, event: vector)
  }
}
