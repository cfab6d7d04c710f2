import CMemSimSIMD

/// A weight matrix W [outputs x inputs] on pulsed devices: noisy products both ways, pulsed updates.
///
/// Every random number is a function of (seed; purpose, device, line or hit, number of the update or vector), so results
/// depend neither on threads nor on how vectors are put into batches. Source: the equations of IBM aihwkit 1.1;
/// docs/analog.md lists what differs.
public final class AnalogTile: WeightTile, @unchecked Sendable {
  public let inputs, outputs: Int
  public let device: PulsedDevice
  package let devices: PulsedDevices
  let update: UpdateSettings
  let products: TileProducts
  let context: Context
  /// Updates of vectors, steps, resets, settings of weights so far: the number of the next one.
  var events: UInt64 = 1
  private let turn = OneAtATime("tile is")

  var planes: PulsedPlanes { devices.planes }
  var stride: Int { planes.stride }
  public var bytes: Int { planes.bytes + cellPlanes.reduce(products.bytes) { $0 + $1.count } + (devices.physical?.tableBytes ?? 0) }

  /// The state of a device model's cells.
  private var cellPlanes: [StatePlane] { devices.physical?.cells.planes ?? [] }
  /// All of the devices.
  var ownPlanes: [StatePlane] { planes.all.map(\.bytes) + cellPlanes }
  /// All that pulses change, where they may fail.
  var mutable: [StatePlane] { devices.physical?.mayFail == true ? cellPlanes + planes.shown.map(\.bytes) : [] }

  /// Philox key of all random numbers.
  var key: UInt64 {
    get { planes.key }
    set { (planes.key, products.key) = (newValue, newValue) }
  }

  public typealias Given = TileGiven

  /// Errors: argument (extents, unknown device, parameter or option), memory.
  public convenience init(
    inputs: Int, outputs: Int, device: String, preset: String? = nil, settings given: Given = ([], []),
    forward: Given = ([], []), backward: Given = ([], []), update: Given = ([], []), seed: UInt64 = 0,
    context: Context = .shared
  ) throws(MemSimError) {
    let device = try PulsedDevice.named(device)
    try self.init(
      inputs: inputs, outputs: outputs, device: device,
      settings: try ModelSettings(device.card, preset: preset, parameters: given.parameters, options: given.options),
      forward: try IOSettings(forward, "forward"), backward: try IOSettings(backward, "backward"),
      update: try UpdateSettings(update, "update"), seed: seed, context: context)
  }

  /// Errors: argument (extents), memory.
  init(
    inputs: Int, outputs: Int, device: PulsedDevice, settings: ModelSettings, forward: IOSettings, backward: IOSettings,
    update: UpdateSettings, seed: UInt64, context: Context
  ) throws(MemSimError) {
    try TileChecks.extents(inputs, outputs)
    let key = AnalogTile.key(of: seed)
    devices = try device.make(PulsedPlan(settings: settings, inputs: inputs, outputs: outputs, key: key))
    products = try TileProducts(
      inputs: inputs, outputs: outputs, forward: forward, backward: backward, key: key, context: context)
    (self.inputs, self.outputs, self.device, self.update, self.context) = (inputs, outputs, device, update, context)
    let draw = devices.draw
    eachRow(draw)
  }

  static func key(of seed: UInt64) -> UInt64 { Seed.scramble(seed ^ 0x6d65_6d73_696d_2e74) }

  /// Runs `body` unless another thread is in a call on this tile.
  func exclusively<R>(_ body: () throws(MemSimError) -> R) throws(MemSimError) -> R {
    try turn.run(body)
  }

  /// Inputs that a thread takes at a time: some thousand devices.
  private var rowsOfPart: Int { max(1, 4096 / stride) }
  var rowParts: Int { (inputs + rowsOfPart - 1) / rowsOfPart }
  func rows(_ part: Int) -> Range<Int> { part * rowsOfPart..<min(inputs, (part + 1) * rowsOfPart) }

  /// Calls `body` for every input, on the threads of the context.
  func eachRow(_ body: (Int) -> Void) {
    context.parallel(rowParts) { for row in rows($0) { body(row) } }
  }

  public func forward(_ x: UnsafePointer<Float>, batch: Int, into y: UnsafeMutablePointer<Float>) throws(MemSimError) {
    try exclusively { () throws(MemSimError) in
      try requireFinite(x, batch * inputs, "x")
      try products.forward(planes.weights.base, x, batch, into: y)
    }
  }

  public func backward(_ d: UnsafePointer<Float>, batch: Int, into out: UnsafeMutablePointer<Float>) throws(MemSimError) {
    try exclusively { () throws(MemSimError) in
      try requireFinite(d, batch * outputs, "d")
      try products.backward(planes.weights.base, d, batch, into: out)
    }
  }
}
