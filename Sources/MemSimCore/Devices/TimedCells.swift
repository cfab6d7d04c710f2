/// Cells whose state follows a differential equation in time.
///
/// All calls come from one thread unless said otherwise; `blocks` of one call are worked on by several.
package protocol TimedCells: Cells {
  /// s, of a voltage applied without one.
  var defaultDuration: Double { get }

  /// Whether a call may fail to reach its tolerance: the array then keeps a copy of the cells to fall back on.
  var mayFail: Bool { get }

  /// Called once before `apply`, for tables that all blocks share. Errors: memory.
  func prepare(_ volts: Operand, durations: Operand) throws(MemSimError)

  /// Holds the selected cells of the blocks at `volts` [V] for `durations` [s]; whether all reached the tolerance.
  func apply(_ volts: Operand, durations: Operand, selection: Selection, blocks: Range<Int>) -> Bool

  /// Called once before `pulse`. Errors: memory.
  func preparePulses() throws(MemSimError)

  /// Training pulses: +n SET, -n RESET, 0 none, to the selected cells of the blocks; whether all reached the tolerance.
  func pulse(_ counts: CountOperand, selection: Selection, blocks: Range<Int>) -> Bool

  /// Drives the cells of a block where `mask` is -1 with `waveform`; `record` gets the currents [A] at every point, the
  /// first before any time has passed. Whether all reached the tolerance.
  func sweep(_ waveform: Waveform, block: Int, where mask: IntLanes, record: (Int, WideLanes) -> Void) -> Bool
}

/// A voltage in time, linear between points.
public struct Waveform: @unchecked Sendable {
  /// s, strictly increasing.
  package let times: UnsafePointer<Double>
  /// V.
  package let volts: UnsafePointer<Double>
  package let count: Int

  public init(times: UnsafePointer<Double>, volts: UnsafePointer<Double>, count: Int) {
    (self.times, self.volts, self.count) = (times, volts, count)
  }
}

extension DeviceModel {
  /// Whether its cells are `TimedCells`.
  public var isTimed: Bool {
    guard let settings = try? ModelSettings(card), let cells = try? makeCells(1, 0, settings) else { return false }
    return cells is any TimedCells
  }
}
