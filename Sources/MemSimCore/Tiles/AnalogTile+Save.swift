extension AnalogTile {
  private static var magic: UInt64 { 0x656c_6974_6d69_736d }
  private static var version: UInt64 { 1 }

  /// Bytes of `save`.
  public var stateSize: Int { StateWriter.size { write(to: &$0) } }

  /// The whole state, the position in the random numbers included, to `out` [stateSize bytes]. Errors: busy.
  public func save(to out: UnsafeMutableRawPointer) throws(MemSimError) {
    try exclusively { () throws(MemSimError) in StateWriter.fill(out) { write(to: &$0) } }
  }

  private var numbers: [UInt64] {
    [UInt64(inputs), UInt64(outputs), key, events, forward.reads, backward.reads, UInt64(average.bitPattern)]
  }

  /// All that differs from device to device and from output to output.
  private func kept(_ cells: (any Cells)?) -> [UnsafeMutableRawBufferPointer] {
    (planes.all + forward.planes + backward.planes).map(\.bytes) + (cells?.planes ?? [])
  }

  private func write(to writer: inout StateWriter) {
    writer.write(AnalogTile.magic)
    writer.write(AnalogTile.version)
    writer.write(device.card.name)
    for number in numbers { writer.write(number) }
    let kept = kept(devices.physical?.cells)
    writer.write(UInt64(kept.count))
    for plane in kept { writer.write(plane: UnsafeRawBufferPointer(plane)) }
  }

  /// Restores what `save` wrote of a tile of the same device and extents; the seed is restored too.
  ///
  /// Errors: format (the tile is then unchanged), busy.
  public func load(_ state: UnsafeRawBufferPointer) throws(MemSimError) {
    try exclusively { () throws(MemSimError) in
      var reader = try StateReader(verifying: state)
      guard try reader.number() == AnalogTile.magic else { throw .format("the state is not one of a tile") }
      let version = try reader.number()
      guard version == AnalogTile.version else { throw .format("the state has version \(version), this library reads \(AnalogTile.version)") }
      let name = try reader.text()
      guard name == device.card.name else { throw .format("the state is of the device \"\(name)\", this tile of \"\(device.card.name)\"") }
      var given: [UInt64] = []
      for _ in numbers { given.append(try reader.number()) }
      guard given[0] == numbers[0], given[1] == numbers[1] else {
        throw .format("the state has \(given[0]) inputs and \(given[1]) outputs, this tile \(inputs) and \(outputs)")
      }
      let count = try reader.count(atMost: 64)
      let cells = try devices.physical?.cells(planes: count - kept(nil).count, key: given[2])
      let kept = kept(cells)
      guard count == kept.count else { throw .format("the state is of a device with other parameters") }
      var pieces: [UnsafeRawBufferPointer] = []
      for plane in kept {
        let piece = try reader.plane()
        guard piece.count == plane.count else { throw .format("the state is of a device with other parameters") }
        pieces.append(piece)
      }
      guard reader.isAtEnd else { throw .format("the state goes on beyond its end: it is damaged") }
      for (plane, piece) in zip(kept, pieces) { plane.copyMemory(from: piece) }
      planes.key = given[2]
      if let cells { devices.physical?.replace(by: cells, key: given[2]) }
      (events, forward.reads, backward.reads) = (given[3], given[4], given[5])
      average = Float(bitPattern: UInt32(truncatingIfNeeded: given[6]))
      transposedIsFresh = false
    }
  }
}
