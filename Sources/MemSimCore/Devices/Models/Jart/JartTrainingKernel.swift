import CMemSimSIMD

/// Training pulses of a block of cells by the table: increments in single precision, relative to themselves; ln N in
/// double.
struct JartTrainingKernel: @unchecked Sendable {
  let rows: JartRows
  let count: Int
  let first: SIMD2<Double>
  let holds: (set: Bool, reset: Bool)
  let pages: Int32
  let radius, length: JartScale
  let limiter: Float
  /// Whether radius and length of every cell are known to be within the fitted ranges.
  let shapesFit: Bool

  init(_ table: JartTraining, limiter: Double, shapesFit: Bool) {
    (count, first, pages) = (table.count, table.first, Int32(table.pages))
    rows = JartRows(base: table.rows.base, width: Int32(table.width))
    (holds, radius, length) = (table.holds, table.radius, table.length)
    (self.limiter, self.shapesFit) = (Float(limiter), shapesFit)
  }

  /// A pulse's cells: which are SET, where they are, how far the bound is.
  struct Pulse {
    /// -1 where SET.
    let set: IntLanes
    var logarithm: WideLanes
    let least, most: WideLanes

    /// ln N after a way.
    @inline(__always)
    func ahead(_ way: FloatLanes) -> FloatLanes { logarithm.floats + ms_select_f(set, way, -way) }
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

  /// ln N after up to n pulses of the cells that have any `left`, and how many that were; the table covers all of them.
  @inline(__always)
  func moved(_ pulse: Pulse, left: IntLanes, _ shape: JartShape) -> (WideLanes, IntLanes) {
    let one = IntLanes(repeating: 1), now = ms_less_i(.zero, left)
    let place = JartPlace(row(pulse), first: ms_select_i(pulse.set, .zero, IntLanes(repeating: Int32(count))))
    let ahead = WideLanes.select(pulse.set.wide, pulse.most - pulse.logarithm, pulse.logarithm - pulse.least).floats
    var (way, taken, several) = (FloatLanes.zero, one, IntLanes.zero)
    if any(ms_less_i(one, left)) {
      // Several pulses are taken at a time where the bound does not matter to any of them.
      let n = ms_select_i(now, left, one)
      let (far, many) = rows.isNominal ? paged(place, n) : flown(place, n, pulse, shape)
      several = ms_less_i(one, many) & isFar(far, ahead)
      (way, taken) = (limiter == 0 ? stopped(far, ahead) : far, ms_select_i(several, many, one))
    }
    if any(now & ~several) {
      let (single, slope) = single(place, pulse, shape)
      let limited = limited(single, slope * Float(JartTraining.rowsPerUnit), ahead)
      way = ms_select_f(several, way, limited)
    }
    let step = WideLanes(way)
    return (pulse.logarithm + WideLanes.select(pulse.set.wide, step, -step), taken)
  }

  /// The way of one pulse and its slope by rows; of a walking cell at the radius and length half-way.
  @inline(__always)
  private func single(_ place: JartPlace, _ pulse: Pulse, _ shape: JartShape) -> (FloatLanes, FloatLanes) {
    let row = rows[place.index]
    let share = shape.share(pulse.ahead(.zero))
    let (value, slope) = row.at(shape.at(share))
    let way = Elementary.exp(value.addingProduct(place.offset, slope))
    if !shape.walks { return (way, slope) }
    let gain = shape.gain(from: share, ms_select_f(pulse.set, way, -way) * 0.5)
    // Where radius and length hardly change the way is right to 5e-4.
    let change = ms_at_least_f(ms_abs_f(gain * shape.growthP), ms_abs_f(gain * shape.growthQ))
    if !any(ms_less_f(FloatLanes(repeating: 2e-4), change)) { return (way, slope) }
    let (middle, rise) = row.at(shape.at(share + gain))
    return (Elementary.exp(middle.addingProduct(place.offset, rise)), rise)
  }

  /// The way of nominal cells in as many of n pulses as there are pages, and how many that is; 1: too long a way.
  @inline(__always)
  private func paged(_ place: JartPlace, _ n: IntLanes) -> (FloatLanes, IntLanes) {
    let many = ms_select_i(ms_less_i(n, IntLanes(repeating: pages)), n, IntLanes(repeating: pages))
    let (value, slope) = rows[place.index &+ (many &- 1) &* IntLanes(repeating: Int32(2 * count))].nominal
    let way = Elementary.exp(value.addingProduct(place.offset, slope))
    return (way, ms_select_i(ms_less_f(way, FloatLanes(repeating: JartTraining.longest)), many, IntLanes(repeating: 1)))
  }

