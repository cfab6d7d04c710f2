import CMemSimSIMD

/// Training pulses of any model's cells.
struct PhysicalPulses: Sendable {
  /// V, of models without a time.
  private let set, reset: Float

  init(_ settings: ModelSettings) {
    (set, reset) = (Float(settings.value("pulse_voltage_SET")), Float(settings.value("pulse_voltage_RESET")))
  }

  /// n pulses to cells of blocks, n from `counts` of all `count` cells: > 0 SET, < 0 RESET. Whether all reached the
  /// tolerance.
  func drive(_ cells: any Cells, _ counts: UnsafePointer<Int32>, count: Int, _ blocks: Range<Int>) -> Bool {
    if let timed = cells as? any TimedCells {
      return timed.pulse(CountOperand(counts, count: count), selection: Selection(nil, count: count), blocks: blocks)
    }
    for block in blocks { apply(cells, block, UnsafeRawPointer(counts + 16 * block).loadUnaligned(as: IntLanes.self)) }
    return true
  }

  /// Pulses of a model without a time, one after the other.
  private func apply(_ cells: any Cells, _ block: Int, _ counts: IntLanes) {
    var volts = ms_select_f(ms_less_i(.zero, counts), FloatLanes(repeating: set), FloatLanes(repeating: reset))
    for n in 0..<ms_abs_i(counts).max() {
      withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 16) { mask in
        for lane in 0..<16 { mask[lane] = abs(counts[lane]) > n ? 1 : 0 }
        withUnsafeBytes(of: &volts) { volts in
          let shifted = volts.baseAddress! - 64 * block
          cells.apply(
            Operand(shifted, .float, count: 16 * (block + 1)),
            selection: Selection(UnsafePointer(mask.baseAddress!) - 16 * block, count: 16 * (block + 1)), blocks: block..<block + 1)
        }
      }
    }
  }
}
