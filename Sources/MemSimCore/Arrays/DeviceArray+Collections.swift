/// The same calls with Swift numbers and arrays, for callers who may allocate. Matrices are row-major.
extension DeviceArray {
  /// Applies `volts` [V] to every cell, or to those where `mask` [rows x columns] is not 0.
  public func apply(_ volts: Float, where mask: [UInt8]? = nil) throws(MemSimError) {
    try apply([volts], where: mask)
  }

  /// Applies one voltage [V] per cell, [rows x columns].
  public func apply(_ volts: [Float], where mask: [UInt8]? = nil) throws(MemSimError) {
    try withOperand(volts) { (operand) throws(MemSimError) in
      try withMask(mask) { (mask) throws(MemSimError) in try apply(operand, where: mask) }
    }
  }

  /// Currents [A] of all cells at `volts` [V]; `noise: nil` for none.
  public func read(_ volts: Float, noise: ReadNoise? = ReadNoise()) throws(MemSimError) -> [Float] {
    try withOperand([volts]) { (operand) throws(MemSimError) in
      try filled(count) { (out) throws(MemSimError) in try read(operand, noise: noise, into: out) }
    }
  }

  /// Noiseless conductances [S] of all cells at `volts` [V].
  public func conductance(_ volts: Float) throws(MemSimError) -> [Float] {
    try withOperand([volts]) { (operand) throws(MemSimError) in
      try filled(count) { (out) throws(MemSimError) in try conductance(operand, into: out) }
    }
  }

  /// A state of all cells.
  public func state(_ name: String) throws(MemSimError) -> [Float] {
    try filled(count) { (out) throws(MemSimError) in try state(name, into: out, .float, count: count) }
  }

  /// Sets a state of every cell, or of those where `mask` is not 0, to one value or one per cell.
  public func setState(_ name: String, _ values: [Float], where mask: [UInt8]? = nil) throws(MemSimError) {
    try withOperand(values) { (operand) throws(MemSimError) in
      try withMask(mask) { (mask) throws(MemSimError) in try setState(name, to: operand, where: mask) }
    }
  }

  func withMask(
    _ mask: [UInt8]?, _ body: (UnsafePointer<UInt8>?) throws(MemSimError) -> Void
  ) throws(MemSimError) {
    guard let mask else { return try body(nil) }
    guard mask.count == count else {
      throw .shape("where must have rows * columns = \(count) values, got \(mask.count)")
    }
    try mask.withUnsafeBufferPointer { (bytes) throws(MemSimError) in try body(bytes.baseAddress) }
  }

  private func withOperand<R>(_ values: [Float], _ body: (Operand) throws(MemSimError) -> R) throws(MemSimError) -> R {
    guard !values.isEmpty else { throw .shape("values must have 1 or rows * columns = \(count) values, got 0") }
    return try values.withUnsafeBufferPointer { (buffer) throws(MemSimError) in
      try body(Operand(UnsafeRawPointer(buffer.baseAddress!), .float, count: buffer.count))
    }
  }
}

/// An array of `count` floats that `body` has written.
func filled(_ count: Int, _ body: (UnsafeMutableRawPointer) throws(MemSimError) -> Void) throws(MemSimError) -> [Float] {
  var values = [Float](repeating: 0, count: count)
  try values.withUnsafeMutableBufferPointer { (buffer) throws(MemSimError) in
    if let base = buffer.baseAddress { try body(UnsafeMutableRawPointer(base)) }
  }
  return values
}
