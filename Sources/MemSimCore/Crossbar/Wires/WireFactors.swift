import CMemSimSIMD

/// Ladders of all word and all bit lines, eliminated from their first node on, in units of a conductance `unit` [S].
///
/// With e the conductance seen from a node back along its line and through its device, and r the segment after it:
/// c = 1 / (1 + r e), and the next node sees e c. Nothing is subtracted, so every factor is exact to rounding. A system
/// T x = y of a ladder is then f_j = c_j (f_{j-1} + y_j), x_j = r f_j + c_j x_{j+1}, from x = f / (e + far) beyond the end.
///
/// c of long lines is near 1, and its rounding to single precision would add up along them: there c - 1 is kept. That
/// is not for devices so near a short that c is small.
struct WireFactors<Scalar: WireScalar> {
  typealias Numbers = UnsafeMutablePointer<Scalar>

  let shape: WireShape
  /// Conductances; c or, where losses are kept, c - 1 of word and of bit lines.
  let g, word, bit: Numbers
  /// Of each word line, by `productsOfLine`: products of all c of a part with those of 0, 1, 3, 7 parts before it, and
  /// with those of the parts behind; then of each part the sum of products of all c up to a node's by all before it.
  let products: Numbers
  /// 1 / (e + far) of each line.
  let wordEnd, bitEnd: Numbers
  /// Of each line's segments resistances, and of bit lines conductances: of all but the last, 0 for none; of the last
  /// with what follows.
  let wordInner, bitInner, bitSegment, bitLast: Numbers
  let modes: WireModes<Scalar>

  static var productsOfLine: Int { sharesOfLine + WireShape.width }
  static var sharesOfLine: Int { 2 * 4 * WireShape.width }

  static func elements(_ shape: WireShape) -> Int {
    3 * shape.spaced + (productsOfLine + 2) * shape.paddedRows + 4 * shape.paddedColumns + WireModes<Scalar>.elements(shape)
  }

  /// Doubles of scratch for `update`.
  static func scratch(_ shape: WireShape) -> Int {
    max(WireShape.width * (shape.paddedColumns + 3 * WireShape.width), WireModes<Scalar>.scratch(shape))
  }

  init(_ shape: WireShape, _ memory: Numbers) {
    self.shape = shape
    var scratch = Scratch(at: UnsafeMutableRawPointer(memory))
    func take(_ count: Int) -> Numbers { scratch.take(Scalar.self, count) }
    (g, word, bit) = (take(shape.spaced), take(shape.spaced), take(shape.spaced))
    products = take(WireFactors.productsOfLine * shape.paddedRows)
    (wordEnd, wordInner) = (take(shape.paddedRows), take(shape.paddedRows))
    (bitEnd, bitInner) = (take(shape.paddedColumns), take(shape.paddedColumns))
    (bitSegment, bitLast) = (take(shape.paddedColumns), take(shape.paddedColumns))
    modes = WireModes(shape, scratch.take(Scalar.self, WireModes<Scalar>.elements(shape)))
  }

  /// c h.
  @inline(__always)
  static func passed(_ h: SIMD16<Scalar>, _ c: SIMD16<Scalar>) -> SIMD16<Scalar> {
    Scalar.keepsLoss ? h.addingProduct(c, h) : c * h
  }

  /// y + c x.
  @inline(__always)
  static func joined(_ y: SIMD16<Scalar>, _ c: SIMD16<Scalar>, _ x: SIMD16<Scalar>) -> SIMD16<Scalar> {
    Scalar.keepsLoss ? x + y.addingProduct(c, x) : y.addingProduct(c, x)
  }

  /// For devices of conductances `g` [S].
  func update(
    _ g: Field, unit: Double, _ words: WireLines, _ bits: WireLines, _ scratch: Field, keepsModes: Bool = false
  ) {
    for at in stride(from: 0, to: shape.count, by: WireShape.width) {
      self.g.set(at, Scalar.lanes(g.vector(at) * (1 / unit)))
    }
    for i in 0..<shape.paddedRows { wordInner[i] = Scalar(words.inner[i] * unit) }
    for row in stride(from: 0, to: shape.paddedRows, by: WireShape.width) { updateWords(row, g, unit, words, scratch) }
    updateBits(g, unit, bits, scratch)
    if !keepsModes { modes.update(self, unit: unit, words, bits, scratch) }
  }

