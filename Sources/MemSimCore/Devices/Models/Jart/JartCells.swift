import CMemSimSIMD

/// Many JART VCM v1b cells. 12 bytes a cell; 32 more once cells differ, 16 more with cycle-to-cycle variability, 24 with
/// read variability.
package final class JartCells: TimedCells {
  private let blocks: Int
  private let settings: ModelSettings
  private let limiter: Double
  private let spread: JartSpread
  private let drawsDevices: Bool
  private let logarithm: Storage<Double>
  private let voltage: Storage<Float>
  private let walkStorage: JartWalkStorage?
  private let hopsStorage: JartHopsStorage?
  /// r, l, ln N_min, ln N_max: only once cells differ.
  nonisolated(unsafe) private var spreadStorages: [Storage<Double>] = []
  nonisolated(unsafe) private(set) var kernel: JartKernel
  package let defaultDuration: Double
  private let training: JartPulse
  private let usesReference: Bool
  nonisolated(unsafe) private(set) var trainingTable: JartTraining?
  nonisolated(unsafe) private(set) var readTable: JartReads?
  /// What `readTable` is for.
  nonisolated(unsafe) private var readScale: WeightScale?
  /// Whether radius and length of every cell are known to be within the table's ranges.
  nonisolated(unsafe) private var shapesFit = false
  nonisolated(unsafe) private var flowTable: JartFlowTable?
  /// Whether the call at hand holds all cells at the flow table's voltage.
  nonisolated(unsafe) private var isTabulated = false

  /// Errors: argument (parameters that define no model), memory.
  init(blocks: Int, seed: UInt64, settings: ModelSettings) throws(MemSimError) {
    let physics = try JartPhysics(settings)
    let key = SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
    let variability = settings.choice("variability")
    (self.blocks, self.settings) = (blocks, settings)
    limiter = settings.value("limiter")
    guard limiter == 0 || limiter >= 1 else { throw .argument("parameter \"limiter\" must be 0 or 1...100, got \(limiter)") }
    spread = try JartSpread(settings, key: key)
    drawsDevices = variability.hasPrefix("d2d")
    (logarithm, voltage) = (try Storage(blocks * 16), try Storage(blocks * 16))
    walkStorage = variability.hasSuffix("c2c") ? try JartWalkStorage(blocks) : nil
    hopsStorage = settings.choice("read_variability") == "rtn" ? try JartHopsStorage(blocks) : nil
    defaultDuration = settings.value("pulse_length")
    training = JartPulse(
      set: settings.value("pulse_voltage_SET"), reset: settings.value("pulse_voltage_RESET"),
      length: settings.value("pulse_length"), varies: variability != "off")
    usesReference = settings.choice("method") == "reference"
    kernel = JartKernel(
      solver: JartSolver(physics: physics, start: JartStart(physics)), flow: JartFlow(limiter: limiter),
      logarithm: Plane(logarithm), voltage: Plane(voltage), draws: spread, spread: nil,
      walk: walkStorage?.walk, hops: hopsStorage?.hops(key), nominal: JartNominal(physics, settings))
    try checkBounds()
    if let unsolved = kernel.solver.unsolved(kernel.nominal) { throw unsolved.error(settings) }
    if variability != "off" { try vary() }
  }

  private func checkBounds() throws(MemSimError) {
    let (least, most) = (settings.value("Ndiscmin"), settings.value("Ndiscmax"))
    guard least < most else { throw .argument("parameter \"Ndiscmin\" must be below \"Ndiscmax\" = \(most), got \(least)") }
    guard spread.l.range.upperBound < settings.value("lcell") || settings.choice("variability") == "off" else {
      throw .argument("parameter \"ldet_dtod\" must end below \"lcell\" = \(settings.value("lcell")) m, got \(spread.l.range.upperBound) m")
    }
  }

  /// Gives every cell a geometry and bounds of its own, at first the nominal ones.
  private func vary() throws(MemSimError) {
    guard spreadStorages.isEmpty else { return }
    var storages: [Storage<Double>] = []
    for _ in 0..<4 { storages.append(try Storage(blocks * 16)) }
    let planes = JartSpreadPlanes(storages)
    for block in 0..<blocks { planes.fill(block, kernel.nominal.block) }
    (spreadStorages, kernel.spread) = (storages, planes)
  }

  package var planes: [UnsafeMutableRawBufferPointer] {
    [logarithm.bytes, voltage.bytes] + (walkStorage?.bytes ?? []) + (hopsStorage?.bytes ?? []) + spreadStorages.map(\.bytes)
  }

  package var tableBytes: Int { (trainingTable?.bytes ?? 0) + (readTable?.bytes ?? 0) + (flowTable?.bytes ?? 0) }

  package func expect(planes count: Int) throws(MemSimError) {
    if count == planes.count + 4 { try vary() }
  }

  package func initialize(blocks: Range<Int>) {
    let kernel = kernel
    for index in blocks {
      kernel.logarithm[index] = kernel.nominal.block.logarithm
      kernel.hops?.initialize(index)
      guard drawsDevices, let planes = kernel.spread else { continue }
      var block = kernel.nominal.block
      spread.draw(index, into: &block)
      planes.fill(index, block)
      kernel.logarithm[index] = WideLanes.clamp(block.logarithm, block.least, block.most)
    }
  }

  // Time

  package var mayFail: Bool { usesReference }

  /// One voltage for nominal cells is solved once.
  package func prepare(_ volts: Operand, durations: Operand) throws(MemSimError) {
    isTabulated = volts.count == 1 && volts.wideValue(0) != 0 && kernel.spread == nil && kernel.hops == nil && !usesReference
    guard isTabulated, flowTable?.volts != volts.wideValue(0) else { return }
    flowTable = try JartFlowTable(kernel.solver, kernel.flow, kernel.nominal, volts: volts.wideValue(0))
  }

  package func apply(_ volts: Operand, selection: Selection, blocks: Range<Int>) {
    withUnsafePointer(to: defaultDuration) {
      _ = apply(volts, durations: Operand($0, .double, count: 1), selection: selection, blocks: blocks)
    }
  }

  package func apply(_ volts: Operand, durations: Operand, selection: Selection, blocks: Range<Int>) -> Bool {
    let kernel = kernel
    let table = isTabulated ? flowTable?.view : nil
    var reached = true
    for index in blocks {
      let (v, t, mask) = (volts.doubles(index &* 16), durations.doubles(index &* 16), selection.lanes(block: index))
      if usesReference {
        reached = kernel.drive(index, from: v, to: v, time: t, where: mask) && reached
      } else {
        kernel.hold(index, v, t, where: mask, table: table)
      }
    }
    return reached
  }

  package func preparePulses() throws(MemSimError) {
    if usesReference { return }
    if trainingTable == nil {
      trainingTable = try JartTraining.shared.object(settings.key()) { () throws(MemSimError) in
        try JartTraining(kernel.nominal, kernel.solver, kernel.flow, spread, pulse: training)
      }
    }
    guard !shapesFit, let trainingTable else { return }
    let table = reading(trainingTable)
    shapesFit = (0..<blocks).allSatisfy { !any(~kernel.fits($0, table)) }
  }

  private func reading(_ table: JartTraining) -> JartTrainingKernel {
    JartTrainingKernel(table, limiter: limiter, shapesFit: shapesFit)
  }

  package func pulse(_ counts: CountOperand, selection: Selection, blocks: Range<Int>) -> Bool {
    let kernel = kernel
    guard let trainingTable else { return pulseByReference(counts, selection, blocks) }
    let table = reading(trainingTable)
    for index in blocks {
      kernel.train(index, counts.ints(index &* 16), table, training, where: selection.lanes(block: index))
    }
    return true
  }

  private func pulseByReference(_ counts: CountOperand, _ selection: Selection, _ blocks: Range<Int>) -> Bool {
    var reached = true
    for index in blocks {
      let count = counts.ints(index &* 16)
      let sets = ms_less_i(.zero, count).wide
      let volts = WideLanes.select(sets, WideLanes(repeating: training.set), WideLanes(repeating: training.reset))
      let time = WideLanes(ms_int_to_f(ms_abs_i(count))) * training.length
      reached = kernel.drive(index, from: volts, to: volts, time: time, where: selection.lanes(block: index)) && reached
    }
    return reached
  }

  package func sweep(
    _ waveform: Waveform, block: Int, where mask: IntLanes, record: (Int, WideLanes) -> Void
  ) -> Bool {
    if usesReference { return kernel.driveSweep(waveform, block, where: mask, record: record) }
    kernel.sweep(waveform, block, where: mask, record: record)
    return true
  }

  // Weights

  package func prepareWeights(_ scale: WeightScale) throws(MemSimError) {
    if readScale == scale || trainingTable == nil || scale.volts == 0 { return }
    readTable = try JartReads.shared.object(settings.key(scale.volts, scale.states)) { () throws(MemSimError) in
      try JartReads(kernel, spread, scale, varies: training.varies)
    }
    readScale = scale
  }

  package func weigh(_ blocks: Range<Int>, _ scale: WeightScale, confined: Bool, _ body: (Int, FloatLanes) -> Void) {
    let kernel = kernel, volts = FloatLanes(repeating: Float(scale.volts))
    let readTable = readScale == scale ? readTable : nil
    let ends = readTable?.logarithms ?? JartVaried.logarithms(scale.states)
    if confined { for block in blocks { kernel.confine(block, to: ends) } }
    guard let readTable, let trainingTable else {
      for block in blocks { body(block, kernel.current(block, volts)) }
      return
    }
    let table = reading(trainingTable)
    for block in blocks { body(block, kernel.current(block, volts, readTable.view, table)) }
  }

  // Currents and quantities

  package var quantityCount: Int { 4 }

  package func currents(block: Int, volts: FloatLanes) -> FloatLanes {
    kernel.current(block, volts)
  }

  package func currents(block: Int, volts: WideLanes) -> WideLanes { kernel.solve(block, volts).current }

  package func quantities(block: Int, volts: WideLanes, into out: UnsafeMutablePointer<WideLanes>) {
    let solved = kernel.solve(block, volts)
    out[0] = solved.current
    out[1] = solved.rate(kernel.solver.physics, limiter: limiter)
    out[2] = solved.temperature
    out[3] = solved.interfaceVolts
  }

  package func quantities(block: Int, volts: FloatLanes, into out: UnsafeMutablePointer<FloatLanes>) {
    kernel.quantities(block, volts, into: out)
  }

  // States

  package func state(_ index: Int, block: Int) -> WideLanes { kernel.state(JartState(rawValue: index)!, block) }

  package func range(_ index: Int) -> ClosedRange<Double> {
    JartState(rawValue: index)!.range(cellLength: kernel.solver.physics.cellLength)
  }

  package func willSet(_ index: Int) throws(MemSimError) {
    if JartState(rawValue: index) == .n { return }
    try vary()
    shapesFit = false
  }

  package func setState(_ index: Int, block: Int, to values: WideLanes, where mask: IntLanes) {
    kernel.setState(JartState(rawValue: index)!, block, values, mask)
  }
}
