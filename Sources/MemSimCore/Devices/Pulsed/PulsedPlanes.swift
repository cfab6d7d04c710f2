import CMemSimSIMD

/// Weights on pulsed devices and what differs from device to device: planes [inputs x stride], stride the outputs
/// rounded up to whole vectors. A row is an input's: silent inputs, of which data have many, are skipped whole.
package final class PulsedPlanes: @unchecked Sendable {
  package let inputs, outputs, stride: Int
  /// Philox key of all random numbers; a state that is loaded brings its own.
  package var key: UInt64
  /// What products see.
  package let weights: Storage<Float>
  /// Without write noise; nil where there is none.
  let persistent: Storage<Float>?
  /// The weights that pulses act on. Kept, not found anew: that would count references, which threads share, at every use.
  let state: Storage<Float>
  /// Empty of cells of a device model, the bounds unless they differ.
  let up, down, most, least: Storage<Float>
  /// The law's own, as many as it has names.
  let own: [Storage<Float>]
  /// nil: 1, 0, 0 for all.
  let decay, diffusion, bias: Storage<Float>?
  /// nil: weights do not drift.
  let drift: PulsedDrift.Planes?

  /// Errors: memory.
  init(
    inputs: Int, outputs: Int, key: UInt64, own count: Int = 0, _ common: PulsedCommon, writeNoise: Bool,
    bias hasBias: Bool = false, steps: Bool = true, bounds: Bool = true
  ) throws(MemSimError) {
    stride = (outputs + 15) / 16 * 16
    (self.inputs, self.outputs, self.key) = (inputs, outputs, key)
    let size = inputs * stride
    weights = try Storage(size)
    persistent = writeNoise ? try Storage(size) : nil
    state = persistent ?? weights
    (up, down) = (try Storage(steps ? size : 0), try Storage(steps ? size : 0))
    (most, least) = (try Storage(bounds ? size : 0), try Storage(bounds ? size : 0))
    var own: [Storage<Float>] = []
    for _ in 0..<count { own.append(try Storage(size)) }
    self.own = own
    decay = common.lifetime > 0 ? try Storage(size) : nil
    diffusion = common.diffusion > 0 ? try Storage(size) : nil
    drift = common.drift.acts ? try PulsedDrift.Planes(size) : nil
    bias = hasBias || common.reset != 0 || common.resetDtod > 0 ? try Storage(size) : nil
  }

  /// Steps and bounds of every device side by side, for those that are hit here and there: one line of a cache instead
  /// of four.
  private(set) var records: UnsafePointer<Float>?
  private var recordsStorage: Storage<Float>?

  /// Before hits are pulsed. Without memory for them the planes are read.
  func makeRecords() {
    if records != nil { return }
    guard let made = try? Storage<Float>(4 * up.count) else { return }
    for (k, plane) in [up, down, most, least].enumerated() {
      for i in 0..<plane.count { made.base[4 * i + k] = plane.base[i] }
    }
    (recordsStorage, records) = (made, UnsafePointer(made.base))
  }

  /// To be called when what differs from device to device has changed.
  func devicesChange() { (recordsStorage, records) = (nil, nil) }

  /// Weights, with and without write noise.
  package var shown: [Storage<Float>] { [weights] + (persistent.map { [$0] } ?? []) }

  /// All planes, in the order of a saved state.
  package var all: [Storage<Float>] {
    [weights, up, down, most, least] + own + [persistent, decay, diffusion, bias].compactMap { $0 } + (drift?.all ?? [])
  }

  package var bytes: Int { all.reduce(recordsStorage?.bytes.count ?? 0) { $0 + $1.bytes.count } }

  /// Sixteen devices from element `at`, a multiple of 16, on.
  @inline(__always)
  func cell(_ at: Int) -> PulsedCell {
    var cell = PulsedCell(up: load(up, at), down: load(down, at), most: load(most, at), least: load(least, at))
    if own.count > 0 { cell.a = load(own[0], at) }
    if own.count > 1 { cell.b = load(own[1], at) }
    if own.count > 2 { cell.c = load(own[2], at) }
    if let bias { cell.bias = load(bias, at) }
    return cell
  }

  func store(_ cell: PulsedCell, _ at: Int) {
    store(cell.up, up, at)
    store(cell.down, down, at)
    store(cell.most, most, at)
    store(cell.least, least, at)
    if own.count > 0 { store(cell.a, own[0], at) }
    if own.count > 1 { store(cell.b, own[1], at) }
    if own.count > 2 { store(cell.c, own[2], at) }
    if let bias { store(cell.bias, bias, at) }
  }

  @inline(__always)
  func load(_ plane: Storage<Float>, _ at: Int) -> FloatLanes { UnsafeRawPointer(plane.base + at).load(as: FloatLanes.self) }

  @inline(__always)
  func store(_ values: FloatLanes, _ plane: Storage<Float>, _ at: Int) {
    UnsafeMutableRawPointer(plane.base + at).storeBytes(of: values, as: FloatLanes.self)
  }

  /// The plane of a quantity on the card, nil where it is not kept.
  package func plane(_ name: String, ownNames: [String]) -> Storage<Float>? {
    switch name {
    case "max_bound": most.count > 0 ? most : nil
    case "min_bound": least.count > 0 ? least : nil
    case "dwmin_up": up
    case "dwmin_down": down
    case "persistent_weights": state
    case "decay_scales": decay
    case "diffusion_rates": diffusion
    case "reset_bias": bias
    case "drift_nu": drift?.exponent
    default: ownNames.firstIndex(of: name).map { own[$0] }
    }
  }
}
