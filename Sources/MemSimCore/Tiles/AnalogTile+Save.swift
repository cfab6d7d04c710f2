extension AnalogTile {
  private static var magic: UInt64 { 0x656c_6974_6d69_736d }
  private static var version: UInt64 { 1 }

  public var stateSize: Int { StateWriter.size(write) }

  public func save(to out: UnsafeMutableRawPointer) throws(MemSimError) {
    try exclusively { () throws(MemSimError) in StateWriter.fill(out, write) }
  }

  public func load(_ state: UnsafeRawBufferPointer) throws(MemSimError) {
    try exclusively { () throws(MemSimError) in
      var reader = try StateReader(verifying: state)
      let part = try read(&reader)
      try reader.end()
      take(part)
    }
  }

  private var numbers: [UInt64] { [UInt64(inputs), UInt64(outputs), key, events] + products.numbers }

  /// All that differs from device to device and from output to output.
  private func kept(_ cells: (any Cells)?) -> [StatePlane] {
    planes.all.map(\.bytes) + products.planes + (cells?.planes ?? [])
  }

  func write(to writer: inout StateWriter) {
    writer.write(AnalogTile.magic)
    writer.write(AnalogTile.version)
    writer.write(device.card.name)
    if let physical = devices.physical { writer.write(physical.told) }
    TilePart.write(numbers, kept(devices.physical?.cells), to: &writer)
  }

  /// A state of a tile like this one, which is left as it is. Errors: format, memory.
  func read(_ reader: inout StateReader) throws(MemSimError) -> TilePart {
    try reader.expect(AnalogTile.magic, version: AnalogTile.version, "a tile")
    let name = try reader.text()
    guard name == device.card.name else { throw .format("the state is of the device \"\(name)\", this tile of \"\(device.card.name)\"") }
    if let physical = devices.physical, try reader.doubles() != physical.told {
      throw .format("the state is of \"\(name)\" with other parameters")
    }
    var cells: (any Cells)?
    var part = try TilePart(&reader, numbers: numbers) { (numbers, count) throws(MemSimError) in
      cells = try devices.physical?.cells(planes: count - kept(nil).count, key: numbers[2])
      return kept(cells)
    }
    part.cells = cells
    return part
  }

  func take(_ part: TilePart) {
    if let cells = part.cells { devices.physical?.replace(by: cells, key: part.numbers[2]) }
    part.copy(to: kept(devices.physical?.cells))
    planes.devicesChange()
    (key, events) = (part.numbers[2], part.numbers[3])
    products.take(part.numbers[4...])
  }
}
