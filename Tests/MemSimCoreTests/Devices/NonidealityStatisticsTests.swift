import Foundation
import MemSimCore
import Testing

/// Distributions of some 1.3e5 devices against what their parameters say, at five standard errors.
@Suite struct NonidealityStatisticsTests {
  @Test(arguments: [0, 0.001, 0.05, 0.5, 0.999, 1]) func stuckShares(_ p: Double) throws {
    let values = ["stuck-at": 4e-7, "stuck-at-off": siox.off, "stuck-at-on": siox.on]
    for (name, value) in values {
      let parameters = [("probability", [p])] + (name == "stuck-at" ? [("value", [value])] : [])
      let devices = try Population([(name, parameters)])
      let stuck = devices.conductance.count { $0 == value }
      // What is not stuck is as programmed, but for a rounding of the scale and one of the product.
      let kept = devices.conductance.count { abs($0 / devices.target - 1) < 4e-16 }
      #expect(stuck + kept == Population.count, "\(name)")
      let n = Double(Population.count)
      #expect(abs(Double(stuck) / n - p) <= 5 * (p * (1 - p) / n).squareRoot(), "\(name): \(stuck) of \(n)")
    }
  }

  /// |mu_k + h z|: the moments of folded normals, and the published mixture of truncated ones.
  @Test(arguments: [0, 1]) func stuckDistribution(_ rule: Int) throws {
    let golden = (try Golden.json("nonideality_aware_training.json")["stuck_distribution"] as! [[String: Any]])[rule]
    let (means, h) = (golden.numbers("means"), golden.number("bandwidth"))
    let all = try Population([("stuck-distribution", [("means", means), ("bandwidth", [h]), ("probability", [1])])])
    let folded = means.map { mean in
      h * sqrt(2 / .pi) * exp(-mean * mean / (2 * h * h)) + mean * (1 - 2 * normalDistribution(-mean / h))
    }
    let n = Double(means.count)
    expectMean(all.conductance, folded.reduce(0, +) / n, "|mu + h z|")
    expectMean(all.conductance.map { $0 * $0 }, h * h + means.reduce(0) { $0 + $1 * $1 } / n, "(mu + h z)²")
    let components = golden.rows("components")
    let statistic = kolmogorov(all.conductance) { g in
      components.reduce(0) { sum, component in
        let (centre, weight) = (component[0], component[1])
        let below = normalDistribution(-centre / h)
        return sum + weight * (normalDistribution((g - centre) / h) - below) / (1 - below)
      }
    }
    // Exceeded one time in 10⁵.
    #expect(statistic < 2.47, "\(statistic)")
  }

  /// With narrow kernels the means show, each as often as the others, among devices that are not stuck.
  @Test func stuckDistributionChoosesEvenly() throws {
    let means = (1...7).map { Double($0) * 1e-5 }, p = 0.101
    let devices = try Population([("stuck-distribution", [("means", means), ("probability", [p])])])
    let n = Double(Population.count)
    for mean in means {
      let share = Double(devices.conductance.count { abs($0 - mean) < 1e-12 }) / n
      #expect(abs(share - p / 7) <= 5 * (p / 7 * (1 - p / 7) / n).squareRoot(), "\(mean): \(share)")
    }
    let kept = devices.conductance.count { abs($0 / devices.target - 1) < 4e-16 }
    #expect(abs(Double(kept) / n - 1 + p) <= 5 * (p * (1 - p) / n).squareRoot())
  }

  /// The mean of R stays; ln R is normal about it.
  @Test(arguments: [(0.25, 0.25, 0.3), (0.05, 0.5, 0), (0.05, 0.5, 0.3), (0.5, 0.5, 1)])
  func lognormal(on: Double, off: Double, part: Double) throws {
    let devices = try Population([("lognormal", [("sigma_on", [on]), ("sigma_off", [off])])], at: part)
    let span = 1 / siox.off - 1 / siox.on
    let s = on + (off - on) * (1 / devices.target - 1 / siox.on) / span
    expectMean(devices.conductance.map { devices.target / $0 }, 1, "R'/R")
    let logs = devices.conductance.map { log(devices.target / $0) }
    expectMean(logs, -s * s / 2, "ln R'/R")
    expectVariance(logs, mean: -s * s / 2, s * s, "ln R'/R")
    #expect(abs(moments(logs).kurtosis) < 5 * sqrt(24 / Double(Population.count)))
  }

  @Test(arguments: [(1e4, 0.05, 0.02), (1e4, 0.1, 0), (1e-3, -0.02, 0.1)])
  func drift(time: Double, nu: Double, deviation: Double) throws {
    let devices = try Population([("drift", [("time", [time]), ("t0", [0.5]), ("nu", [nu]), ("nu_std", [deviation])])])
    let exponents = devices.conductance.map { log(devices.target / $0) / log(time / 0.5) }
    if deviation == 0 {
      #expect(exponents.allSatisfy { abs($0 - nu) < 1e-14 })
    } else {
      expectMean(exponents, nu, "v")
      expectVariance(exponents, mean: nu, deviation * deviation, "v")
      #expect(abs(moments(exponents).kurtosis) < 5 * sqrt(24 / Double(Population.count)))
    }
  }

