/// Weights that are sums of cells' weights; vectors go to all cells, to one, or to one after the other.
final class VectorRule: CompoundRule {
  enum Policy: String, CaseIterable {
    case all, fixed = "single-fixed", sequential = "single-sequential", random = "single-random"
  }

  static var cells: ClosedRange<Int> { 1...64 }
  let terms: [CompoundTerm]
  private let plan: CompoundPlan
  private let policy: Policy
  private let first: Int
  private let granularity: Double

  init(_ plan: CompoundPlan) throws(MemSimError) {
    self.plan = plan
    let count = plan.cells.count
    let factors = try plan.list("gamma_vec") ?? Array(repeating: 1 / Double(count), count: count)
    terms = factors.enumerated().map { CompoundTerm(cell: $0, factor: Float($1)) }
    policy = Policy(rawValue: plan.settings.choice("update_policy"))!
    first = Int(plan.settings.value("first_update_idx"))
    guard first < count else { throw .argument("first_update_idx must be 0...\(count - 1), got \(first)") }
    granularity = plan.granularities.reduce(0, +) / Double(count)
  }

  func share(_ cell: Int) -> CompoundShare { policy == .fixed && cell != first ? .none : .times(1) }

  func pulse(_ run: CompoundRun) throws(MemSimError) {
    switch policy {
    case .all: for cell in plan.cells { try same(run, cell) }
    case .fixed: try same(run, plan.cells[first])
    case .sequential, .random: try one(run)
    }
  }

  /// Cells have the same trains.
  private func same(_ run: CompoundRun, _ cell: AnalogTile) throws(MemSimError) {
    try cell.pulse(
      run.pulses(run.rate), PulsePlan(settings: plan.update, granularity: granularity, key: run.key, first: run.first))
  }

  /// Every cell takes its vectors as one batch: it does not see those of others.
  private func one(_ run: CompoundRun) throws(MemSimError) {
    let chosen = (0..<run.count).map { cell(run.first &+ UInt64($0), run.key) }
    for (k, cell) in plan.cells.enumerated() {
      var (x, d): ([Float], [Float]) = ([], [])
      for v in 0..<run.count where chosen[v] == k {
        x += UnsafeBufferPointer(start: run.x + v * plan.inputs, count: plan.inputs)
        d += UnsafeBufferPointer(start: run.d + v * plan.outputs, count: plan.outputs)
      }
      if x.isEmpty { continue }
      let own = cell.ownPlan(plan.update, granularity: granularity), count = x.count / plan.inputs
      try FloatPair(x, d).read { (x, d) throws(MemSimError) in
        try cell.pulse(PulseRun(x: x, d: d, count: count) { _ in run.rate }, own)
      }
    }
  }

  /// The cell of a vector.
  private func cell(_ vector: UInt64, _ key: UInt64) -> Int {
    let count = plan.cells.count
    if policy == .sequential { return Int((UInt64(first) &+ vector) % UInt64(count)) }
    return min(Int(CompoundPurpose.uniform(key, CompoundPurpose.choices, event: vector) * Float(count)), count - 1)
  }

  static let card = ModelCard(
    compound: "vector", "Sum of devices", "Weights are sums of cells; vectors pulse all of them, one, or one after the other.",
    source: "IBM aihwkit (VectorUnitCell)",
    [
      .init("gamma_vec", unit: "1", "factors of the cells; none: 1 / cells for all", rows: 0, in: -1e6...1e6, default: []),
      .init("first_update_idx", unit: "pulses", "cell of single-fixed, first one of single-sequential", in: 0...63, default: [0]),
    ],
    [OptionCard(name: "update_policy", Policy.self, text: "which cells a vector pulses")])
}

/// Two lists as pointers.
struct FloatPair {
  private let x, d: [Float]

  init(_ x: [Float], _ d: [Float]) { (self.x, self.d) = (x, d) }

  func read<E>(_ body: (UnsafePointer<Float>, UnsafePointer<Float>) throws(E) -> Void) throws(E) {
    try x.withUnsafeBufferPointer { (x) throws(E) in
      try d.withUnsafeBufferPointer { (d) throws(E) in try body(x.baseAddress!, d.baseAddress!) }
    }
  }
}
