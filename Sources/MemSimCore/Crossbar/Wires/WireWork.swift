/// Fields of one solve.
struct WireWork: @unchecked Sendable {
  let kind: Kind
  /// Devices' voltages [V] and currents [A], their sums down the bit lines [A], and what is missing to Kirchhoff's voltage
  /// law [V].
  let volts, current, sums, eps: Field
  /// Of kind `double`, slopes and memory of the devices, and their voltages before a step; else nil.
  let slope, memo, before: Field?
  /// What is passed along lines, and scratch of `WireFactors`.
  let lines: Field
  /// Of floating lines: potential of the first node, what the iteration adds to it, and the current that Kirchhoff's
  /// current law has left over.
  let wordOffset, wordStep, wordLeftover, bitOffset, bitBegin, bitLeftover: Field
  /// Potentials up the bit lines.
  let bitStep: Field
  let sources: WireSources
  /// Of the iteration, in the precision that it begins with.
  private let iteration: UnsafeMutableRawPointer

  /// Precision of the steps: single of ohmic devices where that does, or else double, with factors of its own.
  enum Kind {
    case single, double
  }

  static func elements(_ shape: WireShape, _ kind: Kind) -> Int {
    let own =
      switch kind {
      case .single: (WireNumbers<Float>.elements(shape) + 1) / 2
      case .double: 3 * shape.spaced + WireNumbers<Double>.elements(shape) + WireFactors<Double>.elements(shape)
      }
    return 4 * shape.spaced + WireFactors<Double>.scratch(shape) + 6 * shape.paddedColumns + 5 * shape.paddedRows + own
  }

  init(_ shape: WireShape, _ kind: Kind, _ memory: Field) {
    self.kind = kind
    var scratch = Scratch(at: UnsafeMutableRawPointer(memory))
    func take(_ count: Int) -> Field { scratch.take(Double.self, count) }
    let (n, m, w) = (shape.spaced, shape.paddedRows, shape.paddedColumns)
    (volts, current, sums, eps) = (take(n), take(n), take(n), take(n))
    (slope, memo, before) = kind == .double ? (take(n), take(n), take(n)) : (nil, nil, nil)
    lines = take(WireFactors<Double>.scratch(shape))
    (bitOffset, bitBegin, bitLeftover) = (take(w), take(w), take(w))
    (wordOffset, wordStep, wordLeftover, bitStep) = (take(m), take(m), take(m), take(w))
    sources = WireSources(word: take(m), bit: take(w), wordKept: take(m), bitKept: take(w))
    iteration = scratch.at
  }

  /// Of kind `single`.
  func floats(_ shape: WireShape) -> WireNumbers<Float> {
    WireNumbers(shape, self, iteration.assumingMemoryBound(to: Float.self))
  }

  /// Of kind `double`.
  func doubles(_ shape: WireShape) -> WireNumbers<Double> {
    WireNumbers(shape, self, iteration.assumingMemoryBound(to: Double.self))
  }

  /// Of kind `double`, factors of the slopes.
  func factors(_ shape: WireShape) -> WireFactors<Double> {
    WireFactors(shape, iteration.assumingMemoryBound(to: Double.self) + WireNumbers<Double>.elements(shape))
  }

  /// Currents of ohmic devices, which a solve leaves out.
  func fillCurrents(_ g: Field, _ shape: WireShape) {
    for at in stride(from: 0, to: shape.count, by: 8) { current[lanes: at] = g[lanes: at] * volts[lanes: at] }
  }

  /// No potentials of floating lines, no memory of devices.
  func clear(_ shape: WireShape) {
    memo?.update(repeating: 0, count: shape.count)
    wordOffset.update(repeating: 0, count: shape.paddedRows)
    wordLeftover.update(repeating: 0, count: shape.paddedRows)
    bitOffset.update(repeating: 0, count: shape.paddedColumns)
    bitLeftover.update(repeating: 0, count: shape.paddedColumns)
  }
}
