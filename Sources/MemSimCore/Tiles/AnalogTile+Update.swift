import CMemSimSIMD

extension AnalogTile {
  /// Vectors whose trains are made at a time.
  private static var segment: Int { 64 }

  public func update(
    x: UnsafePointer<Float>, d: UnsafePointer<Float>, batch: Int, rate: Double
  ) throws(MemSimError) {
    try exclusively { () throws(MemSimError) in
      try TileChecks.rate(rate)
      try requireFinite(x, batch * inputs, "x")
      try requireFinite(d, batch * outputs, "d")
      if batch == 0 || rate == 0 { return }
      try pulse(PulseRun(x: x, d: d, count: batch) { _ in rate }, ownPlan(update))
    }
  }

  /// As the tile's own updates are made.
  func ownPlan(_ settings: UpdateSettings, granularity: Double? = nil) -> PulsePlan {
    PulsePlan(settings: settings, granularity: granularity ?? devices.granularity, key: key, first: events)
  }

  /// Pulses devices with the vectors of a run, one after the other. Errors: argument (trains too long), memory.
  func pulse(_ run: PulseRun, _ plan: PulsePlan) throws(MemSimError) {
    let (x, d, batch) = (run.x, run.d, run.count)
    let trains = try (0..<batch).map { (v) throws(MemSimError) in
      try plan.train(x + v * inputs, inputs, d + v * outputs, outputs, run.rate(v))
    }
    let longest = trains.reduce(0) { max($0, $1?.slots ?? 0) }
    try event(batch) { (first) throws(MemSimError) in
      if devices.isIdeal || plan.settings.pulses == .none { return try plainUpdate(run, first) }
      if longest > 0 { try pulse(run, plan, trains, longest, first) }
    }
  }

  /// All that may fail comes first, so that devices are pulsed with all vectors or none.
  private func pulse(
    _ run: PulseRun, _ plan: PulsePlan, _ trains: [UpdateSettings.Train?], _ longest: Int, _ first: UInt64
  ) throws(MemSimError) {
    let most = min(run.count, max(1, AnalogTile.segment * 32 / max(longest, 32))), words = (longest + 31) / 32
    let bytes = PulseTrains.bytes(vectors: most, inputs: inputs, stride: stride, words: words)
    try devices.physical?.prepare()
    let before = try mutable.mapped { (plane) throws(MemSimError) in try Storage<UInt8>(copyOf: plane) }
    try Scratch.with(bytes + context.scratchBytes(inputs, each: lineBytes)) { scratch in
      for start in Swift.stride(from: 0, to: run.count, by: most) {
        let count = min(most, run.count - start)
        var scratch = scratch
        let made = PulseTrains(&scratch, vectors: count, inputs: inputs, stride: stride, words: words)
        context.parallel(count) { k in make(made, k, trains[start + k], run, start, plan) }
        apply(made, count, first &+ UInt64(start), plan.part, scratch)
      }
    }
    guard let physical = devices.physical, physical.hasFailed else { return }
    for (plane, copy) in zip(mutable, before) { plane.copyMemory(from: UnsafeRawBufferPointer(copy.bytes)) }
    throw physical.failure
  }

  /// Scratch of a thread that pulses the devices of an input.
  private var lineBytes: Int { Scratch.bytes(UInt8.self, max(stride * 4, PulsedHits.bytes)) }

  /// The trains of one vector; what has the signs of x and d alike moves down, up if the rate is negative.
  private func make(
    _ trains: PulseTrains, _ k: Int, _ train: UpdateSettings.Train?, _ run: PulseRun, _ start: Int, _ plan: PulsePlan
  ) {
    trains.vectors[k] = .init(slots: 0)
    guard let train else { return }
    let v = start + k, event = plan.first &+ UInt64(v), isDown = run.rate(v) > 0
    func lines(_ factor: Double, isInput: Bool) -> PulseLines {
      PulseLines(
        settings: plan.settings, key: plan.key, event: event, slots: train.slots, factor: PulsePlan.factor(factor),
        isInput: isInput)
    }
    let sides = (x: run.x + v * inputs, d: run.d + v * outputs)
    let both = (lines(train.x, isInput: true), lines(train.d, isInput: false))
    if plan.settings.pulses.areDrawn, train.slots <= ListedLines.slots {
      makeList(trains, k, sides, both, isDown, plan.part)
    } else {
      makeAll(trains, k, sides, both, isDown)
    }
  }

