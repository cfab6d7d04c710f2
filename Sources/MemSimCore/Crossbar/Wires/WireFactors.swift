/// Ladders of all word and all bit lines, eliminated from their first node on, in units of a conductance `unit` [S].
///
/// With e the conductance seen from a node back along its line and through its device, and r the segment after it:
/// c = 1 / (1 + r e), and the next node sees e c. Nothing is subtracted, so every factor is exact to rounding. A system
/// T x = y of a ladder is then f_j = c_j (f_{j-1} + y_j), x_j = r f_j + c_j x_{j+1}, from x = f / (e + far) beyond the end.
struct WireFactors<L: WireLanes> {
  typealias Numbers = UnsafeMutablePointer<L.Scalar>

  let shape: WireShape
  /// Conductances.
  let g: Numbers
  /// Of word lines, by groups of as many as there are lanes: [groups][padded columns][lanes]; of bit lines a field.
  let word, bit: Numbers
  /// 1 / (e + far) of each line.
  let wordEnd, bitEnd: Numbers
  /// Of each line's segments resistances, and of bit lines conductances: of all but the last, 0 for none; of the last
  /// with what follows.
  let wordInner, bitInner, bitSegment, bitLast: Numbers
  /// 1 for those of the last `WireShape.width` columns that exist.
  let live: Numbers

  static func elements(_ shape: WireShape) -> Int {
    3 * shape.count + 2 * shape.paddedRows + 4 * shape.paddedColumns + WireShape.width
  }

  init(_ shape: WireShape, _ memory: Numbers) {
    self.shape = shape
    var scratch = Scratch(at: UnsafeMutableRawPointer(memory))
    func take(_ count: Int) -> Numbers { scratch.take(L.Scalar.self, count) }
    (g, word, bit) = (take(shape.count), take(shape.count), take(shape.count))
    (wordEnd, wordInner) = (take(shape.paddedRows), take(shape.paddedRows))
    (bitEnd, bitInner) = (take(shape.paddedColumns), take(shape.paddedColumns))
    (bitSegment, bitLast) = (take(shape.paddedColumns), take(shape.paddedColumns))
    live = take(WireShape.width)
  }

  /// For devices of conductances `g` [S]. `turned` holds [lanes x lanes].
  func update(_ g: Field, unit: Double, _ words: WireLines, _ bits: WireLines, _ turned: Numbers) {
    for at in stride(from: 0, to: shape.count, by: L.scalarCount) { self.g.set(at, L.from(g, at, times: 1 / unit)) }
    for k in 0..<WireShape.width { live[k] = shape.paddedColumns - WireShape.width + k < shape.columns ? 1 : 0 }
    for i in 0..<shape.paddedRows { wordInner[i] = L.Scalar(words.inner[i] * unit) }
    for group in 0..<shape.paddedRows / L.scalarCount { updateWords(group, unit, words, turned) }
    updateBits(unit, bits)
  }

  private func updateWords(_ group: Int, _ unit: Double, _ lines: WireLines, _ turned: Numbers) {
    let (lanes, width) = (L.scalarCount, shape.paddedColumns)
    let row = group * lanes
    var (seen, far, one) = (L.zero, L.zero, L(repeating: 1))
    for lane in 0..<lanes {
      far[lane] = L.Scalar(lines.far[row + lane] / unit)
      // A line of no resistance at all: no drop anywhere, c = 0.
      if lines.near[row + lane] == .infinity { one[lane] = 0 } else { seen[lane] = L.Scalar(lines.near[row + lane] / unit) }
    }
    let r: L = wordInner.vector(row)
    for block in stride(from: 0, to: width, by: lanes) {
      L.transpose(g + row * width + block, width, turned, lanes)
      let padded = width - WireShape.width
      for j in 0..<lanes {
        let e: L = seen + turned.vector(lanes * j)
        let c = one / (L(repeating: 1) + (block < padded ? r : r * live[block + j - padded]) * e)
        word.set(row * width + (block + j) * lanes, c)
        seen = e * c
      }
    }
    wordEnd.set(row, end(seen + far) * one)
  }

  private func updateBits(_ unit: Double, _ lines: WireLines) {
    let (lanes, width) = (L.scalarCount, shape.paddedColumns)
    for j in 0..<width {
      (bitInner[j], bitEnd[j]) = (L.Scalar(lines.inner[j] * unit), L.Scalar(lines.near[j] / unit))
      bitSegment[j] = lines.inner[j] > 0 ? L.Scalar(1 / (lines.inner[j] * unit)) : 0
      let last = lines.inner[j] + (lines.far[j] > 0 ? 1 / lines.far[j] : .infinity)
      bitLast[j] = last > 0 ? L.Scalar(1 / (last * unit)) : 0
    }
    for i in 0..<shape.rows {
      for j in stride(from: 0, to: width, by: lanes) {
        let e: L = bitEnd.vector(j) + g.vector(i * width + j)
        let c = L(repeating: 1) / (L(repeating: 1) + bitInner.vector(j) * e)
        bit.set(i * width + j, c)
        bitEnd.set(j, e * c)
      }
    }
    for j in stride(from: 0, to: width, by: lanes) {
      var far = L.zero
      for lane in 0..<lanes { far[lane] = L.Scalar(lines.far[j + lane] / unit) }
      bitEnd.set(j, end(bitEnd.vector(j) + far))
    }
  }

  /// Where nothing holds a line, no current comes either.
  @inline(__always)
  private func end(_ seen: L) -> L { L.select(L.less(.zero, seen), L(repeating: 1) / seen, .zero) }
}
