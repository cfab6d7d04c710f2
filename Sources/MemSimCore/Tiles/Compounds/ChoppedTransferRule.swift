/// Tiki-Taka whose pulses on the fast device have their signs turned now and then, and turned back when it is read: what
/// does not come from gradients averages out.
///
/// Source: Rasch, Carta, Fagbohungbe, Gokmen, Nat. Commun. 15, 7133 (2024).
class ChoppedTransferRule: CompoundRule {
  class var card: ModelCard { choppedCard }
  static var cells: ClosedRange<Int> { 2...2 }
  static var writes: [(name: String, values: [Double])] { TransferBuffer.writes }

  let plan: CompoundPlan
  let slices: CellLines
  let buffer: Storage<Float>
  private let choppers: Choppers
  private let scale: TransferScale
  private let gamma: Float
  private let every: Double
  private let ofBatches, keepsNothing: Bool
  private var steps: TransferBuffer
  /// The line that is read next, and how often all have been read.
  private var next = 0
  private(set) var sweeps: UInt64 = 0

  required init(_ plan: CompoundPlan) throws(MemSimError) {
    try plan.checkSteps(1)
    self.plan = plan
    func value(_ name: String) -> Double { plan.settings.value(name) }
    slices = CellLines(inputs: plan.inputs, outputs: plan.outputs, areColumns: value("transfer_columns") != 0)
    buffer = try Storage(plan.inputs * plan.cells[0].stride)
    choppers = try Choppers(plan, slices)
    every = ChoppedTransferRule.every(plan, slices.count)
    scale = TransferScale(plan, sweep: every * Double(slices.count))
    (gamma, ofBatches, keepsNothing) = (Float(value("gamma")), value("units_in_mbatch") != 0, value("no_buffer") != 0)
    steps = TransferBuffer(plan, most: plan.cells[1].update.desired, threshold: 1)
    steps.cap = Float(value("buffer_cap")) * Float(steps.most)
    try prepare()
  }

  /// < 0: so many states of cell 0 to a sweep.
  private static func every(_ plan: CompoundPlan, _ lines: Int) -> Double {
    let given = plan.settings.value("transfer_every"), common = plan.cells[0].devices.common
    if given >= 0 { return given }
    return max((((common.most - common.least) / plan.granularities[0]) / Double(lines) * -given).rounded(), 1)
  }

  var terms: [CompoundTerm] {
    let slow = CompoundTerm(cell: 1, factor: 1)
    return gamma == 0 ? [slow] : [CompoundTerm(cell: 0, factor: gamma, choppers: choppers.sides(slices.areColumns)), slow]
  }

  func share(_ cell: Int) -> CompoundShare { .times(cell == 1 ? 1 : 0) }

  private func period(_ run: CompoundRun) -> Int { run.period(every, ofBatches: ofBatches) }

  func length(_ run: CompoundRun) -> Int { run.left(period(run)) }

  func pulse(_ run: CompoundRun) throws(MemSimError) {
    let rates = scale.rates(run, plan)
    let turned = choppers.turned(run, slices), own = plan.cells[0].ownPlan(plan.update)
    try turned.read { (x, d) throws(MemSimError) in
      try plan.cells[0].pulse(PulseRun(x: x, d: d, count: run.count) { rates[$0] }, own)
    }
  }

  func finish(_ run: CompoundRun) throws(MemSimError) {
    guard run.ends(period(run)) else { return }
    let values = try Storage<Float>(slices.length), factor = scale.factor(run.rate), line = next
    try slices.read(plan.cells[0], line, 1, into: values.base)
    for k in 0..<slices.length {
      let at = slices.element(line, k)
      let change = factor * choppers.sign(line, k) * change(values.base[k], line, at)
      if keepsNothing { buffer.base[at] = 0 }
      values.base[k] = steps.add(change, to: &buffer.base[at])
    }
    if mayWrite, (0..<slices.length).contains(where: { values.base[$0] != 0 }) {
      let rate = plan.settings.value("step") * plan.granularities[1]
      try slices.write(plan.cells[1], line, 1, values.base, rate: rate, plan.cells[1].update)
    }
    let turns = choppers.turn(line, sweeps: sweeps, run)
    lineIsDone(line, turns: turns)
    next = (line + 1) % slices.count
    if next == 0 {
      sweeps &+= 1
      choppers.turnOutputs(run)
    }
  }

  // MARK: what kinds differ in

  /// Errors: memory.
  func prepare() throws(MemSimError) {}
  /// What counts of a value that was read, of device `at`.
  func change(_ value: Float, _ line: Int, _ at: Int) -> Float { value }
  var mayWrite: Bool { true }
  func lineIsDone(_ line: Int, turns: Bool) {}

  // MARK: state

  var numbers: [UInt64] {
    get { [UInt64(next), sweeps] + scale.numbers }
    set {
      next = Int(newValue[0] % UInt64(slices.count))
      sweeps = newValue[1]
      scale.take(newValue[2...])
    }
  }
  var lines: [Storage<Float>] { [choppers.inputs, choppers.outputs] }
  var matrices: [(name: String, plane: Storage<Float>)] { [("buffer", buffer)] }

  private static let choppedCard = ModelCard(
    compound: "chopped-transfer", "Tiki-Taka with choppers", "As buffered-transfer of two cells, with signs that turn now and then.",
    source: "Rasch et al., Nat. Commun. 15, 7133 (2024); IBM aihwkit (ChoppedTransferCompound)",
    parameters(random: 1), matrices: TransferBuffer.matrices)

  static func parameters(random: Double) -> [ParameterCard] {
    let flag = 0.0...1.0, any = -1e6...1e6
    return [
      .init("gamma", unit: "1", "part of cell 0 in the weight", in: any, default: [0]),
      .init("transfer_every", unit: "1", "vectors from transfer to transfer, < 0: states of cell 0 to a sweep", in: -1e15...1e15, default: [1]),
      .init("units_in_mbatch", unit: "0/1", "1: transfer_every counts batches, 0: vectors", in: flag, default: [0]),
      .init("transfer_columns", unit: "0/1", "1: lines are of inputs, 0: of outputs", in: flag, default: [1]),
    ] + Choppers.parameters(random: random) + TransferScale.parameters + TransferBuffer.parameters(momentum: 0) + [
      .init("no_buffer", unit: "0/1", "1: buffers begin at 0 with every read", in: flag, default: [0]),
      .init("buffer_cap", unit: "steps", "most that stays in a buffer that does not forget, over desired_bl; 0: any", in: 0...1e6, default: [0]),
    ]
  }
}
