import CMemSimSIMD

/// Gradual training pulses as a table: how far one pulse moves a cell.
///
/// A row for every 1/64 of ln N and each polarity holds ln D, D being the way of one pulse in the coordinate without
/// limiter, and its slope, both as polynomials of the cell's radius and length within the ranges of their variability:
/// ten and six numbers, one cache line. Pulses that move a cell between the bounds by more than `gradual` are not
/// tabulated: they are held like any other voltage.
final class JartTraining: Sendable {
  static let rowsPerUnit = 64.0
  static let width = 16
  /// Rows on either side for what lies beyond the bounds: one unit.
  static let margin = 64
  /// Largest way of a pulse for which the table stands.
  static let gradual = 1.5

  let rows: Storage<Float>
  /// x of the first row of each polarity, in rows: SET, then RESET.
  let first: SIMD2<Double>
  let count: Int
  /// Whether SET and RESET pulses are in the table.
  let holds: (set: Bool, reset: Bool)
  let radius, length: JartScale

  /// Errors: memory.
  init(_ nominal: JartNominal, _ solver: JartSolver, _ flow: JartFlow, _ spread: JartSpread, pulse: JartPulse) throws(MemSimError) {
    radius = JartScale(spread.r.range, nominal: solver.physics.radius, varies: pulse.varies)
    length = JartScale(spread.l.range, nominal: solver.physics.length, varies: pulse.varies)
    // Bounds that vary, with room to either side.
    let scale = JartTraining.rowsPerUnit
    let low = (min(spread.least.logarithms.lowerBound, nominal.block.least[0]) - 1) * scale
    let high = (max(spread.most.logarithms.upperBound, nominal.block.most[0]) + 1) * scale
    let (least, most) = (low.rounded(.down), high.rounded(.up))
    let count = (Int(most - least) + 16) / 16 * 16, first = SIMD2(least, -most), scales = (radius, length)
    (self.count, self.first) = (count, first)
    rows = try Storage(2 * count * JartTraining.width)
    var largest = [0.0, 0.0]
    for (side, volts) in [pulse.set, pulse.reset].enumerated() {
      let fit = JartTrainingFit(count: count, scales) { r, l in
        var block = nominal.block
        block.shared = nil
        (block.r, block.l) = (WideLanes(repeating: r), WideLanes(repeating: l))
        let motion = JartMotion(solver, flow, block, volts: WideLanes(repeating: volts))
        return JartTrainingFit.ways(motion, first: first[side], count: count, time: pulse.length)
      }
      largest[side] = fit.write(to: rows.base + side * count * JartTraining.width)
    }
    holds = (largest[0] <= JartTraining.gradual, largest[1] <= JartTraining.gradual)
  }
}

/// The two training pulses.
struct JartPulse: Sendable {
  /// V.
  let set, reset: Double
  /// s.
  let length: Double
  /// Whether cells differ in radius and length.
  let varies: Bool
}

/// A length as a number in -1...1 within its range.
struct JartScale: Sendable {
  let middle, perHalf: Double

  init(_ range: ClosedRange<Double>, nominal: Double, varies: Bool) {
    let half = (range.upperBound - range.lowerBound) / 2
    middle = varies ? range.lowerBound + half : nominal
    perHalf = varies && half > 0 ? 1 / half : 0
  }

  /// Whether the scale has one value: then only that may occur.
  var isPoint: Bool { perHalf == 0 }

  func value(_ x: Double) -> Double { perHalf == 0 ? middle : middle + x / perHalf }
}
