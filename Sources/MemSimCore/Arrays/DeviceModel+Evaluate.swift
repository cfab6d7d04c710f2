import CMemSimSIMD

/// One value for all, or one for each of many cells that exist only for the call.
public typealias NamedValues = (name: String, values: Operand)

extension DeviceModel {
  /// The model's quantities of `count` cells at `volts` [V], in the precision of `volts`, for given states.
  ///
  /// - Parameters:
  ///   - states: settable states of the card; those not given are as in a new cell.
  ///   - outputs: quantities of the card, each to a buffer of `count` values.
  ///
  /// Allocates the cells. Errors: argument, shape, memory; nothing is then written.
  public func evaluate(
    _ settings: ModelSettings, volts: Operand, states: [NamedValues], count: Int,
    outputs: [(name: String, out: UnsafeMutableRawPointer)], context: Context = .shared
  ) throws(MemSimError) {
    guard count >= 1, count <= 1 << 31 else { throw .shape("count must be 1...2^31, got \(count)") }
    guard volts.count == 1 || volts.count == count else {
      throw .shape("volts must have 1 or count = \(count) values, got \(volts.count)")
    }
    try checkRange(volts)
    let chosen = try outputs.mapped { (output) throws(MemSimError) in (try quantity(output.name), output.out) }
    // All states are checked before anything is written, and cells that fit a cache are used again and again.
    for (name, values) in states { try check(settings, name, values, count) }
    let size = min(count, 1 << 16), bytes = volts.precision == .float ? 4 : 8
    for first in stride(from: 0, to: count, by: size) {
      let now = min(size, count - first)
      let part = chosen.map { ($0.0, $0.1 + first * bytes) }
      let array = try DeviceArray(blank: self, rows: 1, columns: now, seed: 0, settings: settings, context: context)
      array.forEachChunk { array.cells.initialize(blocks: $0) }
      for (name, values) in states { try array.setState(name, to: values.slice(first, now)) }
      array.evaluate(volts.slice(first, now), part)
    }
  }

  /// Errors: argument (unknown or read-only name, a value that is not allowed), shape.
  private func check(_ settings: ModelSettings, _ name: String, _ values: Operand, _ count: Int) throws(MemSimError) {
    guard values.count == 1 || values.count == count else {
      throw .shape("state \"\(name)\" must have 1 or count = \(count) values, got \(values.count)")
    }
    let array = try DeviceArray(blank: self, rows: 1, columns: 1, seed: 0, settings: settings, context: .shared)
    let index = try array.settableIndex(name)
    try array.checkValues(index, values, nil)
  }

  private func quantity(_ name: String) throws(MemSimError) -> Int {
    guard let index = card.quantities.firstIndex(where: { $0.name == name }) else {
      throw .argument("model \"\(card.name)\" has no quantity \"\(name)\"; it has \(card.quantities.map(\.name).joined(separator: ", "))")
    }
    return index
  }
}

extension DeviceArray {
  fileprivate func evaluate(_ volts: Operand, _ outputs: [(Int, UnsafeMutableRawPointer)]) {
    let evaluation = Evaluation(cells: cells, volts: volts, outputs: outputs, count: count)
    switch volts.precision {
    case .float: forEachChunk { evaluation.runFloat($0) }
    case .double: forEachChunk { evaluation.runDouble($0) }
    }
  }
}

/// The quantities of blocks of cells, written where a caller wants them.
private struct Evaluation {
  let cells: any Cells
  let volts: Operand
  let outputs: [(Int, UnsafeMutableRawPointer)]
  let count: Int

  func runFloat(_ blocks: Range<Int>) {
    withUnsafeTemporaryAllocation(of: FloatLanes.self, capacity: ModelCard.maxQuantities) { lanes in
      for block in blocks {
        cells.quantities(block: block, volts: volts.floats(block &* 16), into: lanes.baseAddress!)
        for (index, out) in outputs { store(lanes[index], to: out, .float, at: block &* 16, count: count) }
      }
    }
  }

  func runDouble(_ blocks: Range<Int>) {
    withUnsafeTemporaryAllocation(of: WideLanes.self, capacity: ModelCard.maxQuantities) { lanes in
      for block in blocks {
        cells.quantities(block: block, volts: volts.doubles(block &* 16), into: lanes.baseAddress!)
        for (index, out) in outputs { store(lanes[index], to: out, .double, at: block &* 16, count: count) }
      }
    }
  }
}

extension Array {
  /// `map` with a typed error.
  func mapped<T>(_ transform: (Element) throws(MemSimError) -> T) throws(MemSimError) -> [T] {
    var result: [T] = []
    for element in self { result.append(try transform(element)) }
    return result
  }
}
