/// Two devices of a weight, one for its rises, one for its falls, so that both only go up; refreshed when both are high.
final class OneSidedRule: CompoundRule {
  static var cells: ClosedRange<Int> { 2...2 }
  static var readsPlainly: Bool { false }
  private let plan: CompoundPlan
  private let every: Double
  private let ofBatches, inverted: Bool
  private let upper, lower: Float
  /// w_max of the devices.
  private let most: [Float]

  init(_ plan: CompoundPlan) throws(MemSimError) {
    self.plan = plan
    func value(_ name: String) -> Double { plan.settings.value(name) }
    (every, ofBatches, inverted) = (value("refresh_every"), value("units_in_mbatch") != 0, value("copy_inverted") != 0)
    (upper, lower) = (Float(value("refresh_upper_thres")), Float(value("refresh_lower_thres")))
    most = plan.cells.map { Float($0.devices.common.most) }
    for cell in 0..<2 { try plan.checkSteps(cell) }
    guard plan.update.pulses != .none else {
      throw .argument("pulse_type must make pulses with compound \"one-sided\", got \(plan.update.pulses.rawValue)")
    }
    let cards = plan.devices.map(\.card.name)
    guard cards[0] == cards[1] else { throw .argument("cells must be of one device, got \(cards[0]) and \(cards[1])") }
    if inverted { try copyDevices() }
  }

  /// Falling is then what the device of the rises does when it falls: cell 1 holds weights <= 0, which count as they are.
  private func copyDevices() throws(MemSimError) {
    guard plan.devices[0].parameters == plan.devices[1].parameters else {
      throw .argument("cells must have the same parameters with copy_inverted")
    }
    for (to, from) in zip(plan.cells[1].ownPlanes, plan.cells[0].ownPlanes) {
      to.copyMemory(from: UnsafeRawBufferPointer(from))
    }
  }

  private var sign: Float { inverted ? 1 : -1 }

  var terms: [CompoundTerm] { [CompoundTerm(cell: 0, factor: 1), CompoundTerm(cell: 1, factor: sign)] }

  func share(_ cell: Int) -> CompoundShare { cell == 0 ? .positive : inverted ? .below : .negative }

  func length(_ run: CompoundRun) -> Int { run.left(run.period(every, ofBatches: ofBatches)) }

  func pulse(_ run: CompoundRun) throws(MemSimError) {
    var how = PulsePlan(
      settings: plan.update, granularity: plan.granularities[0], key: run.key, first: run.first, part: .up)
    try plan.cells[0].pulse(run.pulses(run.rate), how)
    how.part = inverted ? .down : .turned
    try plan.cells[1].pulse(run.pulses(run.rate), how)
  }

  func finish(_ run: CompoundRun) throws(MemSimError) {
    guard run.ends(run.period(every, ofBatches: ofBatches)) else { return }
    let lines = CellLines(inputs: plan.inputs, outputs: plan.outputs, areColumns: true)
    let most = 64
    let room = try Storage<Float>(2 * most * plan.outputs)
    for start in stride(from: 0, to: plan.inputs, by: most) {
      try refresh(lines, start, min(most, plan.inputs - start), room.base, room.base + most * plan.outputs)
    }
  }

  /// Columns whose devices are both high begin anew with their difference: `rise` and `fall` are what is read of them.
  private func refresh(
    _ lines: CellLines, _ start: Int, _ count: Int, _ rise: UnsafeMutablePointer<Float>, _ fall: UnsafeMutablePointer<Float>
  ) throws(MemSimError) {
    try lines.read(plan.cells[0], start, count, into: rise)
    try lines.read(plan.cells[1], start, count, into: fall)
    for column in 0..<count {
      var hits = [Bool](repeating: false, count: plan.outputs)
      for output in 0..<plan.outputs {
        let at = column * plan.outputs + output
        hits[output] = isHigh(rise[at], -sign * fall[at])
        let difference = hits[output] ? rise[at] + sign * fall[at] : 0
        (rise[at], fall[at]) = (max(difference, 0), -sign * max(-difference, 0))
      }
      if !hits.contains(true) { continue }
      for (cell, values) in zip(plan.cells, [rise, fall]) {
        cell.reset(row: start + column, where: hits)
        try lines.write(cell, start + column, 1, values + column * plan.outputs, rate: 1, cell.update)
      }
    }
  }

  private func isHigh(_ rise: Float, _ fall: Float) -> Bool {
    let (a, b) = (rise / most[0], fall / (inverted ? -Float(plan.cells[1].devices.common.least) : most[1]))
    return max(a, b) > upper && min(a, b) > lower
  }

  static let card = ModelCard(
    compound: "one-sided", "Pair of devices that only rise",
    "Weights are cell 0 less cell 1. What would lower a weight raises cell 1; where both are high they are reset, and their difference is written.",
    source: "IBM aihwkit (OneSidedUnitCell)",
    [
      .init("refresh_every", unit: "1", "vectors from refresh to refresh, 0: none", in: 0...1e15, default: [0]),
      .init("units_in_mbatch", unit: "0/1", "1: refresh_every counts batches, 0: vectors", in: 0...1, default: [1]),
      .init("refresh_upper_thres", unit: "w_max", "what the higher device must be above", in: 0...1e6, default: [0.75]),
      .init("refresh_lower_thres", unit: "w_max", "what the lower device must be above", in: 0...1e6, default: [0.25]),
      .init("copy_inverted", unit: "0/1", "1: cell 1 is cell 0 upside down, 0: a device of its own", in: 0...1, default: [0]),
    ])
}
