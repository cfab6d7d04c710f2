/// Tiki-Taka: gradients gather on a fast device, whose lines are read in turn and written to a slower one, and so on.
///
/// Source: Gokmen, Haensch, Front. Neurosci. 14, 103 (2020).
class TransferRule: CompoundRule {
  class var card: ModelCard { transferCard }
  static var cells: ClosedRange<Int> { 2...16 }
  class var writes: [(name: String, values: [Double])] { [] }

  let plan: CompoundPlan
  let slices: CellLines
  let terms: [CompoundTerm]
  /// By cell: vectors from transfer to transfer, learning rate of a transfer.
  private let every, rates: [Double]
  private let ofBatches, scalesRate, scalesFast, picks: Bool
  private let reads: Int
  private let resetProbability, fastRate: Double
  /// By cell: the line that is read next.
  private var next: [Int]

  required init(_ plan: CompoundPlan) throws(MemSimError) {
    self.plan = plan
    func value(_ name: String) -> Double { plan.settings.value(name) }
    slices = CellLines(inputs: plan.inputs, outputs: plan.outputs, areColumns: value("transfer_columns") != 0)
    let count = plan.cells.count
    (ofBatches, picks) = (value("units_in_mbatch") != 0, value("random_selection") != 0)
    (scalesRate, scalesFast) = (value("scale_transfer_lr") != 0, value("scale_fast_lr") != 0)
    (resetProbability, fastRate) = (value("with_reset_prob"), value("fast_lr"))
    reads = min(Int(value("n_reads_per_transfer")), slices.count)
    guard resetProbability == 0 || slices.areColumns else {
      throw .argument("with_reset_prob must be 0 without transfer_columns, got \(resetProbability)")
    }
    let factors = try plan.list("gamma_vec") ?? TransferRule.factors(value("gamma"), count)
    guard factors[count - 1] > 1e-30 else { throw .argument("gamma_vec must end with a value > 0, got \(factors[count - 1])") }
    if let part = factors.first(where: { abs($0) > 1e30 }) { throw .argument("gamma must leave parts within ±1e30, got \(part)") }
    terms = factors.enumerated().filter { $1 != 0 }.map { CompoundTerm(cell: $0, factor: Float($1)) }
    rates = try plan.list("transfer_lr_vec") ?? Array(repeating: value("transfer_lr"), count: count)
    // A cell's lines have all been read once when those of the next one are.
    var every = try plan.list("transfer_every_vec")
      ?? TransferRule.powers(value("transfer_every"), Double(slices.count) / Double(reads), count)
    if value("no_self_transfer") != 0 { every[count - 1] = 0 }
    self.every = every
    next = Array(repeating: 0, count: count)
    try prepare()
  }

  /// gamma^(cells after it), 0^0 = 1.
  private static func factors(_ gamma: Double, _ count: Int) -> [Double] { powers(1, gamma, count).reversed() }

  /// first, first ratio, ...
  private static func powers(_ first: Double, _ ratio: Double, _ count: Int) -> [Double] {
    var (powers, power) = ([Double](), first)
    for _ in 0..<count {
      powers.append(power)
      power *= ratio
    }
    return powers
  }

  /// What a kind needs besides. Errors: argument, memory.
  func prepare() throws(MemSimError) {}

  func share(_ cell: Int) -> CompoundShare {
    cell == plan.cells.count - 1 ? .times(1 / terms[terms.count - 1].factor) : .times(0)
  }

  private func period(_ cell: Int, _ run: CompoundRun) -> Int { run.period(every[cell], ofBatches: ofBatches) }

  func length(_ run: CompoundRun) -> Int {
    plan.cells.indices.reduce(run.count) { min($0, run.left(period($1, run))) }
  }

  func pulse(_ run: CompoundRun) throws(MemSimError) {
    let rate = fastRate <= 0 ? run.rate : scalesFast ? fastRate * run.rate : run.rate > 0 ? fastRate : -fastRate
    try plan.cells[0].pulse(run.pulses(rate), plan.cells[0].ownPlan(plan.update))
  }