  /// At t0 nothing has drifted.
  @Test func driftBeginsAtTheReference() throws {
    let devices = try Population([("drift", [("time", [30]), ("t0", [30]), ("nu", [0.5]), ("nu_std", [0.3])])])
    #expect(devices.conductance.allSatisfy { abs($0 / devices.target - 1) < 4e-16 })
  }

  /// ln c and ln d_eps of every device, from its currents at two voltages: their means and covariance.
  @Test func pooleFrenkelResiduals() throws {
    let (v1, v2) = (0.1, 0.5)
    let pairs = try PairCurrents([("poole-frenkel", [])], volts: (v1, v2))
    let logG = log(pairs.conductance)
    let bend = 1.602176634e-19 / (1.380649e-23 * 293.15) * sqrt(1.602176634e-19 / .pi)
    var (c, d) = ([Double](), [Double]())
    for (i1, i2) in zip(pairs.first, pairs.second) {
      let kappa = log(i2 * v1 / (i1 * v2)) / (sqrt(v2) - sqrt(v1))
      c.append(log(i1 / v1) - kappa * sqrt(v1) - (1.0302302706254205 * logG - 0.2505956863510743))
      d.append(2 * log(bend / kappa) - (0.09010778171390911 * logG - 37.11860705159415))
    }
    expectMean(c, 0, "e_c")
    expectMean(d, 0, "e_d")
    expectVariance(c, mean: 0, 0.03208286768622609, "e_c")
    expectVariance(d, mean: 0, 0.32510818431689975, "e_d")
    expectMean(zip(c, d).map { $0 * $1 }, 0.0927270014831381, "e_c e_d")
    for residuals in [c, d] { #expect(abs(moments(residuals).kurtosis) < 5 * sqrt(24 / Double(residuals.count))) }
  }

  /// n = I(2V) / I(V) is normal above 2, and there is none below. (2, 1) draws every second device again.
  @Test(arguments: [(2.989, 0.3689), (2.132, 0.0953), (2, 1), (2, 50), (3, 0)])
  func nParameter(mean: Double, deviation: Double) throws {
    let pairs = try PairCurrents([("n-parameter", [("n", [mean]), ("n_std", [deviation])])], volts: (0.1, 0.2))
    let n = zip(pairs.first, pairs.second).map { $1 / $0 }
    #expect(n.allSatisfy { $0 > 2 * (1 - 1e-12) })
    if deviation == 0 {
      #expect(n.allSatisfy { abs($0 / mean - 1) < 1e-12 })
    } else {
      // Source: moments of the truncated normal, e.g. Johnson, Kotz, Balakrishnan, Continuous Univariate Distributions.
      let a = (2 - mean) / deviation
      let hazard = exp(-a * a / 2) / sqrt(2 * .pi) / (1 - normalDistribution(a))
      let expected = mean + deviation * hazard
      expectMean(n, expected, "n")
      expectVariance(n, mean: expected, deviation * deviation * (1 + a * hazard - hazard * hazard), "n")
    }
  }

  /// A column's read deviates by sigma times the root of its devices' squared currents, whatever the others do.
  @Test(arguments: PlainLaw.allCases) func readNoise(_ law: PlainLaw) throws {
    let (sigma, count, outputs) = (0.2, 100_000, 33)
    let quiet = try MemristiveLayer(3, outputs, law.nonidealities)
    let noisy = try MemristiveLayer(3, outputs, law.nonidealities + [("read-noise", [("sigma", [sigma])])])
    let weights: [Double] = layerWeights(quiet), sample = [0.9, 0.3, -0.6], key = LayerKey(seed: 79)
    let y = try DrawnLayer(noisy, weights, key).outputs((0..<count).flatMap { _ in sample })
    let exact = try DrawnLayer(quiet, weights, key).outputs(sample)
    let normals = DeviceNumbers(key, 4, 2 * outputs).ofLaw(law, sample: 0)
    let gainG = (siox.on - siox.off) / weights.max()!
    // Where one output's numbers could be another's: in a pair, a vector, a block, a group.
    let deviates = [0, 1, 2, 4, 8, 16, 32].map { output in
      var squares = 0.0
      for row in 0..<4 {
        for at in [row * 2 * outputs + 2 * output, row * 2 * outputs + 2 * output + 1] {
          let i = law.current(siox.off + gainG * weights[at], 0.5 * (sample + [1])[row], normals[at]).i
          squares += i * i
        }
      }
      let deviation = sigma * sqrt(squares) / (0.5 * gainG)
      return (0..<count).map { (y[$0 * outputs + output] - exact[output]) / deviation }
    }
    for (k, one) in deviates.enumerated() {
      expectMean(one, 0, "noise \(k) of \(law)")
      expectVariance(one, mean: 0, 1, "noise \(k) of \(law)")
      #expect(abs(moments(one).kurtosis) < 5 * sqrt(24 / Double(count)))
      for other in deviates[..<k] { expectUncorrelated(one, other, "outputs of \(law)") }
      expectUncorrelated(Array(one.dropLast()), Array(one.dropFirst()), "neighbouring samples of \(law)")
    }
  }
}
