/// What happens inside a crossbar: where the fields of one vector go, [rows x columns] each, or nil.
public struct WireFields: @unchecked Sendable {
  /// V across the devices, and A through them.
  public var deviceVolts, deviceCurrent: UnsafeMutablePointer<Double>?
  /// A in the segment that enters a word line's node, and in the one that leaves a bit line's.
  public var wordCurrent, bitCurrent: UnsafeMutablePointer<Double>?
  /// V of the nodes.
  public var wordVolts, bitVolts: UnsafeMutablePointer<Double>?

  public init() {}

  /// Those of vector `index` of a batch.
  func vector(_ index: Int, _ size: Int) -> WireFields {
    var moved = WireFields()
    (moved.deviceVolts, moved.deviceCurrent) = (deviceVolts.map { $0 + index * size }, deviceCurrent.map { $0 + index * size })
    (moved.wordCurrent, moved.bitCurrent) = (wordCurrent.map { $0 + index * size }, bitCurrent.map { $0 + index * size })
    (moved.wordVolts, moved.bitVolts) = (wordVolts.map { $0 + index * size }, bitVolts.map { $0 + index * size })
    return moved
  }
}

/// Currents and potentials along the lines, from the devices' currents by Kirchhoff's current law.
struct WireReadout {
  let wires: Wires
  let work: WireWork

  private var shape: WireShape { wires.shape }
  private var width: Int { shape.paddedColumns }

  /// Currents [columns] A into the bit lines' terminals. Needs the prefix sums that the check leaves in `work.sums`.
  func output(_ out: UnsafeMutablePointer<Double>) {
    let bottom = work.sums + (shape.rows - 1) * width
    shape.eachPlace { j, place in out[j] = wires.bits.isFloating[place] ? 0 : bottom[place] }
  }

  func fill(_ fields: WireFields) {
    guard wires.hasCuts, (fields.wordVolts == nil) != (fields.bitVolts == nil) else { return fillAll(fields) }
    // A node of a cut line has the potential of the other line's.
    withUnsafeTemporaryAllocation(of: Double.self, capacity: shape.rows * shape.columns) { other in
      var both = fields
      both.wordVolts = fields.wordVolts ?? other.baseAddress!
      both.bitVolts = fields.bitVolts ?? other.baseAddress!
      fillAll(both)
    }
  }

  private func fillAll(_ fields: WireFields) {
    let needsCurrents = fields.deviceCurrent != nil || fields.wordCurrent != nil || fields.wordVolts != nil
    if needsCurrents, wires.devices == nil { work.fillCurrents(wires.g, shape) }
    if let out = fields.deviceVolts { shape.gather(work.volts, out) }
    if let out = fields.deviceCurrent { shape.gather(work.current, out) }
    if let out = fields.bitCurrent { shape.gather(work.sums, out) }
    if let out = fields.bitVolts { bitPotentials(out) }
    for i in 0..<shape.rows where needsCurrents {
      let at = i * shape.columns
      wordLine(i, fields.wordCurrent.map { $0 + at }, fields.wordVolts.map { $0 + at })
    }
    if wires.hasCuts { cuts(fields) }
  }

  /// Currents of a word line's segments, and potentials of its nodes.
  private func wordLine(_ i: Int, _ currents: UnsafeMutablePointer<Double>?, _ volts: UnsafeMutablePointer<Double>?) {
    let (lines, places, device) = (wires.words, wires.places, work.current + i * width)
    var flow = wires.wordEntry(work.current, i)
    // From the far end no digits are lost where nothing comes from there.
    if let currents {
      var rest = lines.far[i] > 0 || lines.isFloating[i] ? nil : 0.0
      var passed = flow
      for (j, place) in places.enumerated() {
        currents[j] = passed
        passed -= device[place]
      }
      for j in (0..<shape.columns).reversed() where rest != nil {
        rest! += device[places[j]]
        currents[j] = rest!
      }
    }
    guard let volts else { return }
    var drop = lines.isFloating[i] ? work.wordOffset[i] : lines.near[i] > 0 ? flow / lines.near[i] : 0
    for (j, place) in places.enumerated() {
      volts[j] = work.sources.word[i] - drop
      flow -= device[place]
      drop += lines.inner[i] * flow
    }
  }

  private func bitPotentials(_ out: UnsafeMutablePointer<Double>) {
    let lines = wires.bits
    for (j, place) in wires.places.enumerated() {
      let bottom = work.sums[(shape.rows - 1) * width + place]
      var rise = lines.last[place].0 * bottom
      if lines.isFloating[place] {
        rise = work.bitOffset[place]
        for i in 0..<shape.rows - 1 { rise -= lines.inner[place] * work.sums[i * width + place] }
      }
      for i in (0..<shape.rows).reversed() {
        if i < shape.rows - 1 { rise += lines.inner[place] * work.sums[i * width + place] }
        out[i * shape.columns + j] = work.sources.bit[place] + rise
      }
    }
  }

  private func cuts(_ fields: WireFields) {
    guard let word = fields.wordVolts, let bit = fields.bitVolts else { return }
    for i in 0..<shape.rows {
      for (j, place) in wires.places.enumerated() {
        let at = i * shape.columns + j
        switch (wires.words.isCut[i], wires.bits.isCut[place]) {
        case (true, true): (word[at], bit[at]) = (.nan, .nan)
        case (true, false): word[at] = bit[at]
        case (false, true): bit[at] = word[at]
        default: break
        }
      }
    }
  }
}