  private typealias Sides = (x: UnsafePointer<Float>, d: UnsafePointer<Float>)

  /// Trains in one word: their lines stay a list if at most half of all devices can be hit, and devices can be pulsed so.
  private func makeList(
    _ trains: PulseTrains, _ k: Int, _ sides: Sides, _ lines: (PulseLines, PulseLines), _ isDown: Bool, _ part: PulsePlan.Part
  ) {
    let to = trains.listed(k)
    let rows = lines.0.list(sides.x, inputs, turned: 0, to.inputs)
    let columns = lines.1.list(sides.d, outputs, turned: isDown ? -1 : 0, to.outputs)
    if rows == 0 || columns == 0 { return }
    trains.vectors[k].slots = lines.0.slots
    if part == .all, devices.pulseHits != nil, 2 &* rows &* columns <= trains.inputs &* stride {
      (trains.vectors[k].inputs, trains.vectors[k].outputs) = (rows, columns)
    } else {
      trains.spread(k, inputs: rows, outputs: columns)
    }
  }

  /// Trains of several words, or numbers instead.
  private func makeAll(_ trains: PulseTrains, _ k: Int, _ sides: Sides, _ lines: (PulseLines, PulseLines), _ isDown: Bool) {
    let slots = lines.0.slots, words = trains.words, sign: Int32 = isDown ? -1 : 1
    let scale: Float = switch lines.0.settings.pulses {
    case .implicit: Float(slots)
    case .mean: 1 / Float(slots)
    default: 0
    }
    trains.vectors[k] = .init(slots: slots, scale: scale)
    lines.0.make(
      sides.x, inputs, trains.inputWords + k * trains.inputs * words, lineStride: words, wordStride: 1,
      trains.inputSigns + k * trains.inputs, negative: -1, positive: 1)
    lines.1.make(
      sides.d, outputs, trains.outputWords + k * stride * words, lineStride: 1, wordStride: stride,
      trains.outputSigns + k * stride, negative: -sign, positive: sign)
  }

  /// A thread takes some inputs through all vectors, one after the other.
  private func apply(_ trains: PulseTrains, _ count: Int, _ first: UInt64, _ which: PulsePlan.Part, _ scratch: Scratch) {
    let gather = which == .all ? devices.pulseHits : nil
    let some = gather != nil && (0..<count).contains { trains.vectors[$0].outputs > 0 }
    // Few hits come from many rows: the more of them, the fuller the groups.
    let size = some ? max(256, (inputs + 7) / 8) : max(1, min(16, 8192 / stride))
    if some { planes.makeRecords() }
    context.parallel((inputs + size - 1) / size, in: scratch, each: lineBytes) { part, scratch in
      let rows = part * size..<min(inputs, (part + 1) * size)
      for v in 0..<count {
        let event = first &+ UInt64(v)
        if let gather, trains.vectors[v].outputs > 0 {
          SparsePulses(trains, v, planes, scratch.at, gather).run(rows, event)
        } else {
          pulse(trains, v, rows, scratch.at.bindMemory(to: Int32.self, capacity: stride), which, event)
        }
      }
    }
  }

  private func pulse(
    _ trains: PulseTrains, _ v: Int, _ rows: Range<Int>, _ counts: UnsafeMutablePointer<Int32>, _ which: PulsePlan.Part,
    _ event: UInt64
  ) {
    let pulse = devices.pulse
    for row in rows where trains.count(v, row: row, into: counts) {
      if which != .all { which.keep(counts, stride) }
      pulse(row, counts, event)
    }
  }

  /// W - rate d x in floating point, then the bounds. An ideal device has none for the vectors of a batch to meet.
  private func plainUpdate(_ run: PulseRun, _ first: UInt64) throws(MemSimError) {
    let settle = devices.settle, state = planes.state, isIdeal = devices.isIdeal
    let hit = (0..<run.count).map { v in (0..<outputs).contains { run.d[v * outputs + $0] != 0 } }
    let products = OuterProducts(
      x: run.x, inputs: inputs, d: run.d, outputs: outputs, rates: (0..<run.count).map { -run.rate($0) })
    try byRows { row, line in
      line.update(from: state.base + row * stride, count: stride)
      for v in 0..<run.count where hit[v] && run.x[v * inputs + row] != 0 {
        products.add(v, row: row, to: line)
        if isIdeal { continue }
        settle(row, line, first &+ UInt64(v))
        line.update(from: state.base + row * stride, count: stride)
      }
      if isIdeal { settle(row, line, first) }
    }
  }
}
