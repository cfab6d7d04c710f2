import Foundation
import MemSimCore
import Testing

@Suite struct NonlinearIonDriftTests {
  /// Current and rate by hand, at x = 0.5 where Joglekar's window is 1 and x = 0.25 where it is 0.75.
  @Test(arguments: [(0.9, 0.5, 1.0), (-0.9, 0.5, 1), (1.1, 0.25, 0.75), (-1.1, 0.25, 0.75)])
  func points(volts: Double, x: Double, window: Double) throws {
    let cell = try Cell("nonlinear-ion-drift")
    let current = pow(x, 4) * 9e-8 * sinh(2 * volts) + 1e-10 * (exp(4 * volts) - 1)
    #expect(abs(try cell.evaluate("current", volts, x) / current - 1) < 1e-13)
    #expect(abs(try cell.evaluate("rate", volts, x) / (12_500 * pow(volts, 13) * window) - 1) < 1e-13)
  }

  /// With p = 1 the window is 4 x (1 - x), and x/(1 - x) grows exponentially.
  @Test func logistic() throws {
    let cell = try Cell("nonlinear-ion-drift")
    try cell.hold(0.9, for: 1e-4)
    let odds = 0.15 / 0.85 * exp(4 * 12_500 * pow(0.9, 13) * 1e-4)
    // Steps of 1e-8 each.
    #expect(abs(try cell.state - odds / (1 + odds)) < 1e-7)
  }

  /// CONTRIBUTING.md shows this model as it is.
  @Test func contributingShowsIt() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../..")
    let file = "Sources/MemSimCore/Devices/Models/NonlinearIonDrift.swift"
    let model = try String(contentsOf: root.appendingPathComponent(file), encoding: .utf8)
    let guide = try String(contentsOf: root.appendingPathComponent("CONTRIBUTING.md"), encoding: .utf8)
    #expect(guide.contains("```swift\n" + model + "```"))
  }
}
