import CMemSimSIMD

extension AnalogTile {
  private static var magic: UInt64 { 0x656c_6974_6d69_736d }
  private static var version: UInt64 { 1 }

  public var stateSize: Int { TileState.size(write) }

  public func save(to out: UnsafeMutableRawPointer) throws(MemSimError) {
    try exclusively { () throws(MemSimError) in TileState.save(to: out, write) }
  }

  public func load(_ state: UnsafeRawBufferPointer) throws(MemSimError) {
    try exclusively { () throws(MemSimError) in
      var reader = try TileState.reader(state)
      let part = try read(&reader)
      try reader.end()
      take(part)
    }
  }

  private var numbers: [UInt64] { [UInt64(inputs), UInt64(outputs), key, events] + products.numbers }

  /// All that differs from device to device and from output to output.
  private var kept: [Storage<Float>] { planes.all + products.planes }

  func write(to writer: inout StateWriter) {
    writer.write(AnalogTile.magic)
    writer.write(AnalogTile.version)
    writer.write(device.card.name)
    TilePart.write(numbers, kept, to: &writer)
  }

  /// A state of a tile like this one, which is left as it is. Errors: format.
  func read(_ reader: inout StateReader) throws(MemSimError) -> TilePart {
    try reader.expect(AnalogTile.magic, version: AnalogTile.version, "a tile")
    let name = try reader.text()
    guard name == device.card.name else { throw .format("the state is of the device \"\(name)\", this tile of \"\(device.card.name)\"") }
    return try TilePart(&reader, numbers: numbers, planes: kept)
  }

  func take(_ part: TilePart) {
    part.copy(to: kept)
    (key, events) = (part.numbers[2], part.numbers[3])
    products.take(part.numbers[4...])
  }
}
