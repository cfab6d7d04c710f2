import CMemSimSIMD

extension DeviceArray {
  private func stateIndex(_ name: String) throws(MemSimError) -> Int {
    let states = model.card.states
    guard let index = states.firstIndex(where: { $0.name == name }) else {
      throw .argument("model \"\(model.card.name)\" has no state \"\(name)\"; it has \(states.map(\.name).joined(separator: ", "))")
    }
    return index
  }

  /// Writes a state of every cell to `out` [rows x columns].
  ///
  /// Errors: argument (unknown name), shape, busy.
  public func state(
    _ name: String, into out: UnsafeMutableRawPointer, _ precision: Precision, count given: Int
  ) throws(MemSimError) {
    try exclusively { () throws(MemSimError) in
      let index = try stateIndex(name)
      guard given == count else {
        throw .shape("out must have rows * columns = \(count) values, got \(given)")
      }
      forEachChunk { blocks in
        for block in blocks {
          store(cells.state(index, block: block), to: out, precision, at: block * 16, count: count)
        }
      }
    }
  }

  /// Sets a state of every cell, or of those where `mask` is not 0.
  ///
  /// Errors: argument (unknown or read-only name, a value that is not allowed), shape, busy; nothing is then changed.
  public func setState(_ name: String, to values: Operand, where mask: UnsafePointer<UInt8>? = nil) throws(MemSimError) {
    try exclusively { () throws(MemSimError) in
      let index = try settableIndex(name)
      try checkCount(values, "values")
      try checkValues(index, values, mask)
      let selection = Selection(mask, count: count)
      mixtureIsSigned = nil
      try cells.willSet(index)
      forEachChunk { blocks in
        for block in blocks {
          let mask = selection.lanes(block: block)
          if !any(mask) { continue }
          cells.setState(index, block: block, to: values.doubles(block * 16), where: mask)
        }
      }
    }
  }

  /// Errors: argument (unknown or read-only name).
  func settableIndex(_ name: String) throws(MemSimError) -> Int {
    let index = try stateIndex(name)
    guard model.card.states[index].settable else {
      throw .argument("state \"\(name)\" cannot be set; these can: \(model.card.states.filter(\.settable).map(\.name).joined(separator: ", "))")
    }
    return index
  }

  /// Only the values that will be used count: where the mask is 0 anything may stand.
  ///
  /// Errors: argument, naming the first that is not finite or outside the state's range.
  func checkValues(_ index: Int, _ values: Operand, _ mask: UnsafePointer<UInt8>?) throws(MemSimError) {
    let range = cells.range(index), card = model.card.states[index]
    guard let first = values.firstOutside(range) else { return }
    for i in first..<values.count where values.count == 1 || mask == nil || mask![i] != 0 {
      let value = values.wideValue(i)
      guard value.isFinite else { throw .argument("values must be finite, got \(value) at index \(i)") }
      guard range.contains(value) else {
        throw .argument("state \"\(card.name)\" must be within \(range) \(card.unit), got \(value)")
      }
    }
  }
}