  /// Sixteen word lines, a line a lane.
  private func updateWords(_ row: Int, _ g: Field, _ unit: Double, _ lines: WireLines, _ scratch: Field) {
    let (width, vectors, lanes) = (shape.paddedColumns, shape.vectors, WireShape.width)
    let turned = scratch + lanes * width
    let (totals, shares) = (turned + lanes * lanes, turned + 2 * lanes * lanes)
    for k in 0..<vectors { transpose(g + row * width + k * lanes, width, scratch + k * lanes, vectors * lanes) }
    var (seen, far, r, ideal) = (WideLanes.zero, WideLanes.zero, WideLanes.zero, WideLanes.zero)
    for lane in 0..<lanes {
      (far[lane], r[lane]) = (lines.far[row + lane] / unit, lines.inner[row + lane] * unit)
      // A line of no resistance at all: no drop anywhere, c = 0.
      if lines.near[row + lane] == .infinity { ideal[lane] = 1 } else { seen[lane] = lines.near[row + lane] / unit }
    }
    let padding = width - shape.columns
    for part in 0..<lanes {
      var (through, share) = (WideLanes(repeating: 1), WideLanes.zero)
      for j in part * vectors..<(part + 1) * vectors {
        let e = seen + scratch.vector(lanes * j) * (1 / unit)
        let passed = j < padding ? .zero : r * e
        let inverse = 1 / (1 + passed)
        let c = (1 - ideal) * inverse
        scratch.set(lanes * j, Scalar.keepsLoss ? (0 - passed - ideal) * inverse : c)
        seen = e * c
        share.addProduct(through, through * c)
        through *= c
      }
      totals.set(lanes * part, through)
      shares.set(lanes * part, share)
    }
    wordEnd.set(row, Scalar.lanes(end(seen + far) * (1 - ideal)))
    for k in 0..<vectors {
      transpose(scratch + k * lanes, vectors * lanes, turned, lanes)
      for line in 0..<lanes { word.set((row + line) * width + k * lanes, Scalar.lanes(turned.vector(line * lanes))) }
    }
    transpose(totals, lanes, turned, lanes)
    for line in 0..<lanes { fillProducts(row + line, turned.vector(line * lanes), totals) }
    transpose(shares, lanes, turned, lanes)
    let (count, place) = (WireFactors.productsOfLine, WireFactors.sharesOfLine)
    for line in 0..<lanes { products.set((row + line) * count + place, Scalar.lanes(turned.vector(line * lanes))) }
  }

  private func fillProducts(_ line: Int, _ through: WideLanes, _ scratch: Field) {
    let count = WireFactors.sharesOfLine
    ms_products_d16(through, scratch, scratch + count / 2)
    for at in stride(from: 0, to: count, by: WireShape.width) {
      products.set(line * WireFactors.productsOfLine + at, Scalar.lanes(scratch.vector(at)))
    }
  }

  private func updateBits(_ g: Field, _ unit: Double, _ lines: WireLines, _ seen: Field) {
    let (lanes, width) = (WireShape.width, shape.paddedColumns)
    let r = seen + width
    for j in 0..<width {
      (r[j], seen[j]) = (lines.inner[j] * unit, lines.near[j] / unit)
      bitInner[j] = Scalar(r[j])
      bitSegment[j] = lines.inner[j] > 0 ? Scalar(1 / r[j]) : 0
      let last = lines.inner[j] + (lines.far[j] > 0 ? 1 / lines.far[j] : .infinity)
      bitLast[j] = last > 0 ? Scalar(1 / (last * unit)) : 0
    }
    for i in 0..<shape.rows {
      for j in stride(from: 0, to: width, by: lanes) {
        let e = seen.vector(j) + g.vector(i * width + j) * (1 / unit)
        let passed = r.vector(j) * e
        let c = 1 / (1 + passed)
        bit.set(i * width + j, Scalar.lanes(Scalar.keepsLoss ? (0 - passed) * c : c))
        seen.set(j, e * c)
      }
    }
    for j in stride(from: 0, to: width, by: lanes) {
      var far = WideLanes.zero
      for lane in 0..<lanes { far[lane] = lines.far[j + lane] / unit }
      bitEnd.set(j, Scalar.lanes(end(seen.vector(j) + far)))
    }
  }

  /// Where nothing holds a line, no current comes either.
  private func end(_ seen: WideLanes) -> WideLanes { WideLanes.select(WideLanes.less(.zero, seen), 1 / seen, .zero) }

  /// Sixteen rows of sixteen.
  private func transpose(_ from: Field, _ fromStride: Int, _ to: Field, _ toStride: Int) {
    for i in stride(from: 0, to: WireShape.width, by: 8) {
      for j in stride(from: 0, to: WireShape.width, by: 8) {
        ms_transpose_d(from + i * fromStride + j, Int64(fromStride), to + j * toStride + i, Int64(toStride))
      }
    }
  }
}
