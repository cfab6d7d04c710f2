/// Fields of one solve.
struct WireWork: @unchecked Sendable {
  let kind: Kind
  /// Devices' voltages [V] and currents [A], their sums down the bit lines [A], and what is missing to Kirchhoff's voltage
  /// law [V].
  let volts, current, sums, eps: Field
  /// Slopes and memory of devices that are not ohmic, and their voltages before a step; else nil.
  let slope, memo, before: Field?
  let lines, turned: Field
  /// Of floating lines: potential of the first node, what the iteration adds to it, and the current that Kirchhoff's
  /// current law has left over.
  let wordOffset, wordStep, wordLeftover, bitOffset, bitBegin, bitLeftover: Field
  /// Potentials up the bit lines, and which of them are kept.
  let bitStep, bitKept: Field
  /// Word-line voltages and bit-line potentials, V.
  let wordVolts, bitVolts: Field
  /// Of the iteration, in the precision that it begins with.
  private let iteration: UnsafeMutableRawPointer

  /// Devices that are ohmic, with steps in single or in double precision, or others.
  enum Kind {
    case single, double, curved
  }

  static func elements(_ shape: WireShape, _ kind: Kind) -> Int {
    let own =
      switch kind {
      case .single: (WireNumbers<FloatLanes>.elements(shape) + 1) / 2
      case .double: WireNumbers<DoubleLanes>.elements(shape)
      case .curved: 3 * shape.count + WireNumbers<DoubleLanes>.elements(shape) + WireFactors<DoubleLanes>.elements(shape)
      }
    return 4 * shape.count + (DoubleLanes.scalarCount + 6) * shape.paddedColumns + 64 + 4 * shape.paddedRows + own
  }

  init(_ shape: WireShape, _ kind: Kind, _ memory: Field) {
    self.kind = kind
    var scratch = Scratch(at: UnsafeMutableRawPointer(memory))
    func take(_ count: Int) -> Field { scratch.take(Double.self, count) }
    let (n, m, w) = (shape.count, shape.paddedRows, shape.paddedColumns)
    (volts, current, sums, eps) = (take(n), take(n), take(n), take(n))
    (slope, memo, before) = kind == .curved ? (take(n), take(n), take(n)) : (nil, nil, nil)
    (lines, turned) = (take(DoubleLanes.scalarCount * w), take(64))
    (bitOffset, bitBegin, bitLeftover) = (take(w), take(w), take(w))
    (bitVolts, bitStep, bitKept) = (take(w), take(w), take(w))
    (wordOffset, wordStep, wordLeftover, wordVolts) = (take(m), take(m), take(m), take(m))
    iteration = scratch.at
  }

  /// Of kind `single`.
  func floats(_ shape: WireShape) -> WireNumbers<FloatLanes> {
    WireNumbers(shape, iteration.assumingMemoryBound(to: Float.self))
  }

  /// Of the others.
  func doubles(_ shape: WireShape) -> WireNumbers<DoubleLanes> {
    WireNumbers(shape, iteration.assumingMemoryBound(to: Double.self))
  }

  /// Of kind `curved`, factors of the slopes.
  func factors(_ shape: WireShape) -> WireFactors<DoubleLanes> {
    WireFactors(shape, iteration.assumingMemoryBound(to: Double.self) + WireNumbers<DoubleLanes>.elements(shape))
  }

  /// Currents of ohmic devices, which a solve leaves out.
  func fillCurrents(_ g: Field, _ shape: WireShape) {
    for at in stride(from: 0, to: shape.count, by: 8) { current[lanes: at] = g[lanes: at] * volts[lanes: at] }
  }

  /// No voltages, no currents.
  func clear(_ shape: WireShape) {
    volts.update(repeating: 0, count: shape.count)
    memo?.update(repeating: 0, count: shape.count)
    wordOffset.update(repeating: 0, count: shape.paddedRows)
    wordLeftover.update(repeating: 0, count: shape.paddedRows)
    bitOffset.update(repeating: 0, count: shape.paddedColumns)
    bitLeftover.update(repeating: 0, count: shape.paddedColumns)
  }
}
