import CMemSimSIMD

/// Integrates y' = f(t, y) of eight cells at once, each lane with its own time and its own steps, by the pair of orders
/// 5 and 4 of Dormand and Prince (1980). The bits of a lane do not depend on its neighbours.
///
/// For equations that are stiff at most where they come to rest: steps then stay within the method's stability, and
/// end once y is within 1e-12 of the range from where it goes. A step whose error is far above what the last one
/// promised has met a kink, where the estimate can be small by chance: it is made again, shorter.
package struct RungeKutta: Sendable {
  /// Error allowed in a step, of the distance from the nearer bound; 1e-12 of the range is allowed besides.
  let relative: Double
  /// Steps taken and rejected before a lane is given up.
  let maxSteps: Int

  package init(relative: Double = 1e-8, maxSteps: Int = 20_000) { (self.relative, self.maxSteps) = (relative, maxSteps) }

  /// Advances `y` from time 0 by `durations`; lanes of duration 0 keep their bits.
  ///
  /// A lane that comes to a bound at which its rate points outward is put on it and rests while that lasts. Where the
  /// rate vanishes at the bound it stops 1e-12 of the range before, from where it finds back in finite time.
  ///
  /// - Parameter steady: whether f does not depend on time: cells at rest are then done.
  /// - Returns: -1 in lanes whose steps did not suffice; their y is not to be used.
  package func advance<System: ScalarSystem>(
    _ system: System, _ y: inout DoubleLanes, for durations: DoubleLanes, within range: ClosedRange<Double>, steady: Bool
  ) -> LongLanes {
    let bounds = RungeKuttaBounds(range)
    var walk = RungeKuttaWalk(system: system, bounds: bounds, relative: relative, start: y, durations: durations)
    for _ in 0..<maxSteps {
      if steady { walk.retire() }
      if !any(walk.active) { break }
      walk.step()
    }
    y = ms_select_d(ms_less_d(.zero, durations), walk.y, y)
    return walk.active
  }
}

/// Where the state may be, and how near a bound counts as there.
struct RungeKuttaBounds {
  let low, high, margin: DoubleLanes

  init(_ range: ClosedRange<Double>) {
    low = DoubleLanes(repeating: range.lowerBound)
    high = DoubleLanes(repeating: range.upperBound)
    margin = DoubleLanes(repeating: 1e-12 * (range.upperBound - range.lowerBound))
  }

  /// From the nearer bound.
  @inline(__always)
  func distance(_ y: DoubleLanes) -> DoubleLanes { ms_at_least_d(ms_at_most_d(y - low, high - y), .zero) }

  @inline(__always)
  func clamp(_ y: DoubleLanes) -> DoubleLanes { ms_at_least_d(ms_at_most_d(y, high), low) }

  /// -1 where y is at a bound, or beyond.
  @inline(__always)
  func atLow(_ y: DoubleLanes) -> LongLanes { ms_less_equal_d(y, low + margin) }

  @inline(__always)
  func atHigh(_ y: DoubleLanes) -> LongLanes { ms_less_equal_d(high - margin, y) }

  /// -1 where y is at a bound and `rate` does not lead away from it.
  @inline(__always)
  func holds(_ y: DoubleLanes, _ rate: DoubleLanes) -> LongLanes {
    (atLow(y) & ms_less_equal_d(rate, .zero)) | (atHigh(y) & ms_less_equal_d(.zero, rate))
  }
}

/// Eight cells on their way.
struct RungeKuttaWalk<System: ScalarSystem> {
  let system: System
  let bounds: RungeKuttaBounds
  let relative: Double
  var y: DoubleLanes
  /// Rate at `y` now.
  var rate: DoubleLanes
  var time = DoubleLanes.zero
  /// Time still to go.
  var left: DoubleLanes
  /// Length of the next step.
  var length: DoubleLanes
  /// Error of the last step made, as a share of what is allowed, over the fifth power of its length.
  private var coefficient: DoubleLanes
  /// -1 where time is left.
  var active: LongLanes
  /// -1 where the state is within the margin of where its last step was leading.
  private var resting = LongLanes.zero

  init(system: System, bounds: RungeKuttaBounds, relative: Double, start: DoubleLanes, durations: DoubleLanes) {
    (self.system, self.bounds, self.relative) = (system, bounds, relative)
    (y, left) = (bounds.clamp(start), durations)
    rate = system.rate(.zero, y)
    active = ms_less_d(.zero, durations)
    // A hundredth of the way to the nearer bound, or of a share of the range where that is near.
    let way = 0.01 * (bounds.distance(y) + bounds.margin * (1 / relative))
    length = ms_at_most_d(way / ms_abs_d(rate), durations)
    coefficient = DoubleLanes(repeating: .infinity)
  }

  /// Ends lanes whose state does not move.
  @inline(__always)
  mutating func retire() {
    active = active & ~(bounds.holds(y, rate) | ms_less_equal_d(ms_abs_d(rate), .zero) | resting)
  }

  /// Tries a step in every active lane.
  @inline(__always)
  mutating func step() {
    let h = ms_at_most_d(length, left)
    let trial = RungeKuttaTrial(system, bounds, y, rate, at: time, h)
    let scale = bounds.margin.addingProduct(ms_at_least_d(bounds.distance(y), bounds.distance(trial.end)), relative)
    let error = trial.error / scale
    let fifth = h * (h * h) * (h * h)
    let surprised = ms_less_d(100 * ms_at_least_d(coefficient * fifth, DoubleLanes(repeating: 1e-5)), error)
    let turned = ms_less_d(scale, trial.excess) & ~trial.arrived
    let accepted = active & ms_less_equal_d(error, DoubleLanes(repeating: 1)) & ~(turned | surprised)
    let ended = accepted & ms_less_equal_d(left, h)
    resting = accepted & trial.rests(y, rate, within: bounds.margin)
    y = ms_select_d(accepted, trial.landing(y), y)
    rate = ms_select_d(accepted, trial.endRate, rate)
    time = ms_select_d(accepted, time + h, time)
    left = ms_select_d(ended, .zero, ms_select_d(accepted, left - h, left))
    coefficient = ms_select_d(accepted, error / fifth, coefficient)
    let factor = growth(error)
    let shorter = ms_at_most_d(factor, DoubleLanes(repeating: 0.4))
    length = ms_at_most_d(h * ms_select_d(turned | surprised, shorter, factor), trial.stableLength)
    active = active & ~ended
  }

  /// 0.9 error^(-1/5), between a fifth and five; a fifth where the error is not a number.
  @inline(__always)
  private func growth(_ error: DoubleLanes) -> DoubleLanes {
    let bounded = ms_select_d(ms_less_d(error, DoubleLanes(repeating: 1e4)), error, DoubleLanes(repeating: 1e4))
    let power = Elementary.exp(Elementary.log(ms_at_least_d(bounded, DoubleLanes(repeating: 1e-5))) * -0.2)
    return ms_at_least_d(ms_at_most_d(0.9 * power, DoubleLanes(repeating: 5)), DoubleLanes(repeating: 0.2))
  }
}
