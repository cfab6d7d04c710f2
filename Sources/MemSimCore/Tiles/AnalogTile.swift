/// A weight matrix W [outputs x inputs] on pulsed devices: noisy products both ways, pulsed updates.
///
/// Every random number is a function of (seed; purpose, device or line, number of the update or vector), so results
/// depend neither on threads nor on how vectors are put into batches. One thread at a time: a second call meanwhile
/// throws `busy`. Source: the equations of IBM aihwkit 1.1; docs/analog.md lists what differs.
public final class AnalogTile: @unchecked Sendable {
  public let inputs, outputs: Int
  public let device: PulsedDevice
  let devices: PulsedDevices
  let update: UpdateSettings
  let forward, backward: TileDirection
  let context: Context
  /// Updates of vectors, steps, resets, settings of weights so far: the number of the next one.
  var events: UInt64 = 1
  /// The running mean of max |x| of average-abs-max; negative before the first.
  var average: Float = -1
  /// W^T as the backward products want it, made when needed.
  var transposed: Storage<Float>?
  var transposedIsFresh = false
  private let turn = OneAtATime("tile is")

  var planes: PulsedPlanes { devices.planes }
  var key: UInt64 { planes.key }
  var stride: Int { planes.stride }
  public var bytes: Int { planes.bytes + cellPlanes.reduce(0) { $0 + $1.count } + (transposed?.bytes.count ?? 0) + forward.bytes + backward.bytes }

  /// The state of a device model's cells.
  var cellPlanes: [UnsafeMutableRawBufferPointer] { devices.physical?.cells.planes ?? [] }

  /// What a caller gives of a card.
  public typealias Given = (parameters: [(name: String, values: [Double])], options: [(name: String, choice: String)])

  /// Errors: argument (extents, unknown device, parameter or option), memory.
  public init(
    inputs: Int, outputs: Int, device: String, preset: String? = nil, settings given: Given = ([], []),
    forward: Given = ([], []), backward: Given = ([], []), update: Given = ([], []), seed: UInt64 = 0,
    context: Context = .shared
  ) throws(MemSimError) {
    let limit = 1 << 24
    guard (1...limit).contains(inputs), (1...limit).contains(outputs), inputs * ((outputs + 15) / 16 * 16) <= 1 << 31 else {
      throw .argument("inputs and outputs must be 1...2^24 with at most 2^31 devices, got \(inputs) and \(outputs)")
    }
    self.device = try PulsedDevice.named(device)
    let key = Seed.scramble(seed ^ 0x6d65_6d73_696d_2e74)
    let settings = try ModelSettings(self.device.card, preset: preset, parameters: given.parameters, options: given.options)
    devices = try self.device.make(PulsedPlan(settings: settings, inputs: inputs, outputs: outputs, key: key))
    self.update = UpdateSettings(try ModelSettings(UpdateSettings.card, parameters: update.parameters, options: update.options))
    (self.inputs, self.outputs, self.context) = (inputs, outputs, context)
    let (into, back) = (try AnalogTile.io(forward, "forward"), try AnalogTile.io(backward, "backward"))
    self.forward = try TileDirection(into, outputs: outputs, key: key, side: 0)
    self.backward = try TileDirection(back, outputs: inputs, key: key, side: 1)
    let draw = devices.draw
    eachRow(draw)
  }

  private static func io(_ given: Given, _ name: String) throws(MemSimError) -> IOSettings {
    do {
      return try IOSettings(try ModelSettings(IOSettings.card, parameters: given.parameters, options: given.options))
    } catch .argument(let text) {
      throw .argument("\(name): \(text)")
    }
  }

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

  /// Errors: argument, naming the first value that is not finite.
  func checkFinite(_ values: UnsafePointer<Float>, _ count: Int, _ name: String) throws(MemSimError) {
    try requireFinite(values, count, name)
  }
}
