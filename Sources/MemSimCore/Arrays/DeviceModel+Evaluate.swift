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
    let array = try DeviceArray(blank: self, rows: 1, columns: count, seed: 0, settings: settings, context: context)
    array.forEachChunk { array.cells.initialize(blocks: $0) }
    for (name, values) in states { try array.setState(name, to: values) }
    let evaluation = Evaluation(cells: array.cells, volts: volts, outputs: chosen, count: count)
    switch volts.precision {
    case .float: array.forEachChunk { evaluation.runFloat($0) }
    case .double: array.forEachChunk { evaluation.runDouble($0) }
    }
  }

  private func quantity(_ name: String) throws(MemSimError) -> Int {
    guard let index = card.quantities.firstIndex(where: { $0.name == name }) else {
      throw .argument("model \"\(card.name)\" has no quantity \"\(name)\"; it has \(card.quantities.map(\.name).joined(separator: ", "))")
    }
    return index
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
