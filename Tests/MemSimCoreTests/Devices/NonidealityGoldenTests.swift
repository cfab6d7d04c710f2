import Foundation
import MemSimCore
import Testing

/// I-V laws against values computed elsewhere from the published equations: both are some ten roundings apart,
/// of exponents up to 40.
@Suite struct NonidealityGoldenTests {
  private let golden = try! Golden.json("nonideality_aware_training.json")
  private static let tolerance = 1e-12

  private func rows(_ key: String) -> [[String: Any]] { golden[key] as! [[String: Any]] }

  private func expect(_ got: Double, _ want: Double, _ what: String, _ row: [String: Any]) {
    #expect(abs(got - want) <= Self.tolerance * abs(want), "\(what): \(got), not \(want), at \(row)")
  }

  private func evaluate(
    _ law: CurrentLaw, _ v: Double, _ g: Double, _ z: [Double]
  ) -> (i: Double, byG: Double, byV: Double) {
    var (i, byG, byV) = (0.0, 0.0, 0.0)
    law.evaluate(
      volts: [v], conductance: [g], normals: z, count: 1, current: &i, byConductance: &byG, byVoltage: &byV)
    return (i, byG, byV)
  }

  private func pooleFrenkel(_ device: String) throws -> CurrentLaw {
    let fit = golden.object("siox").object(device)
    let (slopes, intercepts, covariance) = (fit.numbers("slopes"), fit.numbers("intercepts"), fit.rows("res_cov"))
    return try Nonideality.named("poole-frenkel").currentLaw([
      ("slope_c", [slopes[0]]), ("slope_d", [slopes[1]]), ("intercept_c", [intercepts[0]]),
      ("intercept_d", [intercepts[1]]), ("cov_cc", [covariance[0][0]]), ("cov_cd", [covariance[0][1]]),
      ("cov_dd", [covariance[1][1]]),
    ])
  }

  @Test func pooleFrenkelCurrents() throws {
    let laws = ["low": try pooleFrenkel("low"), "high": try pooleFrenkel("high")]
    var count = 0
    for row in rows("pf") {
      let (law, g, z) = (laws[row["dev"] as! String]!, row.number("G"), row.numbers("z"))
      let v = row.number("V")
      let got = evaluate(law, v, g, z)
      expect(got.i, row.number("I"), "I", row)
      expect(got.byG, row.number("dI_dG"), "dI/dG", row)
      expect(got.byV, row.number("dI_dV"), "dI/dV", row)
      let odd = evaluate(law, -v, g, z)
      #expect(odd.i == -got.i && odd.byG == -got.byG && odd.byV == got.byV)
      // The slope at 0 V is c; what bends the current elsewhere is kappa, and through it d_eps.
      let c = evaluate(law, 0, g, z).byV
      expect(c, row.number("c"), "c", row)
      let bend = v == 0 ? 0.2 : v
      let kappa = log(evaluate(law, bend, g, z).i / (c * bend)) / sqrt(bend)
      expect(kappa, row.number("kappa"), "kappa", row)
      let constants = golden.object("constants")
      let (q, qOverKT) = (constants.number("q"), constants.number("q_over_kT"))
      expect(qOverKT * qOverKT * q / (.pi * kappa * kappa), row.number("d_eps"), "d_eps", row)
      count += 1
    }
    #expect(count == 36)
  }

  /// The defaults are the fit to the high-resistance window.
  @Test func defaultsAreThoseOfHighResistance() throws {
    let (fitted, given) = (try pooleFrenkel("high"), try Nonideality.named("poole-frenkel").currentLaw([]))
    for v in [0.1, 0.5] {
      expect(evaluate(given, v, 1e-6, [1, -1]).i, evaluate(fitted, v, 1e-6, [1, -1]).i, "I", ["V": v])
    }
    let window = golden.object("siox").object("high")
    #expect(siox.off == window.number("G_off") && siox.on == window.number("G_on"))
  }

  /// n as its mean, and as a mean and a deviation's multiple.
  @Test func nParameterCurrents() throws {
    for row in rows("n_model") {
      let (n, v, g) = (row.number("n"), row.number("V"), row.number("G"))
      for (mean, deviation, z) in [(n, 0.0, 0.0), (n, 0.5, 0.0), (n + 0.75, 0.25, -3.0)] {
        let law = try Nonideality.named("n-parameter").currentLaw([
          ("n", [mean]), ("n_std", [deviation]), ("v_ref", [row.number("V_ref")]),
        ])
        let got = evaluate(law, v, g, [z, 0])
        expect(got.i, row.number("I"), "I", row)
        expect(got.byG, row.number("I") / g, "dI/dG", row)
        if v != 0 { expect(got.byV, log2(n) * row.number("I") / v, "dI/dV", row) }
        if v == 0, n == 2 { expect(got.byV, g, "dI/dV", row) }
      }
    }
  }

  /// Arrays of any length, each element on its own.
  @Test(arguments: [0, 1, 7, 8, 9, 20]) func evaluatesByTheEight(_ count: Int) throws {
    let law = try pooleFrenkel("low")
    let volts = patternless(count, 1, Double.self), z = patternless(2 * count, 2, Double.self)
    let g = patternless(count, 3, Double.self).map { 1e-3 * (1.5 + $0) }
    var byG: [Double] = [], byV: [Double] = []
    let i = guarded(count) { i in
      byG = guarded(count) { byG in
        byV = guarded(count) { byV in
          law.evaluate(
            volts: volts, conductance: g, normals: z, count: count, current: i, byConductance: byG, byVoltage: byV)
        }
      }
    }
    for k in 0..<count { #expect(evaluate(law, volts[k], g[k], [z[2 * k], z[2 * k + 1]]) == (i[k], byG[k], byV[k])) }
  }
}
