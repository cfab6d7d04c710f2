import CMemSimSIMD

/// The model's own states of the cells behind weights.
extension PhysicalCells {
  /// Whether quantity `index` of the device's card is a state of the model.
  func has(_ index: Int) -> Bool { index < model.card.states.count }

  /// A state of the model's card to `line` [stride].
  func state(_ index: Int, row: Int, into line: UnsafeMutablePointer<Float>) {
    for block in 0..<blocksOfRow {
      UnsafeMutableRawPointer(line + 16 * block).storeBytes(
        of: cells.state(index, block: row * blocksOfRow + block).floats, as: FloatLanes.self)
    }
  }

  /// Errors: argument (read-only, beyond the range), memory.
  func check(_ index: Int, _ values: UnsafePointer<Float>, _ count: Int) throws(MemSimError) {
    let state = model.card.states[index], range = cells.range(index)
    guard state.settable else { throw .argument("state \"\(state.name)\" of model \"\(model.card.name)\" cannot be set") }
    for at in 0..<count where !range.contains(Double(values[at])) {
      throw .argument("values of state \"\(state.name)\" must be in \(range) \(state.unit), got \(values[at]) at index \(at)")
    }
    try cells.willSet(index)
  }

  /// Sets a state of the cells of an input from `line` [stride]. `event` numbers the setting.
  func setState(_ index: Int, row: Int, _ line: UnsafePointer<Float>, event: UInt64) {
    for block in 0..<blocksOfRow {
      let values = UnsafeRawPointer(line + 16 * block).load(as: FloatLanes.self)
      cells.setState(index, block: row * blocksOfRow + block, to: WideLanes(values), where: inside(block))
    }
    show(row * blocksOfRow..<(row + 1) * blocksOfRow, event)
  }
}
