import CMemSimSIMD

/// Gradual training pulses as a table: how far they move a cell.
///
/// A row for every 1/64 of ln N and each polarity holds ln D, D being the way of pulses in the coordinate without
/// limiter, and its slope. Nominal cells have a page of rows for every number of pulses up to 32. Where cells differ both
/// numbers are polynomials of the cell's radius and length within the ranges of their variability: ten and six, one cache
/// line; a page for one pulse, and one for the rate at which more of them go their way. Pulses that move a cell between
/// the bounds by more than `gradual` are not tabulated: they are held like any other voltage.
final class JartTraining: Sendable {
  static let rowsPerUnit = 64.0
  /// Rows on either side for what lies beyond the bounds: one unit.
  static let margin = 64
  /// Largest way of a pulse for which the table stands.
  static let gradual = 1.5
  /// Largest way that is gone in one step of several pulses; that of cells which differ, and of RESET pulses of those that
  /// change on it.
  static let longest: Float = 1.2, longestVaried: Float = 0.3, longestWalking: Float = 0.13

  let rows: Storage<Float>
  /// x of the first row of each polarity, in rows: SET, then RESET.
  let first: SIMD2<Double>
  let count: Int
  /// Numbers in a row.
  let width: Int
  let pages: Int
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
    // What fits a core's cache.
    let width = pulse.varies ? JartFit.width : JartFit.nominalWidth
    let pages = pulse.varies ? 2 : 32
    let fits = [pulse.set, pulse.reset].enumerated().map { side, volts in
      JartFit(count: count, scales) { r, l in
        var block = nominal.block
        block.shared = nil
        (block.r, block.l) = (WideLanes(repeating: r), WideLanes(repeating: l))
        let motion = JartMotion(solver, flow, block, volts: WideLanes(repeating: volts))
        let rates = JartFit.rates(count, first: first[side], perUnit: scale, motion.logRate)
        let ways = JartFit.ways(rates, time: pulse.length, pages: pulse.varies ? 1 : pages)
        let length = Elementary.log(DoubleLanes(repeating: pulse.length))[0]
        return pulse.varies ? ways + [rates.map { $0 + length }] : ways
      }
    }
    let largest = fits.map(\.largest)
    holds = (largest[0] <= JartTraining.gradual, largest[1] <= JartTraining.gradual)
    // A gather of nominal rows reads two numbers beyond the last.
    rows = try Storage(2 * count * pages * width + 16)
    for page in 0..<pages {
      for (side, fit) in fits.enumerated() { fit.write(page, to: rows.base + (2 * page + side) * count * width, width: width) }
    }
    (self.count, self.first, self.width, self.pages) = (count, first, width, pages)
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
