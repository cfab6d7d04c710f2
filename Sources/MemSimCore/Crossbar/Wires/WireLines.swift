/// Resistances of a crossbar's wires, as the user gives them: one value for all lines, or one a line.
///
/// Word line i: source V_i, r_source, segment r_word, device 0, segment r_word, device 1 ... and, if double-sided, from the
/// last device r_word and r_source to the same source. Bit line j: device 0, segment r_bit, device 1 ... the last device,
/// segment r_bit, r_sense, terminal E_j. An infinite r_source or r_sense leaves the line floating, an infinite r_word or
/// r_bit cuts it at every device. Ohm.
public struct WireResistances: Sendable {
  public var word: [Double]
  public var bit: [Double]
  public var source: [Double]
  public var sense: [Double]
  public var isDoubleSided: Bool

  public init(
    word: [Double] = [1], bit: [Double] = [1], source: [Double] = [0], sense: [Double] = [0], isDoubleSided: Bool = false
  ) {
    (self.word, self.bit, self.source, self.sense) = (word, bit, source, sense)
    self.isDoubleSided = isDoubleSided
  }

  /// Errors: shape (neither 1 nor one a line), argument (negative, not a number, or finite and beyond 1e15).
  func check(rows: Int, columns: Int) throws(MemSimError) {
    for (name, values, lines) in [
      ("r_word", word, rows), ("r_source", source, rows), ("r_bit", bit, columns), ("r_sense", sense, columns),
    ] {
      guard values.count == 1 || values.count == lines else {
        throw .shape("\(name) must have 1 or \(lines) values, got \(values.count)")
      }
      for (index, value) in values.enumerated() {
        guard value >= 0, value <= 1e15 || value == .infinity else {
          throw .argument("\(name) must be 0...1e15 Ohm or infinite, got \(value) at \(index)")
        }
      }
    }
  }
}

/// The word or the bit lines of a crossbar as ladders: how each begins, goes on and ends.
///
/// Potentials are drops from the terminal of word lines, and rises from that of bit lines.
struct WireLines {
  /// Ohm of a segment; 0 for cut lines, whose devices count as open.
  private(set) var inner: [Double]
  /// Siemens from the first node to its terminal; infinite for a line without any resistance, 0 where there is none.
  private(set) var near: [Double]
  /// Siemens from the end of the segment after the last node to the terminal there; 0 where there is none.
  private(set) var far: [Double]
  /// Lines of no terminal, and lines cut at every device.
  private(set) var isFloating: [Bool]
  private(set) var isCut: [Bool]
  /// A ladder's currents by its devices' J: with S their sum and A that of all prefix sums but the last, the current into
  /// the first node is `entry.0` S + `entry.1` A, the potential of the last node `last.0` S + `last.1` A, and to that of
  /// a floating line its own offset.
  private(set) var entry: [(Double, Double)]
  private(set) var last: [(Double, Double)]

  /// Whether none has any resistance.
  private(set) var isIdeal = true

  /// Word lines, padded with lines that float.
  static func words(_ wires: WireResistances, _ shape: WireShape) -> WireLines {
    var result = WireLines(padded: shape.rows)
    for line in 0..<shape.rows {
      let (r, end) = (value(wires.word, line), value(wires.source, line))
      result.set(line, r, near: end, far: wires.isDoubleSided ? end : .infinity, shape.columns)
    }
    return result
  }

  /// Bit lines, each in its column's place.
  static func bits(_ wires: WireResistances, _ shape: WireShape) -> WireLines {
    var result = WireLines(padded: shape.columns)
    for line in 0..<shape.columns {
      result.set(shape.place(line), value(wires.bit, line), near: .infinity, far: value(wires.sense, line), shape.rows)
    }
    return result
  }

  private static func value(_ values: [Double], _ line: Int) -> Double { values.count == 1 ? values[0] : values[line] }

  private init(padded lines: Int) {
    let count = roundUp(lines, WireShape.width)
    inner = Array(repeating: 0, count: count)
    (near, far) = (inner, inner)
    (isFloating, isCut) = (Array(repeating: false, count: count), Array(repeating: false, count: count))
    entry = Array(repeating: (0, 0), count: count)
    last = entry
  }

  /// - Parameters: resistances beyond a segment at either end, infinite where there is no terminal.
  private mutating func set(_ line: Int, _ r: Double, near start: Double, far end: Double, _ nodes: Int) {
    if r + min(start, end) > 0 { isIdeal = false }
    guard r < .infinity else { return isCut[line] = true }
    inner[line] = r
    near[line] = 1 / (r + start)
    far[line] = 1 / end
    let (first, final, segments) = (r + start, r + end, r * Double(nodes - 1))
    switch (start < .infinity, end < .infinity) {
    case (true, false): (entry[line], last[line]) = ((1, 0), (first + segments, -r))
    case (false, true): (entry[line], last[line]) = ((0, 0), (final, 0))
    case (true, true):
      let total = first + segments + final
      if total > 0 {
        (entry[line], last[line]) = ((final / total, r / total), (final - final * (final / total), -final * (r / total)))
      } else {
        // The limit of equal segments.
        entry[line] = (1 / Double(nodes + 1), 1 / Double(nodes + 1))
      }
    case (false, false): (entry[line], last[line], isFloating[line]) = ((0, 0), (0, -r), true)
    }
  }
}
