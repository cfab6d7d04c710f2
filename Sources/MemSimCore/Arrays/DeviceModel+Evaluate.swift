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
    array.forEachChunk { blocks in
      switch volts.precision {
      case .float: Evaluation<FloatLanes>(array.cells, volts, chosen, count).run(blocks)
      case .double: Evaluation<WideLanes>(array.cells, volts, chosen, count).run(blocks)
      }
    }
  }

  private func quantity(_ name: String) throws(MemSimError) -> Int {
    guard let index = card.quantities.firstIndex(where: { $0.name == name }) else {
      throw .argument("model \"\(card.name)\" has no quantity \"\(name)\"; it has \(card.quantities.map(\.name).joined(separator: ", "))")
    }
    return index
  }
}

/// Lanes of either precision, as `evaluate` needs them.
private protocol EvaluationLanes {
  static func run(_ cells: any Cells, _ block: Int, _ volts: Operand, into out: UnsafeMutablePointer<Self>)
  func write(to out: UnsafeMutableRawPointer, at first: Int, count: Int)
}

extension FloatLanes: EvaluationLanes {
  fileprivate static func run(_ cells: any Cells, _ block: Int, _ volts: Operand, into out: UnsafeMutablePointer<Self>) {
    cells.quantities(block: block, volts: volts.floats(block &* 16), into: out)
  }
  fileprivate func write(to out: UnsafeMutableRawPointer, at first: Int, count: Int) {
    store(self, to: out, .float, at: first, count: count)
  }
}

extension WideLanes: EvaluationLanes {
  fileprivate static func run(_ cells: any Cells, _ block: Int, _ volts: Operand, into out: UnsafeMutablePointer<Self>) {
    cells.quantities(block: block, volts: volts.doubles(block &* 16), into: out)
  }
  fileprivate func write(to out: UnsafeMutableRawPointer, at first: Int, count: Int) {
    store(self, to: out, .double, at: first, count: count)
  }
}

private struct Evaluation<Lanes: EvaluationLanes> {
  private let cells: any Cells
  private let volts: Operand
  private let outputs: [(Int, UnsafeMutableRawPointer)]
  private let count: Int

  init(_ cells: any Cells, _ volts: Operand, _ outputs: [(Int, UnsafeMutableRawPointer)], _ count: Int) {
    (self.cells, self.volts, self.outputs, self.count) = (cells, volts, outputs, count)
  }

  func run(_ blocks: Range<Int>) {
    withUnsafeTemporaryAllocation(of: Lanes.self, capacity: ModelCard.maxQuantities) { lanes in
      for block in blocks {
        Lanes.run(cells, block, volts, into: lanes.baseAddress!)
        for (index, out) in outputs { lanes[index].write(to: out, at: block &* 16, count: count) }
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