  /// The same of cells that differ: the pulses that a way takes are the integral of 1/G along it, by Simpson's rule; ways
  /// are short enough for it, and the guess that is corrected is one along which ln G rises as at its start. Up to 1: too
  /// long a way for several.
  @inline(never)
  private func flown(_ place: JartPlace, _ n: IntLanes, _ pulse: Pulse, _ shape: JartShape) -> (FloatLanes, IntLanes) {
    var longest = FloatLanes(repeating: JartTraining.longestVaried)
    if shape.walks { longest = ms_select_f(pulse.set, longest, FloatLanes(repeating: JartTraining.longestWalking)) }
    let (logarithm, slope) = begin(place, pulse, shape), start = Elementary.exp(logarithm)
    let rise = ms_select_f(ms_less_f(ms_abs_f(slope), FloatLanes(repeating: 1e-3)), FloatLanes(repeating: 1e-3), slope)
    let most = Elementary.expm1(-rise * longest) / (-rise * start)
    let many = ms_float_to_int(ms_at_most_f(ms_int_to_f(n), most))
    if !any(ms_less_i(IntLanes(repeating: 1), many)) { return (.zero, many) }
    let k = ms_int_to_f(many)
    let guess = Elementary.log1p(-ms_at_most_f(k * rise * start, FloatLanes(repeating: 0.9))) / -rise
    // 1/G at the start, half-way and at the end; ln G as a parabola goes on from there.
    let middle = rate(place, at: guess * 0.5, pulse, shape), end = rate(place, at: guess, pulse, shape)
    let mean = 1 / start + FloatLanes(repeating: 4) * Elementary.exp(-middle) + Elementary.exp(-end)
    let change = (k - guess * mean * Float(1.0 / 6)) * Elementary.exp(end)
    let bend = ((end - middle) * 3 + (logarithm - middle)) / ms_at_least_f(guess, FloatLanes(repeating: 1e-6))
    return (guess + change.addingProduct(change * change, bend * 0.5), many)
  }

  /// ln G at a place, G in 1/pulse, and its slope ahead.
  @inline(__always)
  private func begin(_ place: JartPlace, _ pulse: Pulse, _ shape: JartShape) -> (FloatLanes, FloatLanes) {
    let row = rows[place.index &+ IntLanes(repeating: Int32(2 * count))], share = shape.share(pulse.ahead(.zero))
    let (value, slope) = row.at(shape.at(share)), rise = slope * Float(JartTraining.rowsPerUnit)
    let logarithm = value.addingProduct(place.offset, slope)
    if !shape.walks { return (logarithm, rise) }
    let growth = shape.growth(at: share), gradient = row.gradient(shape.at(share))
    let change = (gradient.p * growth.p).addingProduct(gradient.q, growth.q)
    return (logarithm, rise + ms_select_f(pulse.set, change, -change))
  }

  /// ln G a way from a place.
  @inline(__always)
  private func rate(_ place: JartPlace, at way: FloatLanes, _ pulse: Pulse, _ shape: JartShape) -> FloatLanes {
    let scale = Float(JartTraining.rowsPerUnit)
    let y = place.offset.addingProduct(way, FloatLanes(repeating: scale)), whole = ms_round_f(y)
    let page = IntLanes(repeating: Int32(2 * count)), last = place.first &+ IntLanes(repeating: Int32(count - 1))
    let row = place.index &+ ms_float_to_int(whole)
    let (value, slope) = rows[ms_select_i(ms_less_i(row, last), row, last) &+ page].at(shape.at(shape.share(pulse.ahead(way))))
    return value.addingProduct(y - whole, slope)
  }

  /// Where the limiter stays within 5e-5 of 1 all the way; a hard stop is met as well by many pulses as by one.
  @inline(__always)
  private func isFar(_ way: FloatLanes, _ ahead: FloatLanes) -> IntLanes {
    limiter == 0 ? IntLanes(repeating: -1) : ms_less_f(FloatLanes(repeating: 10 / limiter), ahead - way)
  }

  /// A way that ends at the bound.
  @inline(__always)
  private func stopped(_ way: FloatLanes, _ ahead: FloatLanes) -> FloatLanes {
    ms_at_most_f(way, ms_at_least_f(ahead, .zero))
  }

  /// The step in ln N for a way in the coordinate without limiter; `rise` is d ln G/dx.
  @inline(__always)
  private func limited(_ way: FloatLanes, _ rise: FloatLanes, _ ahead: FloatLanes) -> FloatLanes {
    if limiter == 0 { return stopped(way, ahead) }
    let exponent = -limiter * ms_at_least_f(ahead, .zero)
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
}

extension SIMD16 where Scalar == Float {
  /// -1 where not 0.
  @inline(__always)
  var nonzero: IntLanes { ~ms_equal_zero_f(self) }
}
