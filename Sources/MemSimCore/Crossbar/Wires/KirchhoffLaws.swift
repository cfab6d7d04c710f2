import CMemSimSIMD

/// What is missing to Kirchhoff's laws for the devices' currents, from sums of currents and resistances alone: it neither
/// shares the iteration's matrices nor subtracts nearly equal potentials.
///
/// With J the devices' currents, potentials of the nodes follow along every line from its terminal:
/// eps = V - E - (word line's drop) - (bit line's rise) - (device's voltage).
struct KirchhoffLaws {
  let shape: WireShape
  let words, bits: WireLines
  let work: WireWork

  struct Missing {
    /// Largest |eps|, V.
    var volts: Double
    /// Largest current that a floating line gathers, and largest of the devices', A.
    var leftover, current: Double

    /// Relative to the largest voltage applied, `scale`, and the largest device's current, at least what rounding leaves
    /// of devices of conductances up to `unit`.
    func relative(_ scale: Double, _ unit: Double) -> Double {
      let missing = volts / scale
      return leftover > 0 ? max(missing, leftover / max(current, 1e-7 * unit * scale)) : missing
    }
  }

  private var width: Int { shape.paddedColumns }

  /// Fills eps, the sums down the bit lines and the leftover currents from the devices' voltages and currents, of ohmic
  /// devices with `g` from their voltages.
  func check(_ g: Field?) -> Missing {
    work.bitStep.update(repeating: 0, count: width)
    // What only floating lines need.
    let gathers = words.isFloating.contains(true) || bits.isFloating.contains(true)
    var current = WideLanes.zero
    for i in 0..<shape.rows { current = drops(i, g, gathers, current) }
    let largest = ascend()
    var leftover = 0.0
    for i in 0..<shape.rows { leftover = max(leftover, abs(work.wordLeftover[i])) }
    for j in 0..<width { leftover = max(leftover, abs(work.bitLeftover[j])) }
    return Missing(volts: largest, leftover: leftover, current: (0..<16).reduce(0) { max($0, current[$1]) })
  }

  /// eps of a row without the bit lines' part. Returns the largest currents so far.
  private func drops(_ i: Int, _ g: Field?, _ gathers: Bool, _ soFar: WideLanes) -> WideLanes {
    let start = i &* width
    var (largest, sum, sums) = (soFar, WideLanes.zero, WideLanes.zero)
    // Currents passed on from each part's beginning.
    shape.forward { k in
      let current = current(g, start &+ k)
      let down = i == 0 ? current : work.sums.vector(start &+ k &- width) + current
      work.sums.set(start &+ k, down)
      if gathers {
        largest = WideLanes.atLeast(largest, WideLanes.abs(current))
        if i < shape.rows &- 1 { work.bitStep.set(k, work.bitStep.vector(k) + down) }
      }
      sum += current
      sums += sum
      work.lines.set(k, sum)
    }
    let passed = ms_sums_up_d16(sum)
    let before = ms_up_d16(passed)
    sums += before * Double(shape.vectors)
    let total = passed[WireShape.width &- 1]
    let end = LineEnd(words, i, total, ms_sums_up_d16(sums)[WireShape.width &- 1] - total, work.wordOffset)
    end.leftover(words, i, total, work.wordLeftover)
    // What each part's flows add up to, less what is not there after the last node.
    var part = sums - WideLanes(repeating: end.entry * Double(shape.vectors))
    part[WireShape.width &- 1] -= total - end.entry
    var tail = ms_down_d16(ms_sums_down_d16(part))
    let (enters, r, source) = (before - end.entry, words.inner[i], work.sources.word[i])
    var k = width &- WireShape.width
    while k >= 0 {
      var flow = work.lines.vector(k) + enters
      if k == width &- WireShape.width { flow[WireShape.width &- 1] = 0 }
      tail += flow
      let volts = (source - work.sources.bit.vector(k)) - work.volts.vector(start &+ k)
      work.eps.set(start &+ k, volts - (tail * r + end.last))
      k &-= WireShape.width
    }
    return largest
  }

  @inline(__always)
  private func current(_ g: Field?, _ at: Int) -> WideLanes {
    if let g { return g.vector(at) * work.volts.vector(at) }
    return work.current.vector(at)
  }

  /// The bit lines' rises, from the last node up; returns the largest |eps|.
  private func ascend() -> Double {
    let bottom = work.sums + (shape.rows - 1) * width
    for j in 0..<width {
      let end = LineEnd(bits, j, bottom[j], work.bitStep[j], work.bitOffset)
      end.leftover(bits, j, bottom[j], work.bitLeftover)
      work.bitStep[j] = end.last
      work.lines[j] = bits.inner[j]
    }
    // A NaN must not pass as small: it stays in `wrong`.
    var (largest, wrong) = (WideLanes.zero, WideLanes.zero)
    for i in (0..<shape.rows).reversed() {
      let kept = work.sources.wordKept[i]
      for j in stride(from: 0, to: width, by: WireShape.width) {
        let at = i &* width &+ j
        var rise = work.bitStep.vector(j)
        if i < shape.rows &- 1 { rise.addProduct(work.lines.vector(j), work.sums.vector(at)) }
        work.bitStep.set(j, rise)
        let eps = (work.eps.vector(at) - rise) * (work.sources.bitKept.vector(j) * kept)
        work.eps.set(at, eps)
        largest = WideLanes.atLeast(largest, WideLanes.abs(eps))
        wrong += eps - eps
      }
    }
    return (0..<WireShape.width).reduce(0) { wrong[$1].isNaN ? .nan : max($0, largest[$1]) }
  }
}

/// A line's ends, from the sums of its devices' currents.
private struct LineEnd {
  let entry, last: Double

  init(_ lines: WireLines, _ line: Int, _ sum: Double, _ sums: Double, _ offset: Field) {
    entry = lines.entry[line].0 * sum + lines.entry[line].1 * sums
    let last = lines.last[line].0 * sum + lines.last[line].1 * sums
    self.last = lines.isFloating[line] ? last + offset[line] : last
  }

  func leftover(_ lines: WireLines, _ line: Int, _ sum: Double, _ out: Field) {
    out[line] = lines.isFloating[line] ? sum : 0
  }
}
