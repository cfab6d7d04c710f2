import CMemSimSIMD

/// The exact flow at constant voltage: the transit-time map of the scalar, autonomous equation du/dt = +-G(u) F(u), with
/// u = ln N, the drift rate G and the limiter F.
///
/// Three ideas. The limiter F = 1 - e^(-p (X - x)), X being the bound ahead, goes away in the coordinate s with
/// ds = dx / F: there dx = -1/p ln(1 + F (e^(-p ds) - 1)), which keeps the smallest increments and never passes X.
/// ln G is linear between fixed nodes, so the transit time of a piece and its inverse are closed forms. And each
/// interval's time is corrected to fourth order (Richardson), so errors do not add up along the way.
///
/// The nodes are the same for every cell and voltage: what a cell does depends on nothing but the cell.
struct JartFlow {
  /// Intervals in a unit of ln N; each is two pieces.
  static let intervalsPerUnit = 8.0
  static let interval = 1 / intervalsPerUnit

  /// Exponent p of the limiter; 0 for a hard stop.
  let limiter: Double

  /// What a cell's motion through an interval needs: ln G at both ends and between, and what its times are multiplied by.
  struct Interval {
    let start, middle, end: WideLanes
    let correction: WideLanes
  }

  /// A cell on its way: x runs upwards, to `bound`; for V > 0 it is -ln N.
  struct Position {
    var x: WideLanes
    /// s.
    var time: WideLanes
    let bound: WideLanes
  }

  /// Interval number of x, as a whole number; x on a node belongs to the interval above.
  @inline(__always)
  static func number(_ x: WideLanes) -> WideLanes { WideLanes.floor(x * intervalsPerUnit) }

  /// The interval from ln G at its ends and middle.
  @inline(never)
  func interval(_ number: WideLanes, _ start: WideLanes, _ middle: WideLanes, _ end: WideLanes, bound: WideLanes) -> Interval {
    let first = number * JartFlow.interval
    let center = first + JartFlow.interval / 2, last = first + JartFlow.interval
    let whole = piece(first, last, start, end, bound)
    let halves = piece(first, center, start, middle, bound) + piece(center, last, middle, end, bound)
    let ratio = (4 - whole / halves) * (1.0 / 3)
    // An interval with the bound in it has no transit time.
    let usable = WideLanes.less(halves, WideLanes(repeating: 1e300))
    let correction = WideLanes.select(usable, ratio, WideLanes(repeating: 1))
    return Interval(start: start, middle: middle, end: end, correction: correction)
  }

  /// Times of both halves of whole intervals, as `move` finds them; infinite where the bound lies within the interval.
  func times(_ number: WideLanes, _ interval: Interval, bound: WideLanes) -> (first: WideLanes, second: WideLanes) {
    let low = number * JartFlow.interval
    let center = low + JartFlow.interval / 2, high = low + JartFlow.interval
    let infinite = WideLanes(repeating: .infinity)
    let free = WideLanes.less(high, bound)
    let first = interval.correction * piece(low, center, interval.start, interval.middle, bound)
    let second = interval.correction * piece(center, high, interval.middle, interval.end, bound)
    return (WideLanes.select(free, first, infinite), WideLanes.select(free, second, infinite))
  }

  /// Time from `a` to `b` with ln G from `rateA` to `rateB`; infinite if the bound comes first.
  @inline(__always)
  private func piece(_ a: WideLanes, _ b: WideLanes, _ rateA: WideLanes, _ rateB: WideLanes, _ bound: WideLanes) -> WideLanes {
    transit(unlimited(from: a, to: b, bound), rateA, rateB)
  }

  /// e^-rateA d (1 - e^-z) / z, z being the rise of ln G along the way d.
  @inline(__always)
  private func transit(_ way: WideLanes, _ rateA: WideLanes, _ rateB: WideLanes) -> WideLanes {
    let z = rateB - rateA
    let small = WideLanes.less(WideLanes.abs(z), WideLanes(repeating: 1e-5))
    let safe = WideLanes.select(small, WideLanes(repeating: 1), z)
    let mean = WideLanes.select(small, 1 - 0.5 * z, -WideLanes.expm1(-safe) / safe)
    return WideLanes.exp(-rateA) * way * mean
  }

