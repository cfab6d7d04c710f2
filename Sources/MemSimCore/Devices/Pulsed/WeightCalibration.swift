import CMemSimSIMD

/// What cells weigh and how far a pulse moves them, found on nominal cells: the same for all tiles of the same settings.
final class WeightCalibration: Sendable {
  let scale: WeightScale
  /// Whether pulses may lead beyond the states that stand for weights.
  let isBounded: Bool
  /// The weight change that the length of pulse trains is reckoned with.
  let granularity: Double

  private static let shared = SharedObjects<SettingsKey, WeightCalibration>()

  /// The calibration of these settings, and, unless another tile has it already, the nominal cells that it was found on.
  ///
  /// Errors: argument, memory.
  static func of(
    _ model: DeviceModel, _ settings: ModelSettings
  ) throws(MemSimError) -> (WeightCalibration, nominal: (any Cells)?) {
    var nominal: (any Cells)?
    let calibration = try shared.object(settings.key()) { () throws(MemSimError) in
      let cells = try nominalCells(model, settings)
      nominal = cells
      return try WeightCalibration(model, settings, cells)
    }
    return (calibration, nominal)
  }

  var bytes: Int { scale.bytes }

  private init(_ model: DeviceModel, _ settings: ModelSettings, _ cells: any Cells) throws(MemSimError) {
    let own = cells.range(0), states = try WeightCalibration.states(model, settings, own)
    scale = try WeightScale(settings, cells, states: states)
    isBounded = cells is any TimedCells && states != own
    let given = settings.value("dw_min")
    granularity = try given > 0 ? given : WeightCalibration.step(cells, scale, PhysicalPulses(settings))
  }

  /// One block of cells that do not vary.
  private static func nominalCells(_ model: DeviceModel, _ settings: ModelSettings) throws(MemSimError) -> any Cells {
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

  /// That of a nominal cell at weight 0, the mean of SET and RESET. Errors: argument, memory.
  private static func step(_ cells: any Cells, _ scale: WeightScale, _ pulses: PhysicalPulses) throws(MemSimError) -> Double {
    cells.initialize(blocks: 0..<1)
    cells.setState(0, block: 0, to: WideLanes(repeating: scale.state(0)), where: IntLanes(repeating: -1))
    try scale.makeReady(cells)
    let before = scale.weights(cells, 0)
    var counts = [Int32](repeating: 0, count: 16)
    (counts[0], counts[1]) = (1, -1)
    _ = pulses.drive(cells, counts, count: 16, 0..<1)
    let after = scale.weights(cells, 0)
    let step = Double(abs(after[0] - before[0]) + abs(after[1] - before[1])) / 2
    guard step >= 1e-9 else {
      throw .argument("pulse voltages and length must move a cell at weight 0, or dw_min be given, got a step of \(step)")
    }
    return step
  }
}
