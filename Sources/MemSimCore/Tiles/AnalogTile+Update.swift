import CMemSimSIMD

extension AnalogTile {
  /// Vectors whose trains are made at a time.
  private static var segment: Int { 64 }

  /// Changes W by -rate d x in the mean, a vector of the batch after the other: x [batch x inputs], d [batch x outputs].
  ///
  /// Errors: argument (not finite, trains too long), memory, busy; the weights are then unchanged.
  public func update(
    x: UnsafePointer<Float>, d: UnsafePointer<Float>, batch: Int, rate: Double
  ) throws(MemSimError) {
    try exclusively { () throws(MemSimError) in
      guard rate.isFinite else { throw .argument("learning_rate must be finite, got \(rate)") }
      try checkFinite(x, batch * inputs, "x")
      try checkFinite(d, batch * outputs, "d")
      if batch == 0 || rate == 0 { return }
      let trains = try (0..<batch).map { (v) throws(MemSimError) in try train(x + v * inputs, d + v * outputs, rate) }
      let longest = trains.reduce(0) { max($0, $1?.slots ?? 0) }
      let first = nextEvent(batch)
      if devices.isIdeal || update.pulses == .none { return try plainUpdate(x, d, batch, Float(rate), first) }
      if longest == 0 { return }
      let most = min(batch, max(1, AnalogTile.segment * 32 / max(longest, 32)))
      let words = (longest + 31) / 32
      let bytes = PulseTrains.bytes(vectors: most, inputs: inputs, stride: stride, words: words)
      try requireMemory(bytes)
      try devices.physical?.prepare()
      let before = try devices.physical?.mayFail == true ? snapshot() : []
      for start in Swift.stride(from: 0, to: batch, by: most) {
        let count = min(most, batch - start)
        try pulsedUpdate(
          x + start * inputs, d + start * outputs, trains[start..<start + count], down: rate > 0 ? -1 : 1,
          first &+ UInt64(start), words: words, bytes: bytes)
      }
      if !before.isEmpty, let physical = devices.physical, physical.hasFailed {
        for (plane, copy) in zip(stateOfCells, before) { plane.copyMemory(from: UnsafeRawBufferPointer(copy.bytes)) }
        throw physical.failure
      }
    }
  }

  private var stateOfCells: [UnsafeMutableRawBufferPointer] { cellPlanes + [planes.weights.bytes] }

  /// Errors: memory.
  private func snapshot() throws(MemSimError) -> [Storage<UInt8>] {
    try stateOfCells.mapped { (plane) throws(MemSimError) in
      let copy = try Storage<UInt8>(plane.count)
      copy.bytes.copyMemory(from: UnsafeRawBufferPointer(plane))
      return copy
    }
  }

  /// Errors: argument.
  private func train(
    _ x: UnsafePointer<Float>, _ d: UnsafePointer<Float>, _ rate: Double
  ) throws(MemSimError) -> UpdateSettings.Train? {
    try update.train(
      rate: abs(rate), granularity: devices.granularity, x: Double(AnalogTile.largest(x, inputs)),
      d: Double(AnalogTile.largest(d, outputs)))
  }

  /// max |x|.
  static func largest(_ x: UnsafePointer<Float>, _ count: Int) -> Float {
    var most = FloatLanes.zero
    let whole = count / 16 * 16
    for at in Swift.stride(from: 0, to: whole, by: 16) {
      most = ms_at_least_f(most, ms_abs_f(UnsafeRawPointer(x + at).loadUnaligned(as: FloatLanes.self)))
    }
    var largest = most.max()
    for at in whole..<count { largest = max(largest, abs(x[at])) }
    return largest
  }

  private func pulsedUpdate(
    _ x: UnsafePointer<Float>, _ d: UnsafePointer<Float>, _ given: ArraySlice<UpdateSettings.Train?>, down: Int32,
    _ first: UInt64, words: Int, bytes: Int
  ) throws(MemSimError) {
    let count = given.count
    try Scratch.with(bytes) { scratch in
      var scratch = scratch
      let trains = PulseTrains(&scratch, vectors: count, inputs: inputs, stride: stride, words: words)
      context.parallel(count) { v in
        make(trains, v, given[given.startIndex + v], x + v * inputs, d + v * outputs, down: down, first &+ UInt64(v))
      }
      apply(trains, count, first)
    }
  }

  /// The trains of one vector; what has the signs of x and d alike moves by `down`.
  private func make(
    _ trains: PulseTrains, _ v: Int, _ train: UpdateSettings.Train?, _ x: UnsafePointer<Float>, _ d: UnsafePointer<Float>,
    down: Int32, _ event: UInt64
  ) {
    guard let train else { return trains.vectors[v] = .init(slots: 0, scale: 0) }
    let scale: Float = switch update.pulses {
    case .implicit: Float(train.slots)
    case .mean: 1 / Float(train.slots)
    default: 0
    }
    trains.vectors[v] = .init(slots: train.slots, scale: scale)
    let words = trains.words
    let lines = PulseLines(settings: update, key: key, event: event, slots: train.slots, factor: Float(train.x), isInput: true)
    lines.make(
      x, inputs, trains.inputWords + v * trains.inputs * words, lineStride: words, wordStride: 1,
      trains.inputSigns + v * trains.inputs, negative: -1, positive: 1)
    let others = PulseLines(settings: update, key: key, event: event, slots: train.slots, factor: Float(train.d), isInput: false)
    others.make(
      d, outputs, trains.outputWords + v * stride * words, lineStride: 1, wordStride: stride,
      trains.outputSigns + v * stride, negative: -down, positive: down)
  }

  /// A thread takes some inputs through all vectors, one after the other.
  private func apply(_ trains: PulseTrains, _ count: Int, _ first: UInt64) {
    let pulse = devices.pulse
    let rows = max(1, min(16, 8192 / stride))
    context.parallel((inputs + rows - 1) / rows) { part in
      withUnsafeTemporaryAllocation(byteCount: stride * 4, alignment: 64) { raw in
        let counts = raw.baseAddress!.bindMemory(to: Int32.self, capacity: stride)
        for v in 0..<count {
          for row in part * rows..<min(inputs, (part + 1) * rows) where trains.count(v, row: row, into: counts) {
            pulse(row, counts, first &+ UInt64(v))
          }
        }
      }
    }
  }

  /// W - rate d x in floating point, then the bounds.
  private func plainUpdate(
    _ x: UnsafePointer<Float>, _ d: UnsafePointer<Float>, _ batch: Int, _ rate: Float, _ first: UInt64
  ) throws(MemSimError) {
    let settle = devices.settle, state = planes.state, last = first &+ UInt64(batch - 1)
    try byRows { row, line in
      // An ideal device has no bounds for the vectors of a batch to meet on their way.
      let bounded = !devices.isIdeal
      line.update(from: state.base + row * stride, count: stride)
      for v in 0..<batch where x[v * inputs + row] != 0 {
        let factor = -rate * x[v * inputs + row]
        for output in 0..<outputs { line[output] += d[v * outputs + output] * factor }
        if bounded {
          settle(row, line, last)
          line.update(from: state.base + row * stride, count: stride)
        }
      }
      settle(row, line, last)
    }
  }
}