  /// The way from a to b in the coordinate without limiter; infinite if b is not before the bound.
  @inline(__always)
  private func unlimited(from a: WideLanes, to b: WideLanes, _ bound: WideLanes) -> WideLanes {
    let infinite = WideLanes(repeating: .infinity)
    if limiter == 0 { return WideLanes.select(WideLanes.less(a, bound), b - a, infinite) }
    let part = WideLanes.expm1(limiter * (a - b)) / freedom(a, bound)
    let reached = WideLanes.less(WideLanes(repeating: -1), part) & WideLanes.less(a, bound)
    let way = WideLanes.log1p(WideLanes.select(reached, part, WideLanes(repeating: -0.5))) * (-1 / limiter)
    return WideLanes.select(reached, way, infinite)
  }

  /// F at x: 1 far from the bound, 0 at it and beyond, where a bound that has moved may leave a cell.
  @inline(__always)
  private func freedom(_ x: WideLanes, _ bound: WideLanes) -> WideLanes {
    -WideLanes.expm1(limiter * WideLanes.atMost(x - bound, WideLanes(repeating: 0)))
  }

  /// Moves through both halves of an interval.
  @inline(__always)
  func move(_ position: inout Position, _ interval: Interval, low: WideLanes, center: WideLanes, high: WideLanes) {
    move(&position, low: low, high: center, interval.start, interval.middle, interval.correction)
    move(&position, low: center, high: high, interval.middle, interval.end, interval.correction)
  }

  /// Moves through the half of `interval` that lies between `low` and `high`, those cells that are in it and have time.
  @inline(never)
  private func move(
    _ position: inout Position, low: WideLanes, high: WideLanes, _ rateLow: WideLanes, _ rateHigh: WideLanes,
    _ correction: WideLanes
  ) {
    let x = position.x
    let active = WideLanes.less(x, high) & WideLanes.less(WideLanes(repeating: 0), position.time)
    if !WideLanes.any(active) { return }
    let slope = (rateHigh - rateLow) * (2 * JartFlow.intervalsPerUnit)
    let rate = rateLow.addingProduct(slope, x - low)
    let way = unlimited(from: x, to: high, position.bound)
    let needed = correction * transit(way, rate, rateHigh)
    let stays = active & WideLanes.less(position.time, needed), passes = active & ~stays
    let target = limiter == 0 ? WideLanes.atMost(high, position.bound) : high
    position.x = WideLanes.select(passes, target, x)
    if WideLanes.any(stays) {
      let end = arrive(x, slope, rate, rateHigh, way, position.time / correction, position.bound)
      position.x = WideLanes.select(stays, WideLanes.atMost(end, high), position.x)
    }
    let left = WideLanes.select(passes, position.time - needed, WideLanes(repeating: 0))
    position.time = WideLanes.select(active, left, position.time)
  }

  /// Where a cell is after `time` within a piece.
  @inline(__always)
  private func arrive(
    _ x: WideLanes, _ slope: WideLanes, _ rate: WideLanes, _ rateHigh: WideLanes, _ way: WideLanes, _ time: WideLanes,
    _ bound: WideLanes
  ) -> WideLanes {
    let distance = WideLanes.exp(rate) * time
    if limiter == 0 { return WideLanes.atLeast(WideLanes.atMost(x + shift(distance, slope), bound), x) }
    let free = freedom(x, bound)
    // Over the whole piece if it has an end, else from here: then once more with the slope along the way gone.
    let finite = WideLanes.less(way, WideLanes(repeating: 1e300))
    let chord = (rateHigh - rate) / WideLanes.atMost(way, WideLanes(repeating: 1e300))
    let first = limited(shift(distance, WideLanes.select(finite, chord, slope * free)), free)
    if !WideLanes.any(~finite) { return x + first.dx }
    let second = limited(shift(distance, slope * (first.dx / first.ds)), free)
    return x + WideLanes.select(finite, first.dx, second.dx)
  }

  /// ds after moving at a rate that is `distance` at first and grows with `slope`.
  @inline(__always)
  private func shift(_ distance: WideLanes, _ slope: WideLanes) -> WideLanes {
    let z = slope * distance
    let small = WideLanes.less(WideLanes.abs(z), WideLanes(repeating: 1e-5))
    let safe = WideLanes.select(small, WideLanes(repeating: 1), slope)
    let full = -WideLanes.log1p(-WideLanes.atMost(z, WideLanes(repeating: 1 - 1e-12))) / safe
    return WideLanes.select(small, distance.addingProduct(distance, 0.5 * z), full)
  }

  @inline(__always)
  private func limited(_ ds: WideLanes, _ free: WideLanes) -> (ds: WideLanes, dx: WideLanes) {
    let ds = WideLanes.atLeast(ds, WideLanes(repeating: 1e-300))
    return (ds, WideLanes.log1p(free * WideLanes.expm1(-limiter * ds)) * (-1 / limiter))
  }
}
