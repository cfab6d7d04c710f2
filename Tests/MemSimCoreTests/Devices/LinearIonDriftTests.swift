import Foundation
import MemSimCore
import Testing

/// Closed forms of the linear ion drift and points of its windows.
@Suite struct LinearIonDriftTests {
  private func cell(_ window: String, _ parameters: [(name: String, values: [Double])] = []) throws -> Cell {
    try Cell("linear-ion-drift", parameters, [("window", window)])
  }

  /// Without a window (R_off x - (R_off - R_on) x²/2)' = mu R_on / D² V, whose root is x.
  @Test(arguments: [(Double, Double)]([(1, 0.3), (2, 0.1), (-1, 0.1), (0.5, 0.6)]))
  func noWindow(volts: Double, duration: Double) throws {
    let cell = try cell("none")
    try cell.set(0.3)
    try cell.hold(volts, for: duration)
    let (on, off) = (100.0, 16e3)
    let c = off * 0.3 - (off - on) * 0.3 * 0.3 / 2 + 1e-14 * on / 1e-16 * volts * duration
    let x = (off - (off * off - 2 * (off - on) * c).squareRoot()) / (off - on)
    // Steps of 1e-8 each.
    #expect(abs(try cell.state - x) < 1e-7)
  }

  @Test func noWindowEndsAtTheBounds() throws {
    let cell = try cell("none")
    try cell.hold(1, for: 10)
    #expect(try cell.state == 1)
    #expect(try cell.evaluate("rate", 1, 1) == 0)
    #expect(try cell.evaluate("rate", -1, 1) < 0)
    try cell.hold(-1, for: 10)
    #expect(try cell.state == 0)
  }

  /// f as published; at x = 0.25, 0.5, 0.9 and p = 1, 2, 7, by hand.
  @Test(arguments: [(String, Double, Double, Double, Double)]([
    ("joglekar", 1.0, 0.25, 0.75, 0.75), ("joglekar", 2, 0.25, 0.9375, 0.9375), ("joglekar", 2, 0.9, 0.5904, 0.5904),
    ("joglekar", 7, 0.5, 1, 1), ("biolek", 1, 0.25, 0.9375, 0.4375), ("biolek", 2, 0.9, 0.3439, 0.9999),
    ("prodromakis", 1, 0.25, 0.1875, 0.1875), ("prodromakis", 2, 0.5, 0.4375, 0.4375),
    ("prodromakis", 2, 0.9, 0.1719, 0.1719), ("strukov", 1, 0.25, 0.1875, 0.1875), ("none", 1, 0.9, 1, 1),
  ]))
  func windows(_ name: String, p: Double, x: Double, rising: Double, falling: Double) throws {
    let cell = try cell(name, [("p", [p])])
    for (volts, f) in [(0.7, rising), (-0.7, falling)] {
      let current = try cell.evaluate("current", volts, x)
      #expect(abs(current - volts / (100 * x + 16e3 * (1 - x))) < 1e-15)
      #expect(abs(try cell.evaluate("rate", volts, x) / (1e4 * current) - f) < 1e-13)
    }
  }

  /// dx/dt = c V / R(x) x (1 - x): (R_off ln x - R_on ln(1 - x))' = c V.
  @Test func strukovWindow() throws {
    let cell = try cell("strukov")
    try cell.set(0.2)
    try cell.hold(1, for: 2)
    let x = try cell.state
    let moved = 16e3 * log(x / 0.2) - 100 * log((1 - x) / 0.8)
    #expect(abs(moved / (1e4 * 2) - 1) < 1e-6, "a hundred steps of 1e-8")
  }

  @Test func parametersThatDefineNoModelAreRefused() {
    for bad: [(name: String, values: [Double])] in [[("R_on", [2e4])], [("R_on", [16e3])], [("D", [0])], [("p", [0])], [("x_init", [1.1])], [("nope", [1])]] {
      #expect(throws: MemSimError.self) { try cell("joglekar", bad) }
    }
  }
}
