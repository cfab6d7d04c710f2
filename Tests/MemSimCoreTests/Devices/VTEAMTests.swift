import Foundation
import MemSimCore
import Testing

/// Without a window the state is linear in time: k (V / v - 1)^alpha.
@Suite struct VTEAMTests {
  @Test(arguments: [(Double, Double, Double)]([
    (0.5, 1e-8, 0.012), (0.021, 1e-6, 2.5e-5), (-0.3, 1e-10, -1.25), (-0.4, 1e-10, -10),
    (0.02, 1, 0), (0.019, 1, 0), (0, 1, 0), (-0.2, 1, 0), (-0.1, 1e12, 0),
  ]))
  func linearInTime(volts: Double, duration: Double, speed: Double) throws {
    let cell = try Cell("vteam")
    try cell.set(1.5e-9)
    #expect(abs(try cell.evaluate("rate", volts, 1.5e-9) - speed) <= 1e-14 * max(abs(speed), 1))
    try cell.hold(volts, for: duration)
    // Rounding of the steps' sum.
    #expect(abs(try cell.state - (1.5e-9 + speed * duration)) <= 1e-20)
    if speed == 0 { #expect(try cell.state == 1.5e-9) }
  }

  @Test func endsAtTheBounds() throws {
    let cell = try Cell("vteam")
    try cell.hold(-1, for: 1)
    #expect(try cell.state == 0)
    #expect(try cell.evaluate("current", 0.1, 0) == 0.1 / 50)
    try cell.hold(1, for: 1)
    #expect(try cell.state == 3e-9)
    #expect(abs(try cell.evaluate("current", 0.1, 3e-9) - 1e-4) < 1e-19)
  }

  @Test func currents() throws {
    let (linear, exponential) = (try Cell("vteam"), try Cell("vteam", [], [("current", "exponential")]))
    for share in [0.0, 0.25, 0.5, 1] {
      let x = 3e-9 * share
      #expect(abs(try linear.evaluate("current", 0.3, x) * (50 + 950 * share) / 0.3 - 1) < 1e-14)
      #expect(abs(try exponential.evaluate("current", 0.3, x) * 50 * pow(20, share) / 0.3 - 1) < 1e-14)
    }
  }

  /// A triangle through both dead zones, integrated by hand: from the threshold on, x moves by
  /// |k| v / (alpha + 1) (V / v - 1)^(alpha + 1) / (dV/dt), up and down the same.
  @Test func sweepsThroughTheDeadZones() throws {
    let cell = try Cell("vteam")
    _ = try cell.sweep([0, 1e-9, 3e-9, 4e-9], [0, -0.25, 0.25, 0])
    let fall = 2 * 10 * 0.2 / 4 * pow(0.25, 4) / 0.25e9
    let rise = 2 * 5e-4 * 0.02 / 2 * pow(11.5, 2) / 0.25e9
    // Steps of 1e-8 of what x has moved, kinks at the thresholds among them.
    let x = try cell.state
    #expect(abs(x - (3e-9 - fall + rise)) < 1e-6 * fall, "moved \(x - 3e-9), not \(rise - fall)")
  }

  @Test func windows() throws {
    let cell = try Cell("vteam", [("p", [2])], [("window", "joglekar")])
    #expect(abs(try cell.evaluate("rate", 0.04, 0.75e-9) - 5e-4 * 0.9375) < 1e-17)
    #expect(try abs(cell.evaluate("rate", 0.04, 0)) < 1e-17)
  }

  @Test func parametersThatDefineNoModelAreRefused() {
    for bad: [(name: String, values: [Double])] in [[("x_on", [3e-9])], [("x_init", [4e-9])], [("v_off", [0])], [("v_on", [0.1])], [("k_on", [1])], [("k_off", [-1])]] {
      #expect(throws: MemSimError.self) { try Cell("vteam", bad) }
    }
  }
}