  func finish(_ run: CompoundRun) throws(MemSimError) {
    for cell in plan.cells.indices where run.ends(period(cell, run)) { try transfer(cell, run) }
  }

  private func transfer(_ cell: Int, _ run: CompoundRun) throws(MemSimError) {
    let u = picks ? CompoundPurpose.uniform(run.key, CompoundPurpose.lines &+ UInt32(cell), event: run.last) : 0
    let start = picks ? min(Int(u * Float(slices.count)), slices.count - 1) : next[cell]
    let values = try Storage<Float>(reads * slices.length), from = plan.cells[cell]
    try slices.read(from, start, reads, into: values.base)
    if resetProbability > 0 {
      let event = from.nextEvent(), reset = from.devices.reset
      for line in 0..<reads { reset((start + line) % slices.count, Float(resetProbability), event) }
    }
    let rate = rates[cell] * (scalesRate ? abs(run.rate) : 1)
    try deliver(values.base, start, reads, from: cell, to: min(cell + 1, plan.cells.count - 1), rate)
    next[cell] = (start + reads) % slices.count
  }

  /// Writes what was read of `count` lines [count x length]. Errors: memory.
  func deliver(
    _ values: UnsafeMutablePointer<Float>, _ start: Int, _ count: Int, from: Int, to: Int, _ rate: Double
  ) throws(MemSimError) {
    try slices.write(plan.cells[to], start, count, values, rate: rate, plan.cells[to].update)
  }

  var numbers: [UInt64] {
    get { next.map { UInt64($0) } }
    set { next = newValue.map { Int($0 % UInt64(slices.count)) } }
  }
  var matrices: [(name: String, plane: Storage<Float>)] { [] }

  private static let transferCard = ModelCard(
    compound: "transfer", "Tiki-Taka", "Cell 0 takes the pulses; lines of each cell are read in turn and written to the next.",
    source: "Gokmen, Haensch, Front. Neurosci. 14, 103 (2020); IBM aihwkit (TransferCompound)", parameters)

  static var parameters: [ParameterCard] {
    let flag = 0.0...1.0, any = -1e6...1e6, period = 0.0...1e15
    return [
      .init("gamma", unit: "1", "a cell's part in the weight over that of the next one", in: any, default: [0]),
      .init("gamma_vec", unit: "1", "parts of the cells; none: by gamma", rows: 0, in: any, default: []),
      .init("transfer_every", unit: "1", "vectors from transfer to transfer of cell 0; of the next, those of a round of it", in: period, default: [1]),
      .init("units_in_mbatch", unit: "0/1", "1: transfer_every counts batches, 0: vectors", in: flag, default: [1]),
      .init("n_reads_per_transfer", unit: "pulses", "lines of a transfer", in: 1...1e9, default: [1]),
      .init("transfer_columns", unit: "0/1", "1: lines are of inputs, 0: of outputs", in: flag, default: [1]),
      .init("with_reset_prob", unit: "1", "probability of a device to be reset once it is read", in: flag, default: [0]),
      .init("random_selection", unit: "0/1", "1: a transfer's first line is chosen at random", in: flag, default: [0]),
      .init("no_self_transfer", unit: "0/1", "1: the last cell is not transferred to itself", in: flag, default: [1]),
      .init("fast_lr", unit: "1", "learning rate of cell 0, <= 0: as given", in: any, default: [1]),
      .init("transfer_lr", unit: "1", "learning rate of transfers", in: any, default: [1]),
      .init("transfer_lr_vec", unit: "1", "the same by cell; none: transfer_lr", rows: 0, in: any, default: []),
      .init("scale_transfer_lr", unit: "0/1", "1: transfer_lr is times the learning rate", in: flag, default: [1]),
      .init("scale_fast_lr", unit: "0/1", "1: fast_lr is times the learning rate", in: flag, default: [1]),
      .init("transfer_every_vec", unit: "1", "transfer_every by cell; none: by transfer_every", rows: 0, in: period, default: []),
    ]
  }
}
