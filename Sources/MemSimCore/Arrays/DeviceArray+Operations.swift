import CMemSimSIMD

extension DeviceArray {
  /// Applies one voltage sample [V] to every cell, or to those where `mask` [rows x columns] is not 0. Models with time
  /// hold it for their default duration.
  ///
  /// Errors: argument, shape, busy; the cells are then unchanged.
  public func apply(_ volts: Operand, where mask: UnsafePointer<UInt8>? = nil) throws(MemSimError) {
    if let timed = cells as? any TimedCells {
      return try withUnsafePointer(to: timed.defaultDuration) { (duration) throws(MemSimError) in
        try apply(volts, durations: Operand(duration, .double, count: 1), where: mask)
      }
    }
    try exclusively { () throws(MemSimError) in
      try checkVolts(volts)
      let selection = Selection(mask, count: count)
      mixtureIsSigned = nil
      forEachChunk { cells.apply(volts, selection: selection, blocks: $0) }
    }
  }

  /// Currents [A] of all cells at `volts` [V], with the read noise asked for, written to `out` [rows x columns] in the
  /// precision of `volts`.
  ///
  /// Errors: argument, shape, busy; nothing is then written.
  public func read(_ volts: Operand, noise: ReadNoise? = ReadNoise(), into out: UnsafeMutableRawPointer) throws(MemSimError) {
    try exclusively { () throws(MemSimError) in
      try checkVolts(volts)
      guard let noise else { return forEachChunk { readExact(volts, $0, out) } }
      let normals = EventNormals(seed: DeviceArray.key(seed), purpose: ReadNoise.cellPurpose, event: reads)
      forEachChunk { readNoisy(volts, noise, normals, $0, out) }
      reads &+= 1
    }
  }

  private func readExact(_ volts: Operand, _ blocks: Range<Int>, _ out: UnsafeMutableRawPointer) {
    for block in blocks {
      switch volts.precision {
      case .float:
        let current = cells.currents(block: block, volts: volts.floats(block &* 16))
        store(current, to: out, .float, at: block &* 16, count: count)
      case .double:
        let current = cells.currents(block: block, volts: volts.doubles(block &* 16))
        store(current, to: out, .double, at: block &* 16, count: count)
      }
    }
  }

  private func readNoisy(
    _ volts: Operand, _ noise: ReadNoise, _ normals: EventNormals, _ blocks: Range<Int>, _ out: UnsafeMutableRawPointer
  ) {
    if volts.count == 1, let mixture = cells.mixture {
      return readNoisy(mixture, nonzero(volts.floats(0)), volts.precision, noise, normals, blocks, out)
    }
    if volts.precision == .double { return readNoisyWide(volts, noise, normals, blocks, out) }
    withNormals(normals, blocks) { block, z in
      let u = nonzero(volts.floats(block &* 16))
      let current = cells.currents(block: block, volts: u)
      let deviation = ms_sqrt_f(noise.density(u) * ms_abs_f(current))
      store(current.addingProduct(z, deviation), to: out, volts.precision, at: block &* 16, count: count)
    }
  }

  /// Currents in double precision; the noise, with its normals, in single.
  private func readNoisyWide(
    _ volts: Operand, _ noise: ReadNoise, _ normals: EventNormals, _ blocks: Range<Int>, _ out: UnsafeMutableRawPointer
  ) {
    withNormals(normals, blocks) { block, z in
      let u = nonzero(volts.doubles(block &* 16))
      let current = cells.currents(block: block, volts: u)
      let deviation = WideLanes(z * ms_sqrt_f(noise.density(u.floats) * ms_abs_f(current.floats)))
      let sum = WideLanes(low: current.low + deviation.low, high: current.high + deviation.high)
      store(sum, to: out, .double, at: block &* 16, count: count)
    }
  }

  /// One voltage for all cells: its coefficients once, with the bits of the general way.
  private func readNoisy(
    _ mixture: CurrentMixture, _ u: FloatLanes, _ precision: Precision, _ noise: ReadNoise, _ normals: EventNormals,
    _ blocks: Range<Int>, _ out: UnsafeMutableRawPointer
  ) {
    let (l, d) = mixture.coefficients(u)
    let density = noise.density(u)
    let (plane, count) = (UnsafeRawPointer(mixture.plane), count)
    withNormals(normals, blocks) { block, z in
      let x = plane.load(fromByteOffset: block &* 64, as: FloatLanes.self)
      let current = l.addingProduct(x, d)
      let deviation = ms_sqrt_f(density * ms_abs_f(current))
      store(current.addingProduct(z, deviation), to: out, precision, at: block &* 16, count: count)
    }
  }

  /// Calls `body` with each block and its normals. Chunks are whole groups of four blocks: one group of normals for each.
  @inline(__always)
  private func withNormals(_ normals: EventNormals, _ blocks: Range<Int>, _ body: (Int, FloatLanes) -> Void) {
    for first in stride(from: blocks.lowerBound, to: blocks.upperBound, by: 4) {
      let z = normals.group(first / 4)
      body(first, z.0)
      if first &+ 1 < blocks.upperBound { body(first &+ 1, z.1) }
      if first &+ 2 < blocks.upperBound { body(first &+ 2, z.2) }
      if first &+ 3 < blocks.upperBound { body(first &+ 3, z.3) }
    }
  }

  /// Noiseless conductance I/U [S] of all cells at `volts` [V], at 0 V its limit, in the precision of `volts`.
  ///
  /// Errors: argument, shape, busy; nothing is then written.
  public func conductance(_ volts: Operand, into out: UnsafeMutableRawPointer) throws(MemSimError) {
    try exclusively { () throws(MemSimError) in
      try checkVolts(volts)
      forEachChunk { conductances(volts, $0, out) }
    }
  }

  private func conductances(_ volts: Operand, _ blocks: Range<Int>, _ out: UnsafeMutableRawPointer) {
    for block in blocks {
      switch volts.precision {
      case .float:
        let u = nonzero(volts.floats(block &* 16))
        store(cells.currents(block: block, volts: u) / u, to: out, .float, at: block &* 16, count: count)
      case .double:
        let u = nonzero(volts.doubles(block &* 16))
        let current = cells.currents(block: block, volts: u)
        let conductance = WideLanes(low: current.low / u.low, high: current.high / u.high)
        store(conductance, to: out, .double, at: block &* 16, count: count)
      }
    }
  }
}

@inline(__always)
func nonzero(_ u: WideLanes) -> WideLanes { WideLanes(low: nonzero(u.low), high: nonzero(u.high)) }

@inline(__always)
private func nonzero(_ u: DoubleLanes) -> DoubleLanes {
  ms_select_d(ms_less_d(.zero, ms_abs_d(u)), u, DoubleLanes(repeating: 1e-12))
}

/// 0 V replaced by 1e-12 V, where current, conductance and noise have their limits.
@inline(__always)
func nonzero(_ u: FloatLanes) -> FloatLanes {
  ms_select_f(ms_less_f(.zero, ms_abs_f(u)), u, FloatLanes(repeating: 1e-12))
}
