import CMemSimSIMD

extension DeviceArray {
  /// Currents [A] of the grounded bit lines for word-line voltages, without wire resistance.
  ///
  /// Vector b of the batch is read number `reads` + b, so a batch may be split at will. `precision` is that of `volts`
  /// and of `out`. A current l(U) + x d(U), as Synaptogen's, makes this a matrix product, of cells in single precision
  /// and sums in `precision`; of other models every cell is solved, and sums are in double precision.
  ///
  /// - Parameters:
  ///   - volts: [batch x rows] V.
  ///   - out: [batch x columns] A; must not overlap volts.
  ///
  /// Allocates scratch for more than one vector. Errors: argument (a voltage), memory, busy; nothing is then written.
  public func vmm(
    _ volts: UnsafeRawPointer, _ precision: Precision, batch: Int, noise: ColumnNoise = .perColumn,
    _ model: ReadNoise = ReadNoise(), into out: UnsafeMutableRawPointer
  ) throws(MemSimError) {
    if batch == 0 { return }
    try exclusively { () throws(MemSimError) in
      try checkLines(volts, precision, batch)
      switch (cells.mixture, precision) {
      case (nil, _): try CellRead(self, volts, precision, noise, model).run(batch, out)
      case (let mixture?, .float): try MixtureRead<AsStored<Float>>(self, mixture, volts, precision, noise, model).run(batch, out)
      case (let mixture?, .double): try MixtureRead<Widened>(self, mixture, volts, precision, noise, model).run(batch, out)
      }
      if noise != .none { reads &+= UInt64(batch) }
    }
  }

  private func checkLines(_ volts: UnsafeRawPointer, _ precision: Precision, _ batch: Int) throws(MemSimError) {
    try checkRange(Operand(volts, precision, count: batch * rows))
  }

  /// Whether every cell's current has the sign of its voltage for valid voltages. One pass over the cells after a
  /// change, remembered.
  fileprivate func isSigned(_ mixture: CurrentMixture) -> Bool {
    let signed = mixtureIsSigned ?? mixture.signedRange.map { isWithin($0, mixture.plane) } ?? false
    mixtureIsSigned = signed
    return signed
  }

  /// NaN is not within any range.
  private func isWithin(_ range: ClosedRange<Float>, _ plane: UnsafePointer<Float>) -> Bool {
    let (least, most) = (FloatLanes(repeating: range.lowerBound), FloatLanes(repeating: range.upperBound))
    let whole = count / 16 * 16
    var within = IntLanes(repeating: -1)
    for first in stride(from: 0, to: whole, by: 16) {
      let x = UnsafeRawPointer(plane + first).loadUnaligned(as: FloatLanes.self)
      within = within & ms_less_equal_f(least, x) & ms_less_equal_f(x, most)
    }
    return all(within) && (whole..<count).allSatisfy { range.contains(plane[$0]) }
  }
}

extension DeviceArray {
  /// Column currents [A] for word-line voltages `volts` [rows] V.
  public func vmm(_ volts: [Float], noise: ColumnNoise = .perColumn) throws(MemSimError) -> [Float] {
    guard volts.count == rows else { throw .shape("volts must have rows = \(rows) values, got \(volts.count)") }
    return try filled(columns) { (out) throws(MemSimError) in
      try volts.withUnsafeBufferPointer { (buffer) throws(MemSimError) in
        try vmm(UnsafeRawPointer(buffer.baseAddress!), .float, batch: 1, noise: noise, into: out)
      }
    }
  }
}

/// One product with an array whose cells' current is I(U) = l(U) + x d(U).
private struct MixtureRead<Reader: DenseReader> where Reader.Stored == Float, Reader.Element: NoisyElement {
  typealias Element = Reader.Element

  let array: DeviceArray
  let mixture: CurrentMixture
  let volts: UnsafeRawPointer
  let precision: Precision
  let noise: ColumnNoise
  let model: ReadNoise

  /// Vectors whose coefficients are held at a time.
  private var maxVectors: Int { 256 }

  init(
    _ array: DeviceArray, _ mixture: CurrentMixture, _ volts: UnsafeRawPointer, _ precision: Precision,
    _ noise: ColumnNoise, _ model: ReadNoise
  ) {
    (self.array, self.mixture, self.volts) = (array, mixture, volts)
    (self.precision, self.noise, self.model) = (precision, noise, model)
  }

  func run(_ batch: Int, _ out: UnsafeMutableRawPointer) throws(MemSimError) {
    let signed = noise == .perColumn && array.isSigned(mixture)
    let out = out.assumingMemoryBound(to: Element.self)
    if batch == 1 { return try read(0, 1, signed, array.lineScratch.base, out) }
    let vectors = min(batch, maxVectors)
    let scratch = try Storage<Double>(vectors * DeviceArray.scratchPerVector(rows: array.rows))
    for first in stride(from: 0, to: batch, by: vectors) {
      try read(first, min(vectors, batch - first), signed, scratch.base, out + first * array.columns)
    }
  }

  private func read(
    _ first: Int, _ count: Int, _ signed: Bool, _ scratch: UnsafeMutablePointer<Double>, _ out: UnsafeMutablePointer<Element>
  ) throws(MemSimError) {
    let elements = count * array.rows
    let offsets = UnsafeMutableRawPointer(scratch).assumingMemoryBound(to: Element.self)
    let (slopes, densities) = (offsets + elements, offsets + 2 * elements)
    let flags = UnsafeMutableRawPointer(scratch + 3 * elements).assumingMemoryBound(to: Bool.self)
    array.context.parallel(count) { vector in
      let row = vector &* array.rows
      let valid = set(first &+ vector, offsets + row, slopes + row, densities + row)
      flags[vector] = signed && valid
    }
    let coefficients = ReadCoefficients(offsets: offsets, slopes: slopes, densities: densities, isSigned: flags)
    let events = ReadEvents(key: DeviceArray.key(array.seed), firstEvent: array.reads &+ UInt64(first))
    try BatchRead<Reader>(
      plane: mixture.plane, rows: array.rows, columns: array.columns, coefficients: coefficients, batch: count,
      events: events, out: out
    ).run(noise, array.context)
  }

  /// Coefficients of one vector; whether all its voltages are within those of the model's signed currents.
  private func set(
    _ vector: Int, _ offsets: UnsafeMutablePointer<Element>, _ slopes: UnsafeMutablePointer<Element>,
    _ densities: UnsafeMutablePointer<Element>
  ) -> Bool {
    let rows = array.rows
    let bytes = precision == .float ? 4 : 8
    let lines = Operand(volts + vector &* rows &* bytes, precision, count: rows)
    var valid = IntLanes(repeating: -1)
    for first in stride(from: 0, to: rows, by: 16) {
      let raw = lines.floats(first)
      valid = valid & ms_less_equal_f(ms_abs_f(raw), FloatLanes(repeating: mixture.signedVolts))
      let u = noise == .none ? raw : nonzero(raw)
      let (l, d) = mixture.coefficients(u)
      let s = noise == .none ? .zero : model.density(u)
      for lane in 0..<min(16, rows &- first) {
        offsets[first &+ lane] = Element(l[lane])
        slopes[first &+ lane] = Element(d[lane])
        densities[first &+ lane] = Element(u[lane] < 0 ? -s[lane] : s[lane])
      }
    }
    return all(valid)
  }
}
