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

  /// Sets eps to what is applied, no current anywhere. Returns the largest.
  func begin() -> Double {
    keepBits()
    var largest = 0.0
    for i in 0..<shape.paddedRows {
      let kept = i < shape.rows && !words.isCut[i] ? 1.0 : 0
      for j in stride(from: 0, to: width, by: 8) {
        let eps = (work.wordVolts[i] - work.bitVolts[lanes: j]) * (work.bitKept[lanes: j] * kept)
        work.eps[lanes: i &* width &+ j] = eps
        largest = max(largest, ms_abs_d(eps).max())
      }
    }
    return largest
  }

  private func keepBits() {
    for j in 0..<width { work.bitKept[j] = j < shape.columns && !bits.isCut[j] ? 1 : 0 }
  }

  /// Fills eps, the sums down the bit lines and the leftover currents from the devices' voltages and currents, of ohmic
  /// devices with `g` from their voltages.
  func check(_ g: Field?) -> Missing {
    var task = DropTask(work: work, g: g, width: width, rows: shape.rows)
    work.bitStep.update(repeating: 0, count: width)
    for group in 0..<shape.paddedRows / 8 { drops(group, &task) }
    let largest = ascend()
    var leftover = 0.0
    for i in 0..<shape.rows { leftover = max(leftover, abs(work.wordLeftover[i])) }
    for j in 0..<shape.columns { leftover = max(leftover, abs(work.bitLeftover[j])) }
    return Missing(volts: largest, leftover: leftover, current: task.largest.max())
  }

  /// eps without the bit lines' part.
  private func drops(_ group: Int, _ task: inout DropTask) {
    let sweep = WordSweep<DoubleLanes>(width: width, lines: work.lines, turned: work.turned)
    var (sum, sums) = (DoubleLanes.zero, DoubleLanes.zero)
    let (final, row) = (shape.columns &- 1, group * 8)
    for block in stride(from: 0, to: width, by: 8) {
      sweep.turnIn(group, block, &task)
      for j in block..<block &+ 8 {
        sum += work.lines[lanes: 8 &* j]
        work.lines[lanes: 8 &* j] = sum
        if j < final { sums += sum }
      }
    }
    let ends = LineEnds(words, row, sum, sums, work.wordOffset)
    var (x, r) = (ends.last, DoubleLanes.zero)
    for lane in 0..<8 { r[lane] = words.inner[row + lane] }
    var block = width - 8
    while block >= 0 {
      for k in 0..<8 {
        let j = block &+ 7 &- k
        if j < final { x.addProduct(r, work.lines[lanes: 8 &* j] - ends.entry) }
        work.lines[lanes: 8 &* j] = x
      }
      sweep.turnOut(group, block, &task)
      block &-= 8
    }
    ends.leftover(words, row, sum, work.wordLeftover)
  }

  /// The bit lines' rises, from the last node up; returns the largest |eps|.
  private func ascend() -> Double {
    let bottom = work.sums + (shape.rows - 1) * width
    for j in stride(from: 0, to: width, by: 8) {
      let ends = LineEnds(bits, j, bottom[lanes: j], work.bitStep[lanes: j], work.bitOffset)
      ends.leftover(bits, j, bottom[lanes: j], work.bitLeftover)
      work.bitStep[lanes: j] = ends.last
      for lane in 0..<8 { work.lines[j + lane] = bits.inner[j + lane] }
    }
    var largest = DoubleLanes.zero
    for i in (0..<shape.rows).reversed() {
      let kept = words.isCut[i] ? 0.0 : 1
      for j in stride(from: 0, to: width, by: 8) {
        let at = i &* width &+ j
        var rise = work.bitStep[lanes: j]
        if i < shape.rows &- 1 { rise.addProduct(work.lines[lanes: j], work.sums[lanes: at]) }
        work.bitStep[lanes: j] = rise
        let eps = (work.eps[lanes: at] - rise) * (work.bitKept[lanes: j] * kept)
        work.eps[lanes: at] = eps
        // A NaN must not pass as small: it stays.
        let isLess = ms_less_equal_d(ms_abs_d(eps), largest) | ~ms_equal_d(largest, largest)
        largest = ms_select_d(isLess, largest, ms_abs_d(eps))
      }
    }
    return (0..<8).reduce(0) { largest[$1].isNaN ? .nan : max($0, largest[$1]) }
  }
}

/// Eight lines' ends, from the sums of their devices' currents.
private struct LineEnds {
  var entry = DoubleLanes.zero
  var last = DoubleLanes.zero

  init(_ lines: WireLines, _ first: Int, _ sum: DoubleLanes, _ sums: DoubleLanes, _ offset: Field) {
    for lane in 0..<8 {
      let line = first + lane
      entry[lane] = lines.entry[line].0 * sum[lane] + lines.entry[line].1 * sums[lane]
      last[lane] = lines.last[line].0 * sum[lane] + lines.last[line].1 * sums[lane]
      if lines.isFloating[line] { last[lane] += offset[line] }
    }
  }

  func leftover(_ lines: WireLines, _ first: Int, _ sum: DoubleLanes, _ out: Field) {
    for lane in 0..<8 { out[first + lane] = lines.isFloating[first + lane] ? sum[lane] : 0 }
  }
}

/// J in, and its sums down the bit lines, with their own sums in `bitStep`; eps = V - E - x - v out.
private struct DropTask: WordTask {
  let work: WireWork
  let g: Field?
  let width, rows: Int
  var largest = DoubleLanes.zero

  @inline(__always)
  mutating func source(_ at: Int, row: Int) -> DoubleLanes {
    guard row < rows else { return .zero }
    let current = g.map { $0[lanes: at] * work.volts[lanes: at] } ?? work.current[lanes: at]
    largest = ms_at_least_d(largest, ms_abs_d(current))
    let sum = row == 0 ? current : work.sums[lanes: at &- width] + current
    work.sums[lanes: at] = sum
    if row < rows &- 1 { work.bitStep[lanes: at &- row &* width] += sum }
    return current
  }

  @inline(__always)
  mutating func take(_ x: DoubleLanes, _ at: Int, row: Int) {
    guard row < rows else { return }
    let bit = work.bitVolts[lanes: at &- row &* width]
    work.eps[lanes: at] = ((work.wordVolts[row] - bit) - x) - work.volts[lanes: at]
  }
}
