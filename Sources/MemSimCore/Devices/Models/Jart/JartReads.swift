import CMemSimSIMD

/// Currents at the voltage of weights as a table, for cells that are read again and again: ln |I| for every 1/128 of ln N,
/// and its slope, where cells differ as polynomials of radius and length. Within 1e-5 of the solved current.
final class JartReads: Sendable {
  private static let rowsPerUnit = 128.0
  private let volts: Double
  /// ln of the states of weights.
  let logarithms: ClosedRange<Double>
  private let storage: Storage<Float>
  private let first: Double
  private let count: Int
  private let width: Int

  /// Errors: memory.
  init(_ kernel: JartKernel, _ spread: JartSpread, _ scale: WeightScale, varies: Bool) throws(MemSimError) {
    let (perUnit, nominal, physics) = (JartReads.rowsPerUnit, kernel.nominal, kernel.solver.physics)
    let low = (min(spread.least.logarithms.lowerBound, nominal.block.least[0]) * perUnit).rounded(.down) - 1
    let high = (max(spread.most.logarithms.upperBound, nominal.block.most[0]) * perUnit).rounded(.up) + 1
    let count = (Int(high - low) + 16) / 16 * 16
    (volts, logarithms) = (scale.volts, JartVaried.logarithms(scale.states))
    (first, self.count, width) = (low, count, varies ? JartFit.width : JartFit.nominalWidth)
    storage = try Storage(count * width + 16)
    let radius = JartScale(spread.r.range, nominal: physics.radius, varies: varies)
    let length = JartScale(spread.l.range, nominal: physics.length, varies: varies)
    let fit = JartFit(count: count, (radius, length)) { r, l in
      [JartFit.rates(count, first: low, perUnit: perUnit) { logarithm in
        var block = nominal.block
        block.shared = nil
        (block.r, block.l, block.logarithm) = (WideLanes(repeating: r), WideLanes(repeating: l), logarithm)
        return WideLanes.log(WideLanes.abs(kernel.solve(block, WideLanes(repeating: scale.volts)).current))
      }]
    }
    fit.write(0, to: storage.base, width: width)
  }

  var bytes: Int { storage.bytes.count }

  var view: JartReadsView {
    JartReadsView(
      rows: JartRows(base: storage.base, width: Int32(width)), perUnit: JartReads.rowsPerUnit, first: first,
      last: Double(count - 1), sign: volts < 0 ? -1 : 1)
  }
}

/// A table of currents without its ownership.
struct JartReadsView {
  let rows: JartRows
  let perUnit, first, last: Double
  let sign: Float

  /// A at ln N of cells of a radius and length in -1...1, and where (-1) the table has them.
  @inline(__always)
  func current(_ logarithm: WideLanes, _ shape: (p: FloatLanes, q: FloatLanes)) -> (FloatLanes, IntLanes) {
    let place = logarithm * perUnit - first
    let nearest = WideLanes.clamp(WideLanes.floor(place + 0.5), WideLanes(repeating: 0), WideLanes(repeating: last))
    let offset = (place - nearest).floats
    let (value, slope) = rows[ms_float_to_int(nearest.floats)].at(shape)
    let size = Elementary.exp(value.addingProduct(offset, slope))
    return (sign * size, ms_less_f(ms_abs_f(offset), FloatLanes(repeating: 0.51)))
  }
}

extension JartKernel {
  /// Currents [A] of a block at `volts` [V], by the table where it has the cells.
  @inline(__always)
  func current(_ index: Int, _ volts: FloatLanes, _ reads: JartReadsView, _ kernel: JartTrainingKernel) -> FloatLanes {
    let cells = lanes(index, ms_less_f(voltage[index], .zero))
    let shape = shape(index, cells, kernel)
    let (current, known) = reads.current(cells.logarithm, shape.at(shape.share(cells.ahead(.zero))))
    if all(known) && hops == nil && (kernel.shapesFit || all(fits(index, kernel))) { return current }
    return self.current(index, volts)
  }
}
