/// The calls of cells with a time, with Swift numbers and arrays.
extension DeviceArray {
  /// Holds every cell, or those where `mask` [rows x columns] is not 0, at `volts` [V] for `duration` [s].
  public func apply(_ volts: Double, duration: Double, where mask: [UInt8]? = nil) throws(MemSimError) {
    try apply([volts], durations: [duration], where: mask)
  }

  /// Holds at one voltage [V] for all or one per cell, for one duration [s] for all or one per cell.
  public func apply(_ volts: [Double], durations: [Double], where mask: [UInt8]? = nil) throws(MemSimError) {
    try withOperand(volts) { (volts) throws(MemSimError) in
      try withOperand(durations) { (durations) throws(MemSimError) in
        try withMask(mask) { (mask) throws(MemSimError) in try apply(volts, durations: durations, where: mask) }
      }
    }
  }

  /// Training pulses for every cell, or for those where `mask` is not 0: +n SET, -n RESET.
  public func pulse(_ count: Int32, where mask: [UInt8]? = nil) throws(MemSimError) { try pulse([count], where: mask) }

  /// Training pulses, one count per cell.
  public func pulse(_ counts: [Int32], where mask: [UInt8]? = nil) throws(MemSimError) {
    try counts.withUnsafeBufferPointer { (buffer) throws(MemSimError) in
      guard let base = buffer.baseAddress else { throw .shape("counts must have 1 or rows * columns = \(count) values, got 0") }
      try withMask(mask) { (mask) throws(MemSimError) in
        try pulse(CountOperand(base, count: buffer.count), where: mask)
      }
    }
  }

  /// Drives every cell, or those where `mask` is not 0, with a voltage [V] that is linear between `times` [s].
  ///
  /// - Returns: currents [A], [points x selected cells], the first before any time has passed.
  public func sweep(times: [Double], volts: [Double], where mask: [UInt8]? = nil) throws(MemSimError) -> [Double] {
    guard times.count == volts.count, !times.isEmpty else {
      throw .shape("times and volts must have the same number of points, at least 1, got \(times.count) and \(volts.count)")
    }
    var width = count
    try withMask(mask) { (mask) throws(MemSimError) in width = selectedCount(mask) }
    var currents = [Double](repeating: 0, count: times.count * width)
    try sweep(times, volts, mask, into: &currents)
    return currents
  }

  private func sweep(
    _ times: [Double], _ volts: [Double], _ mask: [UInt8]?, into currents: inout [Double]
  ) throws(MemSimError) {
    try currents.withUnsafeMutableBufferPointer { (out) throws(MemSimError) in
      guard let base = out.baseAddress else { return }
      try times.withUnsafeBufferPointer { (times) throws(MemSimError) in
        try volts.withUnsafeBufferPointer { (volts) throws(MemSimError) in
          let waveform = Waveform(times: times.baseAddress!, volts: volts.baseAddress!, count: times.count)
          try withMask(mask) { (mask) throws(MemSimError) in try sweep(waveform, where: mask, into: base, .double) }
        }
      }
    }
  }

  private func withOperand(
    _ values: [Double], _ body: (Operand) throws(MemSimError) -> Void
  ) throws(MemSimError) {
    guard !values.isEmpty else { throw .shape("values must have 1 or rows * columns = \(count) values, got 0") }
    try values.withUnsafeBufferPointer { (buffer) throws(MemSimError) in
      try body(Operand(UnsafeRawPointer(buffer.baseAddress!), .double, count: buffer.count))
    }
  }
}
