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
    for j in 0..<shape.columns { out[j] = wires.bits.isFloating[j] ? 0 : bottom[j] }
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
    for i in 0..<shape.rows {
      let at = i * shape.columns
      if needsCurrents { wordLine(i, fields.wordCurrent.map { $0 + at }, fields.wordVolts.map { $0 + at }) }
      for j in 0..<shape.columns { cut(i, j, fields) }
    }
  }

  /// Currents of a word line's segments, and potentials of its nodes.
  private func wordLine(_ i: Int, _ currents: UnsafeMutablePointer<Double>?, _ volts: UnsafeMutablePointer<Double>?) {
    let (lines, device) = (wires.words, work.current + i * width)
    var flow = wires.wordEntry(device, i)
    // From the far end no digits are lost where nothing comes from there.
    if let currents {
      var rest = lines.far[i] > 0 || lines.isFloating[i] ? nil : 0.0
      var passed = flow
      for j in 0..<shape.columns {
        currents[j] = passed
        passed -= device[j]
      }
      for j in (0..<shape.columns).reversed() where rest != nil {
        rest! += device[j]
        currents[j] = rest!
      }
    }
    guard let volts else { return }
    var drop = lines.isFloating[i] ? work.wordOffset[i] : lines.near[i] > 0 ? flow / lines.near[i] : 0
    for j in 0..<shape.columns {
      volts[j] = work.wordVolts[i] - drop
      flow -= device[j]
      drop += lines.inner[i] * flow
    }
  }

  private func bitPotentials(_ out: UnsafeMutablePointer<Double>) {
    let lines = wires.bits
    for j in 0..<shape.columns {
      let bottom = work.sums[(shape.rows - 1) * width + j]
      var rise = lines.last[j].0 * bottom
      if lines.isFloating[j] {
        rise = work.bitOffset[j]
        for i in 0..<shape.rows - 1 { rise -= lines.inner[j] * work.sums[i * width + j] }
      }
      for i in (0..<shape.rows).reversed() {
        if i < shape.rows - 1 { rise += lines.inner[j] * work.sums[i * width + j] }
        out[i * shape.columns + j] = work.bitVolts[j] + rise
      }
    }
  }

  private func cut(_ i: Int, _ j: Int, _ fields: WireFields) {
    guard wires.isCut(i, j) else { return }
    let at = i * shape.columns + j
    guard let word = fields.wordVolts, let bit = fields.bitVolts else { return }
    switch (wires.words.isCut[i], wires.bits.isCut[j]) {
    case (true, true): (word[at], bit[at]) = (.nan, .nan)
    case (true, false): word[at] = bit[at]
    default: bit[at] = word[at]
    }
  }
}
