import Foundation
import MemSimCore
import Testing

/// A right side from a closure, counting its calls.
private final class Equation: ScalarSystem {
  private let f: (Double, Double) -> Double
  private(set) var calls = 0

  init(_ f: @escaping (Double, Double) -> Double) { self.f = f }

  func rate(_ time: DoubleLanes, _ y: DoubleLanes) -> DoubleLanes {
    calls += 1
    var rates = DoubleLanes.zero
    for lane in 0..<8 { rates[lane] = f(time[lane], y[lane]) }
    return rates
  }
}

private let free = -Double.infinity...Double.infinity

private func solve(
  _ y: Double, to end: Double, from: Double = 0, within range: ClosedRange<Double> = free, relative: Double = 1e-10,
  _ f: @escaping (Double, Double) -> Double
) -> Double? {
  Radau(relative: relative, absolute: relative / 100).advance(Equation(f), y, from: from, to: end, within: range)
}

@Suite struct RadauTests {
  /// The tolerance holds for every step; these equations forget earlier errors, and so it holds in the end too.
  @Test(arguments: stride(from: -4, through: -10, by: -0.37).map { Foundation.pow(10, $0) })
  func toleranceHolds(_ relative: Double) throws {
    let logistic = try #require(solve(0.01, to: 10, relative: relative) { $1 * (1 - $1) })
    #expect(abs(logistic - 1 / (1 + 99 * exp(-10))) <= relative)
    let decay = try #require(solve(1, to: 10, relative: relative) { -$1 })
    #expect(abs(decay - exp(-10)) <= relative)
    let stiff = try #require(solve(2, to: 10, relative: relative) { -1e8 * ($1 - cos($0)) })
    #expect(abs(stiff - (cos(10) + 1e-8 * sin(10))) <= relative)
    let rigid = try #require(solve(1, to: 1000, relative: relative) { -1e6 * $1 })
    #expect(abs(rigid) <= relative)
  }

  /// Near its pole y² turns an error of t into one of y that is 1e6 times as large.
  @Test(arguments: [1e-6, 1e-8, 1e-10]) func nearBlowUp(_ relative: Double) throws {
    let y = try #require(solve(1, to: 1 - 1e-6, relative: relative) { $1 * $1 })
    #expect(abs(y * 1e-6 - 1) <= 1e6 * relative)
  }

  /// A hundred times the accuracy for 100^(1/6) = 2.2 times the work shows order five; order three would take 3.2 times.
  @Test func orderIsFive() {
    let calls = [1e-6, 1e-8, 1e-10].map { relative in
      let equation = Equation { $1 * cos($0) }
      _ = Radau(relative: relative, absolute: relative).advance(equation, 1, from: 0, to: 50, within: free)
      return Double(equation.calls)
    }
    #expect(calls[1] / calls[0] < 2.6 && calls[2] / calls[1] < 2.6, "\(calls)")
  }

  /// An explosion over twenty decades of rate: y reaches -3 at a time known in closed form, and runs to its bound at once.
  @Test(arguments: [1e-6, 1e-5]) func explosionIsTimed(_ share: Double) throws {
    let rate: (Double, Double) -> Double = { 1e-8 * exp(45 * ($1 + 4)) }
    let time = 1e8 / 45 * (1 - exp(-315))
    let before = try #require(solve(-4, to: time * (1 - share), within: -5...3, rate))
    // exp(-45 (y + 4)) = 1 - 45e-8 t
    #expect(abs(before - (-4 - log(share) / 45)) <= 1e-3)
    #expect(try #require(solve(-4, to: time * (1 + share), within: -5...3, rate)) == 3)
  }

  /// Steps of less than the rounding of t count: the same motion at t = 1 in 40 units of its last place.
  @Test func stepsBelowTheRoundingOfTime() throws {
    let scale = 0x1p50
    let y = try #require(solve(0.01, to: 1 + 10 / scale, from: 1) { scale * $1 * (1 - $1) })
    #expect(abs(y - 1 / (1 + 99 * exp(-10))) <= 1e-10)
  }

  @Test func landsOnBounds() {
    #expect(solve(0, to: 1e12, within: -2...0.7) { _, _ in 1e3 } == 0.7)
    #expect(solve(0, to: 1e12, within: -2...0.7) { _, _ in -1e3 } == -2)
    #expect(solve(0.7, to: 1e12, within: -2...0.7) { _, y in 1 + y } == 0.7)
    #expect(solve(1, to: 5, within: 0...1e6) { $1 * $1 } == 1e6)
    #expect(solve(9, to: 5, within: 0...1) { _, _ in 1 } == 1)
  }

  /// 1 - 2 t: y reaches the bound, rests until t = 1/2 and leaves along bound - (t - 1/2)²; 1e-7 is the shortest rest.
  @Test(arguments: [0.1, 0.25, 0.2499999]) func leavesABoundWhenTheRateTurns(_ bound: Double) throws {
    let y = try #require(solve(0, to: 2, within: -9...bound) { t, _ in 1 - 2 * t })
    #expect(abs(y - (bound - 2.25)) <= 1e-9)
    let mirrored = try #require(solve(0, to: 2, within: -bound...9) { t, _ in 2 * t - 1 })
    #expect(abs(mirrored + (bound - 2.25)) <= 1e-9)
  }

  @Test func stays() {
    #expect(solve(0.3, to: 1e12) { _, _ in 0 } == 0.3)
    #expect(solve(0.3, to: 0) { _, _ in 1 } == 0.3)
  }

  @Test func givesUp() {
    #expect(solve(1, to: 2) { $1 * $1 } == nil)
    #expect(solve(1, to: 2) { _, _ in .nan } == nil)
    #expect(solve(1, to: 2, within: 0...1) { _, _ in .nan } == nil)
    #expect(solve(.nan, to: 2) { $1 } == nil)
  }
}
