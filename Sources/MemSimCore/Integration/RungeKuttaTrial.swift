import CMemSimSIMD

/// One step of Dormand and Prince, tried. Beyond the bounds the rate is taken as that at the bound; where the state is
/// held at a bound, rates that point outward count as 0.
struct RungeKuttaTrial {
  private let bounds: RungeKuttaBounds
  /// Order 5, which may lie beyond a bound.
  private(set) var end = DoubleLanes.zero
  /// Rate at the end, on the bound where the end is at one.
  private(set) var endRate = DoubleLanes.zero
  /// Difference of the two orders.
  private(set) var error = DoubleLanes.zero
  /// How far the way led beyond a bound.
  private(set) var excess = DoubleLanes.zero
  /// -1 where the end is at a bound and its rate does not lead away.
  private(set) var arrived = LongLanes.zero
  /// Longest step that is stable with the slope of the rate at the end.
  private(set) var stableLength = DoubleLanes.zero

  @inline(__always)
  init<System: ScalarSystem>(
    _ system: System, _ bounds: RungeKuttaBounds, _ y: DoubleLanes, _ k1: DoubleLanes, at time: DoubleLanes,
    _ h: DoubleLanes
  ) {
    self.bounds = bounds
    let held = bounds.holds(y, k1)
    let first = ms_select_d(held, .zero, k1)
    var beyond = DoubleLanes.zero
    /// Rate at a share of the step, y having changed by h times `slope`.
    @inline(__always) func stage(_ share: Double, _ slope: DoubleLanes) -> DoubleLanes {
      let wanted = y.addingProduct(h, slope)
      let point = bounds.clamp(wanted)
      beyond = ms_at_least_d(beyond, ms_select_d(held, .zero, ms_abs_d(wanted - point)))
      let rate = system.rate(time.addingProduct(h, share), point)
      return ms_select_d(held & bounds.holds(point, rate), .zero, rate)
    }
    let k2 = stage(1.0 / 5, first * (1.0 / 5))
    let k3 = stage(3.0 / 10, (first * (3.0 / 40)).addingProduct(k2, 9.0 / 40))
    let k4 = stage(4.0 / 5, (first * (44.0 / 45)).addingProduct(k2, -56.0 / 15).addingProduct(k3, 32.0 / 9))
    let k5 = stage(
      8.0 / 9,
      (first * (19372.0 / 6561)).addingProduct(k2, -25360.0 / 2187).addingProduct(k3, 64448.0 / 6561)
        .addingProduct(k4, -212.0 / 729))
    let sixth = (first * (9017.0 / 3168)).addingProduct(k2, -355.0 / 33).addingProduct(k3, 46732.0 / 5247)
      .addingProduct(k4, 49.0 / 176).addingProduct(k5, -5103.0 / 18656)
    let k6 = stage(1, sixth)
    let slope = (first * (35.0 / 384)).addingProduct(k3, 500.0 / 1113).addingProduct(k4, 125.0 / 192)
      .addingProduct(k5, -2187.0 / 6784).addingProduct(k6, 11.0 / 84)
    end = y.addingProduct(h, slope)
    excess = ms_at_least_d(beyond, ms_select_d(held, .zero, ms_abs_d(end - bounds.clamp(end))))
    let k7 = arrive(system, time + h, y)
    let last = ms_select_d(held & arrived, .zero, k7)
    error = ms_abs_d(
      h * (first * (71.0 / 57600)).addingProduct(k3, -71.0 / 16695).addingProduct(k4, 71.0 / 1920)
        .addingProduct(k5, -17253.0 / 339200).addingProduct(k6, 22.0 / 525).addingProduct(last, -1.0 / 40))
    endRate = k7
    // Both at the end of the step; the real interval of stability is 3.3.
    let way = ms_abs_d(h * (slope - sixth))
    let steepness = ms_select_d(ms_less_d(.zero, way), ms_abs_d(k7 - k6) / way, .zero)
    stableLength = 2.5 / steepness
  }

  /// The rate at the end, on the bound if the step came to one.
  @inline(__always)
  private mutating func arrive<System: ScalarSystem>(_ system: System, _ time: DoubleLanes, _ y: DoubleLanes) -> DoubleLanes {
    let nearLow = bounds.atLow(end) & ms_less_equal_d(end, y)
    let nearHigh = bounds.atHigh(end) & ms_less_equal_d(y, end)
    let point = ms_select_d(nearLow, bounds.low, ms_select_d(nearHigh, bounds.high, bounds.clamp(end)))
    let rate = system.rate(time, point)
    arrived = (nearLow | nearHigh) & bounds.holds(point, rate)
    return rate
  }

  /// Where the step leaves the state: on a bound that the rate leads beyond, else no nearer to it than the margin.
  @inline(__always)
  func landing(_ y: DoubleLanes) -> DoubleLanes {
    let least = ms_at_most_d(y, bounds.low + bounds.margin)
    let most = ms_at_least_d(y, bounds.high - bounds.margin)
    let inside = ms_at_least_d(ms_at_most_d(end, most), least)
    let leads = ms_less_d(.zero, ms_abs_d(endRate))
    return ms_select_d(arrived & leads, bounds.clamp(ms_select_d(bounds.atLow(end), bounds.low, bounds.high)), inside)
  }

  /// -1 where the rate vanishes within `margin` of the end, going by its slope over the step.
  @inline(__always)
  func rests(_ y: DoubleLanes, _ rate: DoubleLanes, within margin: DoubleLanes) -> LongLanes {
    let (way, fall) = (end - y, rate - endRate)
    let converges = ms_less_d(.zero, way * fall)
    return converges & ms_less_d(ms_abs_d(endRate * way), margin * ms_abs_d(fall))
  }
}
