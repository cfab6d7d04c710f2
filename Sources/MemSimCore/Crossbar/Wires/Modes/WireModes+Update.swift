extension WireModes {
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
    guard lines.findModes(line, shape.places, unit) else { return false }
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
    guard matrices.invert(WireModes.rounding) else { return }
    for i in 0..<all {
      for j in 0..<all { coupling[i * all + j] = Scalar(matrices.coupling(i, j)) }
    }
  }

  /// Modes that share less cost more than the iterations they spare.
  private static var least: Double { 0.1 }

  /// Below, what solutions lack of modes may be rounding alone.
  private static var rounding: Double { 100 * Double(Scalar.ulpOfOne) }
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
