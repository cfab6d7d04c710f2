import CMemSimSIMD

extension DeviceArray {
  /// Applies one voltage sample [V] to every cell, or to those where `mask` [rows x columns] is not 0.
  ///
  /// Errors: argument, shape, busy; the cells are then unchanged.
  public func apply(_ volts: Operand, where mask: UnsafePointer<UInt8>? = nil) throws(MemSimError) {
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
      let current = cells.currents(block: block, volts: volts.floats(block &* 16))
      store(current, to: out, volts.precision, at: block &* 16, count: count)
    }
  }

  /// Chunks are whole groups of four blocks: one group of normals for each.
  private func readNoisy(
    _ volts: Operand, _ noise: ReadNoise, _ normals: EventNormals, _ blocks: Range<Int>, _ out: UnsafeMutableRawPointer
  ) {
    @inline(__always) func readBlock(_ block: Int, _ z: FloatLanes) {
      if block >= blocks.upperBound { return }
      let u = nonzero(volts.floats(block &* 16))
      let current = cells.currents(block: block, volts: u)
      let deviation = ms_sqrt_f(noise.density(u) * ms_abs_f(current))
      store(current.addingProduct(z, deviation), to: out, volts.precision, at: block &* 16, count: count)
    }
    for block in stride(from: blocks.lowerBound, to: blocks.upperBound, by: 4) {
      let z = normals.group(block / 4)
      readBlock(block, z.0)
      readBlock(block &+ 1, z.1)
      readBlock(block &+ 2, z.2)
      readBlock(block &+ 3, z.3)
    }
  }

  /// Noiseless conductance I/U [S] of all cells at `volts` [V], at 0 V its limit, in the precision of `volts`.
  ///
  /// Errors: argument, shape, busy; nothing is then written.
  public func conductance(_ volts: Operand, into out: UnsafeMutableRawPointer) throws(MemSimError) {
    try exclusively { () throws(MemSimError) in
      try checkVolts(volts)
      forEachChunk { blocks in
        for block in blocks {
          let u = nonzero(volts.floats(block &* 16))
          store(cells.currents(block: block, volts: u) / u, to: out, volts.precision, at: block &* 16, count: count)
        }
      }
    }
  }
}

/// 0 V replaced by 1e-12 V, where current, conductance and noise have their limits.
@inline(__always)
func nonzero(_ u: FloatLanes) -> FloatLanes {
  ms_select_f(ms_less_f(.zero, ms_abs_f(u)), u, FloatLanes(repeating: 1e-12))
}
