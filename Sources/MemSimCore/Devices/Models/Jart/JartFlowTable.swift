import CMemSimSIMD

/// The flow of nominal cells at one voltage, solved once: for calls that hold all cells at it. The numbers are those that
/// every cell would find for itself, so the results have the same bits.
final class JartFlowTable: Sendable {
  /// Numbers of the intervals: ln N within ±10.
  static let numbers = -80..<80

  let volts: Double
  /// [interval] ln G at start, middle, end; correction; times of both halves, infinite where the bound is in them.
  private let storage: Storage<Double>
  let view: JartFlowView

  var bytes: Int { storage.bytes.count }

  /// Errors: memory.
  init(_ solver: JartSolver, _ flow: JartFlow, _ nominal: JartNominal, volts: Double) throws(MemSimError) {
    self.volts = volts
    let count = JartFlowTable.numbers.count
    storage = try Storage(6 * count)
    view = JartFlowView(base: storage.base, count: count)
    let motion = JartMotion(solver, flow, nominal.block, volts: WideLanes(repeating: volts))
    for first in stride(from: 0, to: count, by: 16) {
      let number = WideLanes(repeating: Double(JartFlowTable.numbers.lowerBound + first)) + WideLanes(WordNumbers.wide)
      let x = number * JartFlow.interval
      let start = motion.logRate(x), middle = motion.logRate(x + JartFlow.interval / 2), end = motion.logRate(x + JartFlow.interval)
      let interval = flow.interval(number, start, middle, end, bound: motion.bound)
      let times = flow.times(number, interval, bound: motion.bound)
      for lane in 0..<16 {
        let values = [start[lane], middle[lane], end[lane], interval.correction[lane], times.first[lane], times.second[lane]]
        for (column, value) in values.enumerated() { storage.base[6 * (first + lane) + column] = value }
      }
    }
  }
}

struct JartFlowView: @unchecked Sendable {
  let base: UnsafePointer<Double>
  let count: Int

  init(base: UnsafePointer<Double>, count: Int) { (self.base, self.count) = (base, count) }

  @inline(__always)
  private func row(_ number: Double) -> UnsafePointer<Double> {
    base + 6 &* max(0, min(count &- 1, Int(number) &- JartFlowTable.numbers.lowerBound))
  }

  func interval(_ number: WideLanes) -> JartFlow.Interval {
    var columns = (WideLanes.zero, WideLanes.zero, WideLanes.zero, WideLanes.zero)
    for lane in 0..<16 {
      let row = row(number[lane])
      (columns.0[lane], columns.1[lane], columns.2[lane], columns.3[lane]) = (row[0], row[1], row[2], row[3])
    }
    return JartFlow.Interval(start: columns.0, middle: columns.1, end: columns.2, correction: columns.3)
  }

  /// Takes cells that stand on a node through the intervals they have time for.
  func skip(_ position: inout JartFlow.Position) {
    let number = JartFlow.number(position.x)
    for lane in 0..<16 where position.time[lane] > 0 && number[lane] * JartFlow.interval == position.x[lane] {
      var k = number[lane], time = position.time[lane]
      while k < Double(JartFlowTable.numbers.upperBound - 1) {
        let row = row(k)
        let left = time - row[4]
        if time < row[4] || left < row[5] { break }
        time = left - row[5]
        k += 1
      }
      (position.x[lane], position.time[lane]) = (k * JartFlow.interval, time)
    }
  }
}

enum WordNumbers {
  /// 0, 1, ... 15 as floats.
  static let wide = FloatLanes(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
}
