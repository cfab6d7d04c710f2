/// The modes of a crossbar that word and bit lines share most: products W of the lowest ones of its mean word line and its
/// mean bit line. The iteration's preconditioner solves the system on them, so that it need not find them.
///
/// With A = T_b - D T_w^-1 D: M^-1 = T_b^-1 + W E W', E = (W' A W)^-1 - (W' T_b W)^-1. Of vectors of W it is the inverse of
/// A but for what leaves W; whatever W is, it is symmetric and positive definite. (An additive coarse correction: e.g. Y.
/// Saad, Iterative Methods for Sparse Linear Systems, 2nd ed., SIAM 2003, 14.3.)
struct WireModes<Scalar: WireScalar> {
  typealias Numbers = UnsafeMutablePointer<Scalar>

  /// Modes of each line, and of the crossbar.
  static var ofLine: Int { LineModes.count }
  private static var all: Int { ofLine * ofLine }

  let shape: WireShape
  /// [ofLine x paddedColumns], and [rows x ofLine] with rows of 0 after the last.
  let word, bit: Numbers
  /// E [all x all], mode k of bit lines and l of word lines at l ofLine + k; 0 if there are none.
  private let coupling: Numbers

  static func elements(_ shape: WireShape) -> Int {
    ofLine * (rows(shape) + shape.paddedColumns) + all * all
  }

  private static func rows(_ shape: WireShape) -> Int { shape.paddedRows + WireShape.width }

  /// Doubles of scratch for `update`.
  static func scratch(_ shape: WireShape) -> Int {
    let lines = 2 * WordSweep<Double>.together * shape.paddedColumns
    return max(LineModes.scratch(shape.rows), LineModes.scratch(shape.columns), lines + ModeTask<Double>.sums + 2 * all * all)
  }

  init(_ shape: WireShape, _ memory: Numbers) {
    self.shape = shape
    var scratch = Scratch(at: UnsafeMutableRawPointer(memory))
    word = scratch.take(Scalar.self, WireModes.ofLine * shape.paddedColumns)
    bit = scratch.take(Scalar.self, WireModes.ofLine * WireModes.rows(shape))
    coupling = scratch.take(Scalar.self, WireModes.all * WireModes.all)
  }

  /// Whether there are any worth their while.
  var isPresent: Bool { coupling[0] > 0 }

  /// From W' T_b z, summed over rows [ofLine x paddedColumns], W E W' T_b z before bit lines' modes; returns the energy
  /// that it adds to z.
  func correct(_ sums: Numbers, _ out: Numbers) -> Double {
    let (n, width) = (WireModes.ofLine, shape.paddedColumns)
    var s = WideLanes.zero
    for k in 0..<n { fill(&s, k, sums + k * width) }
    var e = WideLanes.zero
    for at in 0..<WireModes.all { e.addProduct(Scalar.wide(coupling.vector(at * WireModes.all)), WideLanes(repeating: s[at])) }
    for k in 0..<n {
      shape.forward { j in
        var y = SIMD16<Scalar>.zero
        for l in 0..<n { y.addProduct(word.vector(l &* width &+ j), SIMD16(repeating: Scalar(e[l * n + k]))) }
        out.set(k &* width &+ j, y)
      }
    }
    return (s * e).sum()
  }

  /// Modes of bit lines at a row.
  func bitModes(_ row: Int) -> LineModes.Modes {
    let at = bit + row * WireModes.ofLine
    return LineModes.Modes(Double(at[0]), Double(at[1]), Double(at[2]), Double(at[3]))
  }

  /// Sum over columns of modes l and m of word lines by x.
  func product(_ l: Int, _ m: Int, _ x: Numbers) -> Double {
    let (a, b) = (word + l * shape.paddedColumns, word + m * shape.paddedColumns)
    var sum = WideLanes.zero
    shape.forward { j in sum += Scalar.wide(a.vector(j) * b.vector(j)) * Scalar.wide(x.vector(j)) }
    return sum.sum()
  }

  /// Sums of x by word lines' modes.
  private func fill(_ s: inout WideLanes, _ k: Int, _ x: Numbers) {
    let width = shape.paddedColumns
    var (a, b, c, d) = (SIMD16<Scalar>.zero, SIMD16<Scalar>.zero, SIMD16<Scalar>.zero, SIMD16<Scalar>.zero)
    var j = 0
    while j < width {
      let x = x.vector(j)
      a.addProduct(x, word.vector(j))
      b.addProduct(x, word.vector(width &+ j))
      c.addProduct(x, word.vector(2 &* width &+ j))
      d.addProduct(x, word.vector(3 &* width &+ j))
      j &+= WireShape.width
    }
    let n = WireModes.ofLine
    (s[k], s[n + k], s[2 * n + k], s[3 * n + k]) = (
      Scalar.wide(a).sum(), Scalar.wide(b).sum(), Scalar.wide(c).sum(), Scalar.wide(d).sum())
  }

