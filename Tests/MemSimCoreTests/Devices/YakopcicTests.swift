import Foundation
import MemSimCore
import Testing

/// Points of current and rate, computed from the equations by hand, and where motion ends.
@Suite struct YakopcicTests {
  @Test(arguments: [(String, Double, Double, Double, Double)]([
    ("oblea", 0.25, 0.11, 0.000233756087287, 442.058182784), ("oblea", 0.25, 0.6, 0.00127503320338, 187.134146519),
    ("oblea", -0.3, 0.2, -0.000510019125215, -67.1263220261), ("oblea", -0.3, 0.8, -0.00204007650086, -752.098259391),
    ("oblea", 0.1, 0.5, 0.000425001770836, 0), ("miao", 1.2, 0.5, 0.0350159470182, 3.77426314815),
    ("miao", -1, 0.3, -0.0171961450813, -0.265439060314), ("jo", 2.5, 0.1, 1.03245331552e-07, 0.0385040244518),
    ("jo", -2, 0.4, -3.31348461253e-07, -0.272162856548),
  ]))
  func points(_ preset: String, volts: Double, x: Double, current: Double, rate: Double) throws {
    let cell = try Cell("yakopcic", preset: preset)
    // Twelve digits.
    #expect(abs(try cell.evaluate("current", volts, x) / current - 1) < 1e-11)
    #expect(abs(try cell.evaluate("rate", volts, x) - rate) <= 1e-11 * abs(rate))
  }

  /// Below the knee the rate does not depend on x.
  @Test func linearInTimeBelowTheKnee() throws {
    let cell = try Cell("yakopcic")
    try cell.hold(0.25, for: 4e-4)
    #expect(abs(try cell.state - (0.11 + 4e-4 * 4000 * (exp(0.25) - exp(0.16)))) < 1e-12)
  }

  @Test func thresholds() throws {
    let cell = try Cell("yakopcic")
    for volts in [0.16, 0.1, 0, -0.1, -0.15] {
      try cell.hold(volts, for: 1e9)
      #expect(try cell.state == 0.11, "\(volts) V")
    }
  }

  /// Through the kink at 1 - x_n = 0.5, from 300 places: straight to it, from there by 2000 steps of the classical method
  /// of order 4. The error estimate of some step across it is small by chance.
  @Test func kinksAreSeen() throws {
    let cells = try Cell("yakopcic", count: 300)
    let starts = (0..<300).map { 0.52 + 0.13 * Double($0) / 300 }
    try starts.withUnsafeBytes { try cells.array.setState("x", to: Operand($0.baseAddress!, .double, count: 300)) }
    try cells.hold(-0.5, for: 1e-4)
    let speed = -4000 * (exp(0.5) - exp(0.15))
    for (start, end) in zip(starts, try cells.states) {
      let exact = fall(from: 0.5, for: 1e-4 - (0.5 - start) / speed, speed)
      // Ten times what a step is allowed.
      #expect(abs(end - exact) < 1e-7)
    }
  }

  private func fall(from start: Double, for duration: Double, _ speed: Double) -> Double {
    func rate(_ x: Double) -> Double { speed * exp(5 * (x - 0.5)) * 2 * x }
    let h = duration / 2000
    return (0..<2000).reduce(start) { x, _ in
      let a = rate(x), b = rate(x + h / 2 * a), c = rate(x + h / 2 * b)
      return x + h / 6 * (a + 2 * b + 2 * c + rate(x + h * c))
    }
  }

  /// With eta = -1 the polarities are exchanged, the current is not.
  @Test func eta() throws {
    let (plus, minus) = (try Cell("yakopcic"), try Cell("yakopcic", [("eta", [-1])]))
    #expect(try minus.evaluate("rate", 0.25, 0.8) < 0)
    #expect(try minus.evaluate("rate", -0.25, 0.8) > 0)
    #expect(try plus.evaluate("current", 0.25, 0.8) == minus.evaluate("current", 0.25, 0.8))
    #expect(throws: MemSimError.self) { try Cell("yakopcic", [("eta", [0.5])]) }
    #expect(throws: MemSimError.self) { try Cell("yakopcic", [("x_p", [1])]) }
  }
}
