import CMemSimSIMD

/// How a pulse moves a device whose state is a weight: one file each under Devices/Pulsed.
///
/// Equations: IBM aihwkit's pulsed devices; Gokmen, Vlasov, Front. Neurosci. 10, 333 (2016); Rasch et al., AICAS (2021).
protocol PulsedLaw: Sendable {
  static var card: ModelCard { get }
  /// Names of the law's own per-device numbers, at most three: `PulsedCell.a`, `.b`, `.c`.
  var own: [String] { get }
  /// Whether `pulses` ever holds.
  static var aggregates: Bool { get }

  /// Whether `spread` moves where a reset leads.
  var movesBias: Bool { get }

  /// Errors: argument.
  init(_ settings: ModelSettings) throws(MemSimError)

  /// The weight change that the length of pulse trains is reckoned with.
  var granularity: Double { get }
  /// Whether pulses vary from one to the next.
  var isNoisy: Bool { get }
  /// Standard deviation of what is seen of a weight about what it is, drawn anew when a pulse comes.
  var writeNoise: Float { get }

  /// Device to device: from the common spread the law's own; `normals` are fresh.
  func spread(_ cell: inout PulsedCell, _ normals: (FloatLanes, FloatLanes, FloatLanes, FloatLanes))

  /// The weight after one pulse, up where `up` is -1, within its bounds; `z` are standard normals.
  func pulse(_ w: FloatLanes, up: IntLanes, _ z: FloatLanes, _ cell: PulsedCell) -> FloatLanes

  /// The weight after n pulses of one direction drawn from its distribution in one go, and where (-1) that is allowed.
  func pulses(_ w: FloatLanes, up: IntLanes, _ n: FloatLanes, _ z: FloatLanes, _ cell: PulsedCell) -> (FloatLanes, IntLanes)

  /// What weights are less than the law's state by: its reference.
  func reference(_ cell: PulsedCell) -> FloatLanes
}

extension PulsedLaw {
  var own: [String] { [] }
  static var aggregates: Bool { false }
  var movesBias: Bool { false }
  var writeNoise: Float { 0 }

  func spread(_ cell: inout PulsedCell, _ normals: (FloatLanes, FloatLanes, FloatLanes, FloatLanes)) {}

  @inline(__always)
  func pulses(_ w: FloatLanes, up: IntLanes, _ n: FloatLanes, _ z: FloatLanes, _ cell: PulsedCell) -> (FloatLanes, IntLanes) {
    (w, .zero)
  }

  @inline(__always)
  func reference(_ cell: PulsedCell) -> FloatLanes { .zero }
}

/// What differs from device to device, of sixteen.
struct PulsedCell {
  /// Steps of an up and a down pulse, both counted positive.
  var up, down: FloatLanes
  /// Bounds of the state.
  var most, least: FloatLanes
  /// The law's own.
  var a = FloatLanes.zero, b = FloatLanes.zero, c = FloatLanes.zero
  /// Where a reset leads.
  var bias = FloatLanes.zero

  @inline(__always)
  func clipped(_ w: FloatLanes) -> FloatLanes { FloatLanes.clamp(w, least, most) }

  /// Step of the direction.
  @inline(__always)
  func step(_ up: IntLanes) -> FloatLanes { ms_select_f(up, self.up, down) }

  /// Negates where not `up`.
  @inline(__always)
  static func signed(_ x: FloatLanes, _ up: IntLanes) -> FloatLanes { ms_select_f(up, x, -x) }
}
