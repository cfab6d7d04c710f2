import CMemSimSIMD

/// y' = f(t, y) with one unknown.
package protocol ScalarSystem {
  /// f at eight points, each by itself. Never called with y outside the bounds of the integration.
  func rate(_ time: DoubleLanes, _ y: DoubleLanes) -> DoubleLanes
}

/// Integrates one stiff scalar equation by Radau IIA of order five with adaptive steps.
///
/// Every step is made once whole and twice by half; the difference is its error. It is divided by 7, not by 31, since the
/// order falls to that of the stages, three, where the equation is stiff. A second test, which only has to be coarse,
/// holds the slope of the step's cubic at its start against the equation: a step so long that it never sees an explosive
/// phase is consistent with itself, and only there wrong. Time since the start is a sum of two numbers, so that
/// steps far below its rounding still count.
///
/// Method: Hairer and Wanner, Solving Ordinary Differential Equations II, chapter IV.8.
package struct Radau: Sendable {
  /// Error allowed in every step: absolute + relative |y|, in the unit of y; both above 0.
  let relative, absolute: Double
  /// Steps taken and rejected before `advance` gives up.
  let maxSteps: Int

  package init(relative: Double = 1e-10, absolute: Double = 1e-12, maxSteps: Int = 20_000) {
    (self.relative, self.absolute, self.maxSteps) = (relative, absolute, maxSteps)
  }

  /// y at time `to`, for its value at time `from` <= `to`; nil if the steps did not suffice or a rate is not a number.
  ///
  /// Between the bounds y is free. At a bound it rests while the rate points outward or is 0, for good unless the rate
  /// turns; of turns that undo one another within a seventh of the rest, none may be seen.
  package func advance<System: ScalarSystem>(
    _ system: System, _ y: Double, from: Double, to: Double, within range: ClosedRange<Double>
  ) -> Double? {
    if y.isNaN { return nil }
    guard to > from, range.lowerBound < range.upperBound else { return range.clamp(y) }
    let stepper = RadauStepper(system: system, range: range, relative: relative, absolute: absolute)
    var clock = RadauClock(from: from, to: to)
    var y = range.clamp(y)
    var length = Double.infinity
    for _ in 0..<maxSteps {
      if y == range.lowerBound || y == range.upperBound {
        guard let turn = stepper.turn(at: y, clock) else { return y }
        clock.skip(turn)
      }
      length = min(length.isFinite ? length : stepper.firstLength(clock, y), clock.remaining)
      let step = stepper.step(clock, y, length)
      if let end = step.end {
        if length >= clock.remaining { return end }
        clock.advance(length)
        y = end
      }
      length *= step.factor
    }
    return nil
  }
}

/// Time since the start of an integration, in twice the precision.
struct RadauClock {
  private let from, span: Double
  private var elapsed = 0.0, rest = 0.0

  init(from: Double, to: Double) { (self.from, span) = (from, to - from) }

  var now: Double { from + elapsed }
  var remaining: Double { (span - elapsed) - rest }

  /// Time after another `length`.
  func after(_ length: Double) -> Double { from + (elapsed + length) }

  mutating func advance(_ length: Double) {
    let term = length + rest
    let sum = elapsed + term
    let part = sum - elapsed
    rest = (elapsed - (sum - part)) + (term - part)
    elapsed = sum
  }

  /// Advances by a length that need not be exact.
  mutating func skip(_ length: Double) { if length > 0 { advance(min(length, remaining)) } }
}

extension ClosedRange<Double> {
  func clamp(_ y: Double) -> Double { Swift.min(Swift.max(y, lowerBound), upperBound) }
}
