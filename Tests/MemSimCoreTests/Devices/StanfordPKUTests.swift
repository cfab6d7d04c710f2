import Foundation
import MemSimCore
import Testing

/// Points of the equations, computed by hand, and the fields below which nothing moves.
@Suite struct StanfordPKUTests {
  @Test(arguments: [(Double, Double, Double, Double, Double)]([
    (1.5, 0.5e-9, 0.0272989072853, 383.991557949, -0.221556345498),
    (1.5, 1.7e-9, 0.000224663101672, 298.70768877, -0.000869921343978),
    (-1.6, 0.2e-9, -0.13521283042, 752.315110212, 1.78212901359),
    (-1.2, 1e-9, -0.00111269509771, 300.803991646, 0.0010304120672), (1.0, 0.2e-9, 0.012262150225, 323.750515473, 0),
    (-1.3, 1.7e-9, -0.000100945186891, 298.27558036, 0), (0.1, 0.2e-9, 0.000184562917062, 298.038758213, 0),
  ]))
  func points(volts: Double, gap: Double, current: Double, temperature: Double, rate: Double) throws {
    let cell = try Cell("stanford-pku")
    #expect(abs(try cell.evaluate("current", volts, gap) / current - 1) < 1e-11)
    #expect(abs(try cell.evaluate("temperature", volts, gap) / temperature - 1) < 1e-11)
    // Twelve digits of the voltage over kT in the exponent cost one.
    #expect(abs(try cell.evaluate("rate", volts, gap) - rate) <= 1e-10 * abs(rate))
  }

  /// 542 and 218586 ohm at 0.1 V are the published bounds.
  @Test func resistances() throws {
    let cell = try Cell("stanford-pku")
    for (gap, ohms) in [(0.2e-9, 542.0), (1.7e-9, 218_586)] {
      // The gaps are given to two digits of a decay length of 0.25 nm.
      #expect(abs(0.1 / (try cell.evaluate("current", 0.1, gap)) / ohms - 1) < 2e-3)
    }
  }

  /// A RESET goes on until gamma |V| / t_ox falls to F_min: g = ((gamma0 - F_min t_ox / |V|) / beta)^(1/3) nm.
  @Test func resetEndsWhereTheFieldIsTooLow() throws {
    let cell = try Cell("stanford-pku")
    try cell.set(0.2e-9)
    try cell.hold(-1.3, for: 1e3)
    let end = 1e-9 * pow((16 - 1.4e9 * 12e-9 / 1.3) / 0.8, 1.0 / 3)
    // The rate ends in a jump, which a step may overshoot by its error.
    #expect(abs(try cell.state - end) < 1e-16)
    #expect(try cell.evaluate("rate", -1.3, cell.state) == 0)
  }

  @Test func setEndsAtTheLeastGap() throws {
    let cell = try Cell("stanford-pku")
    try cell.hold(1.3, for: 1e3)
    #expect(try cell.state == 1.7e-9, "below the field")
    try cell.hold(1.6, for: 1)
    #expect(try cell.state == 0.2e-9)
  }

  @Test func parametersThatDefineNoModelAreRefused() {
    for bad: [(name: String, values: [Double])] in [[("g_min", [2e-9])], [("g_init", [0.1e-9])], [("t_ox", [0])], [("V0", [0])]] {
      #expect(throws: MemSimError.self) { try Cell("stanford-pku", bad) }
    }
  }
}