  // MARK: - For new devices

  /// For devices and lines of `factors`, which are in units of `unit` [S].
  func update(_ factors: WireFactors<Scalar>, unit: Double, _ words: WireLines, _ bits: WireLines, _ scratch: Field) {
    coupling.update(repeating: 0, count: WireModes.all * WireModes.all)
    guard findWord(factors, unit, words, scratch), findBit(factors, unit, bits, scratch) else { return }
    couple(factors, scratch)
  }

  private func findWord(_ factors: WireFactors<Scalar>, _ unit: Double, _ lines: WireLines, _ scratch: Field) -> Bool {
    let line = LineModes(shape.columns, scratch)
    word.update(repeating: 0, count: WireModes.ofLine * shape.paddedColumns)
    // Sums down the columns, in the place of a mode for now.
    for i in 0..<shape.rows {
      let row = factors.g + i &* shape.paddedColumns
      shape.forward { j in word.set(j, word.vector(j) + row.vector(j)) }
    }
    shape.eachPlace { j, place in line.g[j] = Double(word[place]) / Double(shape.rows) }
    guard lines.findModes(line, 0..<shape.rows, unit) else { return false }
    shape.eachPlace { j, place in
      for l in 0..<WireModes.ofLine { word[l * shape.paddedColumns + place] = Scalar(line[j][l]) }
    }
    return true
  }

  private func findBit(_ factors: WireFactors<Scalar>, _ unit: Double, _ lines: WireLines, _ scratch: Field) -> Bool {
    let line = LineModes(shape.rows, scratch)
    for i in 0..<shape.rows {
      let row = factors.g + i &* shape.paddedColumns
      var sum = SIMD16<Scalar>.zero
      shape.forward { j in sum += row.vector(j) }
      line.g[i] = Scalar.wide(sum).sum() / Double(shape.columns)
    }
    let places = (0..<shape.columns).map(shape.place)
    guard lines.findModes(line, places, unit) else { return false }
    bit.update(repeating: 0, count: WireModes.ofLine * WireModes.rows(shape))
    for i in 0..<shape.rows {
      for k in 0..<WireModes.ofLine { bit[i * WireModes.ofLine + k] = Scalar(line[i][k]) }
    }
    return true
  }

  /// E, by word lines solved for their modes.
  private func couple(_ factors: WireFactors<Scalar>, _ memory: Field) {
    var scratch = Scratch(at: UnsafeMutableRawPointer(memory))
    let (n, all) = (WireModes.ofLine, WireModes.all)
    let lines = scratch.take(Scalar.self, 2 * WordSweep<Scalar>.together * shape.paddedColumns)
    let sums = scratch.take(Scalar.self, ModeTask<Scalar>.sums)
    let matrices = ModeMatrices(all, scratch.take(Double.self, 2 * all * all))
    matrices.begin(factors, self)
    for l in 0..<n {
      var task = ModeTask(factors: factors, modes: self, mode: l, sums: sums, matrices: matrices)
      WordSweep(factors: factors, lines: lines).solve(&task)
      if l == 0, !(matrices.shared > WireModes.least) { return }
    }
    guard matrices.invert() else { return }
    for i in 0..<all {
      for j in 0..<all { coupling[i * all + j] = Scalar(matrices.coupling(i, j)) }
    }
  }

  /// Modes that share less are found by the iteration at once.
  private static var least: Double { 0.01 }
}

extension WireLines {
  /// Of the mean of some lines, the devices' conductances in `line` in units of `unit`. False if there are none.
  fileprivate func findModes(_ line: LineModes, _ which: some Collection<Int>, _ unit: Double) -> Bool {
    var (r, near, far, count) = (0.0, 0.0, 0.0, 0.0)
    for at in which where !isCut[at] {
      r += inner[at] * unit
      count += 1
    }
    guard r > 0 else { return false }
    r /= count
    // Ends of no resistance hold as well as one that is small.
    for at in which where !isCut[at] {
      near += min(self.near[at] / unit, 1 / r)
      far += min(self.far[at] / unit, 1e3 / r)
    }
    return line.find(r: r, near: near / count, far: far / count)
  }
}
