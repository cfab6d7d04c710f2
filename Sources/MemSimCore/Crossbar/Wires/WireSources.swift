/// What is applied to a crossbar's lines, and which of them are kept: cut lines see nothing.
struct WireSources: @unchecked Sendable {
  /// Word-line voltages and bit-line potentials, V.
  let word, bit: Field
  /// 1, or 0 for padding and cut lines.
  let wordKept, bitKept: Field

  /// What devices of a row in the columns from k on see with no current anywhere, in 1 / `unit`.
  @inline(__always)
  func vector(_ row: Int, _ k: Int, _ unit: Double) -> WideLanes {
    (word[row] - bit.vector(k)) * (bitKept.vector(k) * (wordKept[row] * unit))
  }

  /// The largest of them.
  func largest(_ shape: WireShape) -> Double {
    let (rows, columns) = (range(word, wordKept, shape.rows), range(bit, bitKept, shape.paddedColumns))
    return max(rows.most - columns.least, columns.most - rows.least, 0)
  }

  private func range(_ x: Field, _ kept: Field, _ count: Int) -> (least: Double, most: Double) {
    var (least, most) = (Double.infinity, -Double.infinity)
    for at in 0..<count where kept[at] != 0 { (least, most) = (min(least, x[at]), max(most, x[at])) }
    return (least, most)
  }

  func fill(_ field: Field, _ shape: WireShape) {
    for row in 0..<shape.paddedRows {
      shape.forward { k in field.set(row &* shape.paddedColumns &+ k, vector(row, k, 1)) }
    }
  }
}
