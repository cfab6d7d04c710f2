import CMemSimSIMD

/// The cells of a device model behind the weights of a tile: block b of a row's blocks holds outputs 16b ..< 16b + 16.
package final class PhysicalCells: @unchecked Sendable {
  private let model: DeviceModel
  private let settings: ModelSettings
  private let planes: PulsedPlanes
  private let scale: WeightScale
  private let pulses: (set: Float, reset: Float)
  /// Whether pulses may lead beyond the states that stand for weights.
  private let isBounded: Bool
  /// Inputs with a cell whose integrator did not reach its tolerance.
  private let failed: Storage<UInt8>
  private var key: UInt64
  package private(set) var cells: any Cells

  /// What a saved state must agree in.
  package var told: [Double] { allSettings.parameters.flatMap { $0 } + allSettings.options.map(Double.init) }
  private let allSettings: ModelSettings

  /// How often a setting of weights is corrected by what a cell's own radius, length, ... make of it.
  private static let corrections = 8

  private var blocksOfRow: Int { planes.stride / 16 }
  private var everyCell: Selection { Selection(nil, count: planes.inputs * planes.stride) }

  /// Errors: argument, memory.
  init(_ model: DeviceModel, _ settings: ModelSettings, _ planes: PulsedPlanes) throws(MemSimError) {
    (self.model, self.planes, key) = (model, planes, planes.key)
    (self.settings, allSettings) = (ModelSettings(model.card, of: settings), settings)
    let nominal = try PhysicalCells.nominal(model, settings)
    let own = nominal.range(0), states = try PhysicalCells.states(model, settings, own)
    scale = try WeightScale(settings, nominal, states: states)
    pulses = (Float(settings.value("pulse_voltage_SET")), Float(settings.value("pulse_voltage_RESET")))
    isBounded = nominal is any TimedCells && states != own
    failed = try Storage(planes.inputs)
    cells = try model.makeCells(planes.inputs * planes.stride / 16, key, self.settings)
    try cells.willSet(0)
    try makeReady(cells)
  }

  /// One block of cells that do not vary.
  private static func nominal(_ model: DeviceModel, _ settings: ModelSettings) throws(MemSimError) -> any Cells {
    let plain = ModelSettings(model.card, of: settings, plain: ["variability", "read_variability"])
    let cells = try model.makeCells(1, 0, plain)
    cells.initialize(blocks: 0..<1)
    try cells.willSet(0)
    return cells
  }

  /// Errors: argument.
  private static func states(
    _ model: DeviceModel, _ settings: ModelSettings, _ own: ClosedRange<Double>
  ) throws(MemSimError) -> ClosedRange<Double> {
    let given = settings.values("state_range")
    if given == [0, 0] { return model.weightStates?(settings) ?? inner(model, own) }
    guard given[0] < given[1], own.contains(given[0]), own.contains(given[1]) else {
      throw .argument("state_range must rise within \(own) \(model.card.states[0].unit), got \(given[0]) and \(given[1])")
    }
    return given[0]...given[1]
  }

  /// Windows make cells slow near the ends of the range and still at them: a hundredth is left out.
  private static func inner(_ model: DeviceModel, _ range: ClosedRange<Double>) -> ClosedRange<Double> {
    if !model.isTimed { return range }
    let edge = 0.01 * (range.upperBound - range.lowerBound)
    return range.lowerBound + edge...range.upperBound - edge
  }

  /// The step given, or that of a nominal cell at weight 0, the mean of SET and RESET. Errors: argument, memory.
  func granularity(given: Double) throws(MemSimError) -> Double {
    if given > 0 { return given }
    let cells = try PhysicalCells.nominal(model, settings)
    cells.setState(0, block: 0, to: WideLanes(repeating: scale.state(0)), where: IntLanes(repeating: -1))
    try makeReady(cells)
    let before = weights(cells, 0)
    var counts = [Int32](repeating: 0, count: 16)
    (counts[0], counts[1]) = (1, -1)
    _ = drive(cells, counts, all: Selection(nil, count: 16), 0..<1)
    let step = Double(abs(weights(cells, 0)[0] - before[0]) + abs(weights(cells, 0)[1] - before[1])) / 2
    guard step >= 1e-9 else {
      throw .argument("pulse voltages and length must move a cell at weight 0, or dw_min be given, got a step of \(step)")
    }
    return step
  }

  // -- Pulses

  /// Called before updates. Errors: memory.
  func prepare() throws(MemSimError) {
    try makeReady(cells)
    if mayFail { failed.base.update(repeating: 0, count: failed.count) }
  }

  private func makeReady(_ cells: any Cells) throws(MemSimError) {
    try (cells as? any TimedCells)?.preparePulses()
    try cells.prepareWeights(scale)
  }

  var mayFail: Bool { (cells as? any TimedCells)?.mayFail ?? false }
  var hasFailed: Bool { UnsafeBufferPointer(start: failed.base, count: failed.count).contains { $0 != 0 } }
  var failure: MemSimError {
    .convergence("the integrator of model \"\(model.card.name)\" did not reach its tolerance; the weights are as before")
  }

  /// n pulses to the cells of an input, n from `counts` [stride]: > 0 SET, < 0 RESET.
  func pulse(row: Int, _ counts: UnsafePointer<Int32>) {
    let (first, count) = (row * blocksOfRow, blocksOfRow)
    var block = 0
    while block < count {
      var end = block
      while end < count, any(~ms_equal_zero_i(UnsafeRawPointer(counts + 16 * end).load(as: IntLanes.self))) { end += 1 }
      if end > block {
        let hit = first + block..<first + end
        if !drive(cells, counts - 16 * first, all: everyCell, hit) { failed.base[row] = 1 }
        show(hit, confined: isBounded)
      }
      block = end + 1
    }
  }

  /// Whether all reached the tolerance; `counts` are those of all cells.
  private func drive(_ cells: any Cells, _ counts: UnsafePointer<Int32>, all: Selection, _ blocks: Range<Int>) -> Bool {
    if let timed = cells as? any TimedCells {
      return timed.pulse(CountOperand(counts, count: planes.inputs * planes.stride), selection: all, blocks: blocks)
    }
    for block in blocks { apply(cells, block, UnsafeRawPointer(counts + 16 * block).loadUnaligned(as: IntLanes.self)) }
    return true
  }

  /// Pulses of a model without a time, one after the other.
  private func apply(_ cells: any Cells, _ block: Int, _ counts: IntLanes) {
    var volts = ms_select_f(ms_less_i(.zero, counts), FloatLanes(repeating: pulses.set), FloatLanes(repeating: pulses.reset))
    for n in 0..<ms_abs_i(counts).max() {
      withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 16) { mask in
        for lane in 0..<16 { mask[lane] = abs(counts[lane]) > n ? 1 : 0 }
        withUnsafeBytes(of: &volts) { volts in
          let shifted = volts.baseAddress! - 64 * block
          cells.apply(
            Operand(shifted, .float, count: 16 * (block + 1)),
            selection: Selection(UnsafePointer(mask.baseAddress!) - 16 * block, count: 16 * (block + 1)), blocks: block..<block + 1)
        }
      }
    }
  }

  private func weights(_ cells: any Cells, _ block: Int) -> FloatLanes {
    var w = FloatLanes.zero
    cells.weigh(block..<block + 1, scale, confined: false) { w = scale.weight($1) }
    return w
  }

  /// What products see; 0 beyond the outputs.
  private func show(_ blocks: Range<Int>, confined: Bool = false) {
    let (scale, planes, count) = (scale, planes, blocksOfRow)
    let last = FloatLanes((0..<16).map { (count - 1) * 16 + $0 < planes.outputs ? 1 : 0 })
    cells.weigh(blocks, scale, confined: confined) { block, current in
      let w = scale.weight(current)
      planes.store(block % count == count - 1 ? w * last : w, planes.weights, 16 * block)
    }
  }

  // -- Settings

  /// New cells of an input, at weight 0.
  func draw(row: Int) {
    let blocks = row * blocksOfRow..<(row + 1) * blocksOfRow
    cells.initialize(blocks: blocks)
    for block in blocks { settle(block, .zero, where: IntLanes(repeating: -1)) }
  }

  /// Sets the cells of an input to `weights` [stride], within w_min...w_max; those that weigh as much stay as they are.
  func settle(row: Int, _ weights: UnsafePointer<Float>) {
    for index in row * blocksOfRow..<(row + 1) * blocksOfRow {
      let wanted = UnsafeRawPointer(weights + 16 * (index - row * blocksOfRow)).loadUnaligned(as: FloatLanes.self)
      let other = ~ms_equal_zero_f(wanted - planes.load(planes.weights, 16 * index))
      if any(other) { settle(index, wanted, where: other) }
    }
  }

  /// Cells that vary weigh other than nominal ones in the same state: what is missing is asked for on top.
  private func settle(_ block: Int, _ wanted: FloatLanes, where mask: IntLanes) {
    let (least, most) = (FloatLanes(repeating: Float(scale.least)), FloatLanes(repeating: Float(scale.most)))
    let target = FloatLanes.clamp(wanted, least, most)
    var asked = target
    for _ in 0..<PhysicalCells.corrections {
      var states = WideLanes(repeating: 0)
      for lane in 0..<16 { states[lane] = scale.state(Double(asked[lane])) }
      cells.setState(0, block: block, to: states, where: mask)
      let missing = target - weights(cells, block)
      if all(ms_less_f(ms_abs_f(missing), FloatLanes(repeating: 1e-7 * Float(scale.most - scale.least)))) { break }
      asked = FloatLanes.clamp(asked + missing, least, most)
    }
    show(block..<block + 1)
  }

  /// Weight 0 in cells of an input, each with a probability.
  func reset(row: Int, probability: Float, event: UInt64) {
    let numbers = EventNormals(seed: key, purpose: PulsedPurpose.resets, event: event)
    for block in row * blocksOfRow..<(row + 1) * blocksOfRow {
      let hit = ms_less_f(numbers.sixteenUniforms(16 * block), FloatLanes(repeating: probability))
      if any(hit) { settle(block, .zero, where: hit) }
    }
  }

  // -- States

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

  /// Sets a state of the cells of an input from `line` [stride].
  func setState(_ index: Int, row: Int, _ line: UnsafePointer<Float>) {
    for block in 0..<blocksOfRow {
      let values = UnsafeRawPointer(line + 16 * block).load(as: FloatLanes.self)
      let outputs = IntLanes(truncatingIfNeeded: WordLanes.numbers) &+ Int32(16 * block)
      let mask = ms_less_i(outputs, IntLanes(repeating: Int32(planes.outputs)))
      cells.setState(index, block: row * blocksOfRow + block, to: WideLanes(values), where: mask)
    }
    show(row * blocksOfRow..<(row + 1) * blocksOfRow)
  }

  /// Cells for a saved state with so many planes, of a tile of this key: those that are there if they will do. Errors:
  /// memory, argument.
  func cells(planes count: Int, key: UInt64) throws(MemSimError) -> any Cells {
    if key == self.key, count == cells.planes.count { return cells }
    let cells = try model.makeCells(planes.inputs * planes.stride / 16, key, settings)
    try cells.expect(planes: count)
    try makeReady(cells)
    return cells
  }

  func replace(by cells: any Cells, key: UInt64) { (self.cells, self.key) = (cells, key) }
}
