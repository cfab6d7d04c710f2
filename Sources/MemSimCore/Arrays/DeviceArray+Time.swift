import CMemSimSIMD

/// What arrays of cells with a time can do.
extension DeviceArray {
  /// s: beyond it only mistakes lie.
  public static let durationLimit = 1e12

  /// The cells of a timed model. Errors: argument.
  func timedCells() throws(MemSimError) -> any TimedCells {
    guard let timed = cells as? any TimedCells else {
      throw .argument("model \"\(model.card.name)\" has no time: it takes neither durations nor training pulses nor waveforms")
    }
    return timed
  }

  /// Holds every cell, or those where `mask` [rows x columns] is not 0, at `volts` [V] for `durations` [s].
  ///
  /// Errors: argument, shape, busy, convergence; the cells are then unchanged.
  public func apply(_ volts: Operand, durations: Operand, where mask: UnsafePointer<UInt8>? = nil) throws(MemSimError) {
    try exclusively { () throws(MemSimError) in
      let timed = try timedCells()
      try checkVolts(volts)
      try checkCount(durations, "durations")
      if let index = durations.firstOutside(0...DeviceArray.durationLimit) {
        throw .argument("durations must be 0...\(DeviceArray.durationLimit) s, got \(durations.wideValue(index)) at index \(index)")
      }
      try timed.prepare(volts, durations: durations)
      let selection = Selection(mask, count: count)
      try allOrNothing(timed) { timed.apply(volts, durations: durations, selection: selection, blocks: $0) }
    }
  }

  /// Training pulses: +n SET, -n RESET, 0 none, to every cell or to those where `mask` is not 0.
  ///
  /// Errors: argument, shape, busy, convergence; the cells are then unchanged.
  public func pulse(_ counts: CountOperand, where mask: UnsafePointer<UInt8>? = nil) throws(MemSimError) {
    try exclusively { () throws(MemSimError) in
      let timed = try timedCells()
      guard counts.count == 1 || counts.count == count else {
        throw .shape("counts must have 1 or rows * columns = \(count) values, got \(counts.count)")
      }
      try timed.preparePulses()
      let selection = Selection(mask, count: count)
      try allOrNothing(timed) { timed.pulse(counts, selection: selection, blocks: $0) }
    }
  }

  /// Drives every cell, or those where `mask` is not 0, with a voltage that is linear between points.
  ///
  /// - Parameter out: [points x selected cells] A, in row-major order of the cells: the currents at every point, the
  ///   first before any time has passed.
  ///
  /// Errors: argument, shape, busy, convergence; the cells are then unchanged, and what `out` holds is not to be used.
  public func sweep(
    _ waveform: Waveform, where mask: UnsafePointer<UInt8>? = nil, into out: UnsafeMutableRawPointer, _ precision: Precision
  ) throws(MemSimError) {
    try exclusively { () throws(MemSimError) in
      let timed = try timedCells()
      try check(waveform)
      let selection = Selection(mask, count: count)
      let starts = try firstColumns(selection)
      let width = selectedCount(mask)
      try allOrNothing(timed) { blocks in
        var reached = true
        for block in blocks {
          let lanes = selection.lanes(block: block)
          if !any(lanes) { continue }
          let trace = Trace(out, precision, width: width, first: starts.base[block], ms_bits(lanes))
          reached = timed.sweep(waveform, block: block, where: lanes, record: trace.store) && reached
        }
        return reached
      }
    }
  }

  private func check(_ waveform: Waveform) throws(MemSimError) {
    guard waveform.count >= 1 else { throw .shape("times must have at least one point") }
    try checkRange(Operand(waveform.volts, .double, count: waveform.count))
    let limit = DeviceArray.durationLimit
    var last = -Double.infinity
    for index in 0..<waveform.count {
      let time = waveform.times[index]
      guard abs(time) <= limit, time > last else {
        throw .argument("times must increase strictly within ±\(limit) s, got \(time) at index \(index), after \(last)")
      }
      last = time
    }
  }

  /// Cells a mask selects: the columns of a trace.
  public func selectedCount(_ mask: UnsafePointer<UInt8>?) -> Int {
    guard let mask else { return count }
    return (0..<count).count { mask[$0] != 0 }
  }

  /// For every block, the number of selected cells before it. Errors: memory.
  private func firstColumns(_ selection: Selection) throws(MemSimError) -> Storage<Int> {
    let starts = try Storage<Int>(blocks)
    var sum = 0
    for block in 0..<blocks {
      starts.base[block] = sum
      sum += ms_bits(selection.lanes(block: block)).nonzeroBitCount
    }
    return starts
  }

  /// Runs `body` on all blocks. Errors: memory, convergence; the cells are then as before.
  private func allOrNothing(_ timed: any TimedCells, _ body: (Range<Int>) -> Bool) throws(MemSimError) {
    mixtureIsSigned = nil
    let before = try timed.mayFail ? snapshot() : []
    if allSucceed(body) { return }
    restore(before)
    throw .convergence("the integrator of model \"\(model.card.name)\" did not reach its tolerance; the cells are as before")
  }

  private func allSucceed(_ body: (Range<Int>) -> Bool) -> Bool {
    withUnsafeTemporaryAllocation(of: Int32.self, capacity: 1) { failed in
      failed.initialize(repeating: 0)
      let flag = failed.baseAddress!
      forEachChunk { if !body($0) { ms_atomic_store(flag, 1) } }
      return ms_atomic_load(flag) == 0
    }
  }

  /// Holds all cells at `volts` [V], one for each, for a time [s], within a call that has the array. Errors: memory,
  /// convergence, with the cells then anywhere.
  func hold(_ timed: any TimedCells, _ volts: Operand, for duration: Double) throws(MemSimError) {
    mixtureIsSigned = nil
    try withUnsafePointer(to: duration) { (duration) throws(MemSimError) in
      let durations = Operand(duration, .double, count: 1)
      try timed.prepare(volts, durations: durations)
      let all = Selection(nil, count: count)
      if !allSucceed({ timed.apply(volts, durations: durations, selection: all, blocks: $0) }) {
        throw .convergence("the integrator of model \"\(model.card.name)\" did not reach its tolerance")
      }
    }
  }

  /// The planes of state, for `restore`. Errors: memory.
  func snapshot() throws(MemSimError) -> [Storage<UInt8>] {
    try cells.planes.mapped { (plane) throws(MemSimError) in try Storage(copyOf: plane) }
  }

  /// The cells as they were. Planes that have been added since stay.
  func restore(_ before: [Storage<UInt8>]) {
    for (plane, copy) in zip(cells.planes, before) { plane.copyMemory(from: UnsafeRawBufferPointer(copy.bytes)) }
  }
}

/// Where the currents of a block's selected cells go.
private struct Trace {
  private let out: UnsafeMutableRawPointer
  private let precision: Precision
  private let width: Int
  private let first: Int
  private let selected: UInt32

  init(_ out: UnsafeMutableRawPointer, _ precision: Precision, width: Int, first: Int, _ selected: UInt32) {
    (self.out, self.precision, self.width) = (out, precision, width)
    (self.first, self.selected) = (first, selected)
  }

  func store(_ point: Int, _ currents: WideLanes) {
    var column = point * width + first
    for lane in 0..<16 where selected & (1 << lane) != 0 {
      switch precision {
      case .float: out.storeBytes(of: Float(currents[lane]), toByteOffset: column * 4, as: Float.self)
      case .double: out.storeBytes(of: currents[lane], toByteOffset: column * 8, as: Double.self)
      }
      column += 1
    }
  }
}
