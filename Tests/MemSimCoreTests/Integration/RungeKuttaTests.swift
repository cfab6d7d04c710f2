import Foundation
import MemSimCore
import Testing

/// Equations with known solutions, bounds, and the independence of the lanes.
@Suite struct RungeKuttaTests {
  private struct Equation: ScalarSystem {
    let body: @Sendable (Double, Double) -> Double
    func rate(_ time: DoubleLanes, _ y: DoubleLanes) -> DoubleLanes {
      var rates = DoubleLanes.zero
      for lane in 0..<8 { rates[lane] = body(time[lane], y[lane]) }
      return rates
    }
  }

  private func end(
    _ y: Double, for duration: Double, within range: ClosedRange<Double> = -200...200, steady: Bool = true,
    relative: Double = 1e-8, _ body: @escaping @Sendable (Double, Double) -> Double
  ) -> Double? {
    var lanes = DoubleLanes(repeating: y)
    let method = RungeKutta(relative: relative)
    let failed = method.advance(
      Equation(body: body), &lanes, for: DoubleLanes(repeating: duration), within: range, steady: steady)
    for lane in 1..<8 { #expect(lanes[lane] == lanes[0]) }
    return failed == LongLanes.zero ? lanes[0] : nil
  }

  /// Errors of up to a hundred steps, each below 1e-8, that the equations do not magnify.
  private let tolerance = 1e-6

  @Test func knownSolutions() throws {
    #expect(abs(try #require(end(1, for: 3) { _, y in -y }) - exp(-3)) < tolerance)
    #expect(abs(try #require(end(1, for: 5) { _, y in y }) / exp(5) - 1) < tolerance)
    #expect(abs(try #require(end(0, for: 7, steady: false) { t, _ in cos(t) }) - sin(7)) < tolerance)
    #expect(abs(try #require(end(1e-6, for: 20, within: 0...2) { _, y in y * (1 - y) }) - 1 / (1 + 999_999 * exp(-20))) < tolerance)
    // y = 1 / (1 - t), close to where it ends.
    #expect(abs(try #require(end(1, for: 0.99) { _, y in y * y }) / 100 - 1) < 1e-4)
  }

  /// The error follows the tolerance: the order of the steps is what it should be.
  @Test func tighterIsBetter() throws {
    let errors = try [1e-4, 1e-6, 1e-8, 1e-10].map { tolerance in
      abs(try #require(end(1, for: 10, within: -10...10, steady: false, relative: tolerance) { t, y in cos(t) * y }) / exp(sin(10)) - 1)
    }
    for (looser, tighter) in zip(errors, errors.dropFirst()) { #expect(tighter < looser / 10) }
    #expect(errors[3] < 1e-8)
  }

  @Test func landsOnBoundsExactly() {
    #expect(end(0.3, for: 10, within: 0...1) { _, _ in 1 } == 1)
    #expect(end(0.3, for: 10, within: 0...1) { _, _ in -1 } == 0)
    #expect(end(0.3, for: 1, within: 0...1) { _, y in -1e9 * (1 + y) } == 0)
    #expect(end(1, for: 1e12, within: 0...1) { _, _ in 1 } == 1)
    #expect(end(0, for: 5, within: 0...1) { _, _ in 0 } == 0)
  }

  /// The cell rests at the bound until the rate turns: up by t²/2 - t from there.
  @Test func leavesABoundWhenTheRateTurns() throws {
    for pause in [0.0, 0.5, 3] {
      let y = try #require(end(0.2, for: 2 + pause, within: 0...10, steady: false) { t, _ in t - 1 - pause })
      #expect(abs(y - 0.5) < tolerance, "\(pause) s at the bound")
    }
    // A turn in the middle of what could be one step.
    let high = try #require(end(0.9, for: 2, within: 0...1, steady: false) { t, _ in 1 - t })
    #expect(abs(high - 0.5) < tolerance)
  }

  /// Where the rate vanishes at the bound, the cell finds back: from 1 - 1e-12 to a half takes ln 1e12 time constants.
  @Test func doesNotLockUpWhereTheRateVanishes() throws {
    let top = try #require(end(0.5, for: 1e9, within: 0...1) { _, y in y * (1 - y) })
    #expect(top < 1 && top >= 1 - 2e-12)
    let back = try #require(end(top, for: 28, within: 0...1) { _, y in -y * (1 - y) })
    // At 1e-12 from the bound an error of as much is allowed in a step.
    #expect(abs(back - 1 / (1 + exp(28) * (1 - top) / top)) < 0.1)
  }

  @Test func longTimesEndQuickly() throws {
    let start = ContinuousClock.now
    #expect(abs(try #require(end(0.2, for: 1e12, within: 0...1) { _, y in 1e9 * (0.7 - y) }) - 0.7) < 1e-11)
    #expect(try #require(end(0.2, for: 1e12, within: 0...1) { _, y in -1e9 * y }) < 2e-12)
    #expect(end(0.2, for: 1e12, within: 0...1) { _, _ in 0 } == 0.2)
    #expect(ContinuousClock.now - start < .seconds(1))
  }

  @Test func givesUpOnWhatItCannotDo() {
    #expect(end(0.5, for: 1) { _, _ in .nan } == nil)
    #expect(end(0.5, for: 1, steady: false) { t, y in -1e12 * (y - sin(t)) } == nil)
  }

  @Test func lanesAreIndependent() {
    struct Decay: ScalarSystem {
      let speeds: DoubleLanes
      func rate(_ time: DoubleLanes, _ y: DoubleLanes) -> DoubleLanes { speeds * y * (1 - y) }
    }
    let speeds = DoubleLanes(1, -3, 1e3, -1e5, 0, 1e-9, 7, -1e8)
    let durations = DoubleLanes(1, 2, 0, 1e-3, 5, 1e12, 0.1, 1e-9)
    var together = DoubleLanes(repeating: 0.3)
    _ = RungeKutta().advance(Decay(speeds: speeds), &together, for: durations, within: 0...1, steady: true)
    for lane in 0..<8 {
      var alone = DoubleLanes(repeating: 0.3)
      var duration = DoubleLanes.zero
      duration[lane] = durations[lane]
      let system = Decay(speeds: DoubleLanes(repeating: speeds[lane]))
      _ = RungeKutta().advance(system, &alone, for: duration, within: 0...1, steady: true)
      #expect(alone[lane] == together[lane])
      #expect(alone[(lane + 1) % 8] == 0.3)
    }
  }
}
