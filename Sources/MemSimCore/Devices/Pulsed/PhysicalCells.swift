import CMemSimSIMD

/// The cells of a device model behind the weights of a tile: block b of a row's blocks holds outputs 16b ..< 16b + 16.
package final class PhysicalCells: @unchecked Sendable {
  let model: DeviceModel
  let planes: PulsedPlanes
  private let settings: ModelSettings
  private let calibration: WeightCalibration
  private let pulses: PhysicalPulses
  /// Standard deviation of what is seen of a weight about what it is.
  let writeNoise: Float
  /// Inputs with a cell whose integrator did not reach its tolerance.
  private let failed: Storage<UInt8>
  private var key: UInt64
  package private(set) var cells: any Cells

  /// What a saved state must agree in. Of what weights do besides only where they do it: states that were saved before
  /// they could are as good.
  let told: [Double]

  var scale: WeightScale { calibration.scale }
  var granularity: Double { calibration.granularity }
  var blocksOfRow: Int { planes.stride / 16 }
  /// Of tables that tiles of the same settings share.
  package var tableBytes: Int { calibration.bytes + cells.tableBytes }

  /// Errors: argument, memory.
  init(_ model: DeviceModel, _ settings: ModelSettings, _ planes: PulsedPlanes) throws(MemSimError) {
    (self.model, self.planes, key) = (model, planes, planes.key)
    (self.settings, told) = (ModelSettings(model.card, of: settings), PhysicalCells.told(settings))
    let (calibration, nominal) = try WeightCalibration.of(model, settings)
    (self.calibration, pulses) = (calibration, PhysicalPulses(settings))
    writeNoise = Float(settings.value("write_noise_std") * calibration.granularity)
    failed = try Storage(planes.inputs)
    cells = try model.makeCells(planes.inputs * planes.stride / 16, key, self.settings)
    try cells.willSet(0)
    try scale.makeReady(cells)
    // Until now: cells like the nominal ones take over their tables.
    withExtendedLifetime(nominal) {}
  }

  private static func told(_ settings: ModelSettings) -> [Double] {
    let ageing = Set(ModelCard.weightAgeing.map(\.name))
    let values = zip(settings.card.parameters, settings.parameters)
    let plain = values.filter { !ageing.contains($0.0.name) }, aged = values.filter { ageing.contains($0.0.name) }
    let told = plain.flatMap { $0.1 } + settings.options.map(Double.init)
    return told + (aged.contains { $0.0.values != $0.1 } ? aged.flatMap { $0.1 } : [])
  }

  /// Called before updates. Errors: memory.
  func prepare() throws(MemSimError) {
    try scale.makeReady(cells)
    if mayFail { failed.base.update(repeating: 0, count: failed.count) }
  }

  var mayFail: Bool { (cells as? any TimedCells)?.mayFail ?? false }
  var hasFailed: Bool { UnsafeBufferPointer(start: failed.base, count: failed.count).contains { $0 != 0 } }
  var failure: MemSimError {
    .convergence("the integrator of model \"\(model.card.name)\" did not reach its tolerance; the weights are as before")
  }

  /// n pulses to the cells of an input, n from `counts` [stride]: > 0 SET, < 0 RESET. `event` numbers the update.
  func pulse(row: Int, _ counts: UnsafePointer<Int32>, event: UInt64) {
    let (first, count) = (row * blocksOfRow, blocksOfRow), all = counts - 16 * first
    var block = 0
    while block < count {
      var end = block
      while end < count, any(~ms_equal_zero_i(UnsafeRawPointer(counts + 16 * end).load(as: IntLanes.self))) { end += 1 }
      if end > block {
        let hit = first + block..<first + end
        if !pulses.drive(cells, all, count: planes.inputs * planes.stride, hit) { failed.base[row] = 1 }
        show(hit, event, confined: calibration.isBounded, pulsed: all)
      }
      block = end + 1
    }
  }

  /// Cells for a saved state with so many planes, of a tile of this key: those that are there if they will do. Errors:
  /// memory, argument.
  func cells(planes count: Int, key: UInt64) throws(MemSimError) -> any Cells {
    if key == self.key, count == cells.planes.count { return cells }
    let cells = try model.makeCells(planes.inputs * planes.stride / 16, key, settings)
    try cells.expect(planes: count)
    try scale.makeReady(cells)
    return cells
  }

  func replace(by cells: any Cells, key: UInt64) { (self.cells, self.key) = (cells, key) }
}
