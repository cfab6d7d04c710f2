import Foundation
import MemSimCore
import Testing

/// The closed form against the solved model, to the error of the fit.
@Suite struct JartTUDTests {
  /// rms and maximum of log10 of the ratio over the golden grid, for one polarity and 0.05 ... 1.3 V.
  private func deviation(_ quantity: String, _ key: String, negative: Bool) throws -> (rms: Double, most: Double) {
    // The bounds of the golden set, which the limiter sees.
    let cell = try Cell("jart-tud", [("Ndiscmin", [0.008]), ("Ndiscmax", [20]), ("Ninit", [0.008])])
    let table = Jart.golden.object("static")
    let golden = table.object("sets").object("nominal_var").rows(key)
    var (squares, most, count) = (0.0, 0.0, 0.0)
    for (row, volts) in zip(golden, table.numbers("V")) where (volts < 0) == negative && (0.05...1.3).contains(abs(volts)) {
      for (want, n) in zip(row, table.numbers("N")) {
        let error = abs(log10(try cell.evaluate(quantity, volts, n) / want))
        (squares, most, count) = (squares + error * error, max(most, error), count + 1)
      }
    }
    return ((squares / count).squareRoot(), most)
  }

  /// Bounds: what the closed form was measured to miss, with a tenth for the choice of points.
  @Test(arguments: [
    ("current", "I", true, 0.0113, 0.053), ("current", "I", false, 0.0077, 0.033),
    ("rate", "dNdt", true, 0.1, 0.41), ("rate", "dNdt", false, 0.029, 0.086),
  ])
  func fits(quantity: String, key: String, negative: Bool, rms: Double, most: Double) throws {
    let got = try deviation(quantity, key, negative: negative)
    #expect(got.rms < rms && got.most < most, "\(got)")
  }

  /// The closed form with the published coefficients, evaluated apart from this library; twelve digits.
  @Test(arguments: [(Double, Double, Double, Double, Double)]([
    (-0.75, 0.3, 45e-9, 0.4e-9, -0.000184908052114), (-0.3, 0.02, 49.5e-9, 0.36e-9, -1.16834037327e-05),
    (-1.2, 5, 40.5e-9, 0.44e-9, -0.000609979700589), (-0.342, 20, 42.75e-9, 0.42e-9, -0.000213236798865),
    (0.2, 0.1, 45e-9, 0.4e-9, 2.98934685537e-05), (0.7065, 1, 49.5e-9, 0.44e-9, 0.00035302479656),
    (1.2, 15, 40.5e-9, 0.36e-9, 0.000697102305772),
  ]))
  func points(volts: Double, n: Double, r: Double, l: Double, current: Double) throws {
    let cell = try Cell("jart-tud", [("r", [r]), ("l", [l])])
    #expect(abs(try cell.evaluate("current", volts, n) / current - 1) < 1e-11)
  }

  /// T - T0 follows current and power: R_th I V_c.
  @Test func temperature() throws {
    let cell = try Cell("jart-tud")
    for (volts, thermal) in [(-0.75, 15.72e6), (0.9, 15.72e6 * 0.27)] {
      let current = try cell.evaluate("current", volts, 0.3)
      let inner = volts - current * (650 + 719.2437 * (1 + 719.2437 * 3.92e-3 * 90471.47 * current * current))
      #expect(abs(try cell.evaluate("temperature", volts, 0.3) - (293 + thermal * current * inner)) < 1e-9)
    }
  }

  /// A SET that takes 0.36 ms at -0.7 V in the solved model; the fit's rate may be off by its largest error.
  @Test func setTime() throws {
    let factor = pow(10, 0.39)
    let cell = try Cell("jart-tud", [("Ndiscmin", [0.008])])
    try cell.hold(-0.7, for: 364.13e-6 / factor)
    #expect(try cell.state < 0.4)
    try cell.set(0.008)
    try cell.hold(-0.7, for: 364.13e-6 * factor)
    #expect(try cell.state > 0.4)
  }

  /// Larger radius: more current. The tables are in tenths of the nominal.
  @Test func geometry() throws {
    let (thin, wide) = (try Cell("jart-tud", [("r", [40.5e-9])]), try Cell("jart-tud", [("r", [49.5e-9])]))
    for volts in [-0.75, 0.7] {
      let ratio = try wide.evaluate("current", volts, 1) / thin.evaluate("current", volts, 1)
      #expect(ratio > 1 && ratio < 1.6)
    }
    #expect(throws: MemSimError.self) { try Cell("jart-tud", [("r", [30e-9])]) }
    #expect(throws: MemSimError.self) { try Cell("jart-tud", [("Ninit", [23])]) }
  }
}
