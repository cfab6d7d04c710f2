/// A weight matrix W [outputs x inputs] that is read through converters and learns by pulses.
///
/// One thread at a time: a second call meanwhile throws `busy`.
public protocol WeightTile: AnyObject, Sendable {
  var inputs: Int { get }
  var outputs: Int { get }
  /// Memory that it takes.
  var bytes: Int { get }
  /// Bytes of `save`.
  var stateSize: Int { get }

  /// Sets W [outputs x inputs] within the bounds of its devices. Errors: argument (not finite), memory, busy.
  func setWeights(_ weights: UnsafePointer<Float>) throws(MemSimError)
  /// W [outputs x inputs] as products see it. Errors: memory, busy.
  func weights(into out: UnsafeMutablePointer<Float>) throws(MemSimError)
  /// A quantity of every device [outputs x inputs]. Errors: argument (unknown name), memory, busy.
  func hidden(_ name: String, into out: UnsafeMutablePointer<Float>) throws(MemSimError)
  /// Sets a quantity of every device [outputs x inputs]; weights then follow their bounds.
  ///
  /// Errors: argument (unknown name, not finite, a quantity that is not kept), memory, busy.
  func setHidden(_ name: String, _ values: UnsafePointer<Float>) throws(MemSimError)

  /// y = W x through the forward settings: x [batch x inputs], y [batch x outputs].
  ///
  /// Errors: argument (not finite), memory, busy; nothing is then written.
  func forward(_ x: UnsafePointer<Float>, batch: Int, into y: UnsafeMutablePointer<Float>) throws(MemSimError)
  /// The transposed product through the backward settings: d [batch x outputs], out [batch x inputs].
  ///
  /// Errors: argument (not finite), memory, busy; nothing is then written.
  func backward(_ d: UnsafePointer<Float>, batch: Int, into out: UnsafeMutablePointer<Float>) throws(MemSimError)
  /// Changes W by -rate d x in the mean, a vector of the batch after the other: x [batch x inputs], d [batch x outputs].
  ///
  /// Errors: argument (not finite, trains too long), memory, busy; the weights are then unchanged.
  func update(x: UnsafePointer<Float>, d: UnsafePointer<Float>, batch: Int, rate: Double) throws(MemSimError)

  /// Diffusion, then decay, once an optimiser's step. Errors: busy.
  func step() throws(MemSimError)
  /// Drift of weights in so many seconds, where devices have it. Errors: argument, memory, busy.
  func drift(seconds: Double) throws(MemSimError)
  /// Resets the devices of `count` inputs from `start` on, going round, each with `probability`. Errors: argument, busy.
  func reset(start: Int, count: Int, probability: Double) throws(MemSimError)

  /// The whole state, the position in the random numbers included, to `out` [stateSize bytes]. Errors: busy.
  func save(to out: UnsafeMutableRawPointer) throws(MemSimError)
  /// Restores what `save` wrote of a tile of the same devices and extents; the seed is restored too.
  ///
  /// Errors: format (the tile is then unchanged), busy.
  func load(_ state: UnsafeRawBufferPointer) throws(MemSimError)
}

/// What a caller gives of a card.
public typealias TileGiven = (parameters: [(name: String, values: [Double])], options: [(name: String, choice: String)])

/// Checks of what calls on tiles are given.
enum TileChecks {
  /// Errors: argument.
  static func rate(_ rate: Double) throws(MemSimError) {
    guard rate.isFinite else { throw .argument("learning_rate must be finite, got \(rate)") }
  }

  /// Errors: argument.
  static func seconds(_ seconds: Double) throws(MemSimError) {
    guard seconds.isFinite, seconds >= 0 else { throw .argument("seconds must be finite and >= 0, got \(seconds)") }
  }

  /// Errors: argument.
  static func lines(start: Int, count: Int, of inputs: Int, probability: Double) throws(MemSimError) {
    guard (0..<inputs).contains(start) else { throw .argument("start must be 0...\(inputs - 1), got \(start)") }
    guard (0...inputs).contains(count) else { throw .argument("count must be 0...\(inputs), got \(count)") }
    guard probability >= 0, probability <= 1 else { throw .argument("probability must be 0...1, got \(probability)") }
  }

  /// Errors: argument.
  static func extents(_ inputs: Int, _ outputs: Int) throws(MemSimError) {
    let limit = 1 << 24
    guard (1...limit).contains(inputs), (1...limit).contains(outputs), inputs * ((outputs + 15) / 16 * 16) <= 1 << 31 else {
      throw .argument("inputs and outputs must be 1...2^24 with at most 2^31 devices, got \(inputs) and \(outputs)")
    }
  }
}

/// From a plane [inputs x stride] to [outputs x inputs].
func transposed(
  _ plane: UnsafePointer<Float>, inputs: Int, outputs: Int, into out: UnsafeMutablePointer<Float>, _ context: Context
) {
  let stride = (outputs + 15) / 16 * 16
  context.parallel((outputs + 15) / 16) { part in
    for row in 0..<inputs {
      for output in part * 16..<min(outputs, part * 16 + 16) { out[output * inputs + row] = plane[row * stride + output] }
    }
  }
}
