import CMemSimSIMD

/// One training pulse of a block of cells by the table: increments in single precision, relative to themselves; ln N in
/// double.
struct JartTrainingKernel: @unchecked Sendable {
  let rows: UnsafePointer<Float>
  let count: Int
  let first: SIMD2<Double>
  let holds: (set: Bool, reset: Bool)
  let radius, length: JartScale
  let limiter: Float
  /// Whether radius and length of every cell are known to be within the fitted ranges.
  var shapesFit = false

  init(_ table: JartTraining, limiter: Double) {
    (rows, count, first) = (UnsafePointer(table.rows.base), table.count, table.first)
    (holds, radius, length) = (table.holds, table.radius, table.length)
    self.limiter = Float(limiter)
  }

  /// A pulse's cells: which are SET, where they are, how far the bound is.
  struct Pulse {
    /// -1 where SET.
    let set: IntLanes
    var logarithm: WideLanes
    let least, most: WideLanes
  }

  /// Cells the table has: those within its rows, and of a polarity that is gradual.
  @inline(__always)
  func covers(_ pulse: Pulse) -> IntLanes {
    let place = row(pulse)
    let inside = WideLanes.less(WideLanes(repeating: 1), place) & WideLanes.less(place, WideLanes(repeating: Double(count - 2)))
    let gradual = (holds.set ? pulse.set : .zero) | (holds.reset ? ~pulse.set : .zero)
    return WideLanes.select(inside, WideLanes(repeating: 1), WideLanes(repeating: 0)).floats.nonzero & gradual
  }

  /// x in rows of its polarity's part.
  @inline(__always)
  private func row(_ pulse: Pulse) -> WideLanes {
    let scaled = pulse.logarithm * JartTraining.rowsPerUnit
    return WideLanes.select(pulse.set.wide, scaled - first[0], -scaled - first[1])
  }

  /// ln N after one pulse of cells that the table covers; `shape` holds radius and length in -1...1, nil for nominal ones.
  @inline(__always)
  func moved(_ pulse: Pulse, _ shape: (FloatLanes, FloatLanes)?) -> WideLanes {
    let place = row(pulse)
    let nearest = WideLanes.floor(place + 0.5)
    let offset = (place - nearest).floats
    let index = ms_float_to_int(nearest.floats) &+ ms_select_i(pulse.set, .zero, IntLanes(repeating: Int32(count)))
    let (value, slope) = shape.map { varied(index, $0.0, $0.1) } ?? nominal(index)
    let way = Elementary.exp(value.addingProduct(offset, slope))
    let ahead = WideLanes.select(pulse.set.wide, pulse.most - pulse.logarithm, pulse.logarithm - pulse.least).floats
    let step = WideLanes(limited(way, slope * Float(JartTraining.rowsPerUnit), ahead))
    return pulse.logarithm + WideLanes.select(pulse.set.wide, step, -step)
  }

  /// The step in ln N for a way in the coordinate without limiter; `rise` is d ln G/dx.
  @inline(__always)
  private func limited(_ way: FloatLanes, _ rise: FloatLanes, _ ahead: FloatLanes) -> FloatLanes {
    let room = ms_at_least_f(ahead, .zero)
    if limiter == 0 { return ms_at_most_f(way, room) }
    let exponent = -limiter * room
    // Far from the bound the limiter is 1 to single precision.
    let near = ms_less_f(FloatLanes(repeating: -17), exponent)
    if !any(near) { return way }
    let free = -Elementary.expm1(exponent)
    // The table's way is for F = 1 all along; with less the cell gets less far, and ln G rises less.
    let slope = ms_select_f(ms_less_f(ms_abs_f(rise), FloatLanes(repeating: 1e-3)), FloatLanes(repeating: 1e-3), rise)
    let slowed = slope * ms_at_least_f(free, FloatLanes(repeating: 1e-6))
    let along = Elementary.log1p(slowed / slope * Elementary.expm1(-slope * way)) / -slowed
    let step = Elementary.log1p(free * Elementary.expm1(-limiter * along)) * (-1 / limiter)
    return ms_select_f(near, step, way)
  }

  @inline(__always)
  private func nominal(_ index: IntLanes) -> (FloatLanes, FloatLanes) {
    // The constant terms: column 0, and column 10 in the third group of four.
    let a = column(index, 0), b = column(index, 8)
    return (a.a, b.c)
  }

  @inline(__always)
  private func varied(_ index: IntLanes, _ p: FloatLanes, _ q: FloatLanes) -> (FloatLanes, FloatLanes) {
    let a = column(index, 0), b = column(index, 4), c = column(index, 8), d = column(index, 12)
    // Nested: a + p (b + p (pp + p ppp + q ppq) + q pq) + q (c + q (qq + p pqq + q qqq)).
    let pp = a.d.addingProduct(p, b.c).addingProduct(q, b.d)
    let qq = b.b.addingProduct(p, c.a).addingProduct(q, c.b)
    let byP = a.b.addingProduct(p, pp).addingProduct(q, b.a)
    let byQ = a.c.addingProduct(q, qq)
    let value = a.a.addingProduct(p, byP).addingProduct(q, byQ)
    let slopeP = c.d.addingProduct(p, d.b).addingProduct(q, d.c)
    let slopeQ = d.a.addingProduct(q, d.d)
    return (value, c.c.addingProduct(p, slopeP).addingProduct(q, slopeQ))
  }

  @inline(__always)
  private func column(_ index: IntLanes, _ first: Int) -> Columns {
    var columns: Columns = (.zero, .zero, .zero, .zero)
    ms_columns_f(rows + first, index, Int32(JartTraining.width), &columns)
    return columns
  }
}

private typealias Columns = (a: FloatLanes, b: FloatLanes, c: FloatLanes, d: FloatLanes)

extension SIMD16 where Scalar == Float {
  /// -1 where not 0.
  @inline(__always)
  var nonzero: IntLanes { ~ms_equal_zero_f(self) }
}
