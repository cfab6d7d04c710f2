import MemSimCore
import Testing

/// Devices of one layer of a kind, 131071 of them, all programmed to the same conductance.
struct Population {
  static let count = 131_071
  /// Before anything happens to them [S].
  let target: Double
  /// After all changes [S].
  let conductance: [Double]

  /// - Parameter part: of the window, from its low end.
  init(_ nonidealities: Nonidealities, at part: Double = 0.3, _ key: LayerKey = LayerKey(seed: 77)) throws {
    let layer = try MemristiveLayer(512, 128, nonidealities, bias: false)
    // One device at the end of the window sets the scale, and is left out.
    var weights = [Double](repeating: part, count: Population.count + 1)
    weights[0] = 1
    target = siox.off + part * (siox.on - siox.off)
    conductance = Array(try layer.conductances(weights, key).dropFirst())
  }
}

/// Currents of the pair of each of `count` layers of one input and one output that are sampled anew, at two voltages.
struct PairCurrents {
  let first, second: [Double]
  let conductance = siox.on

  init(_ nonidealities: Nonidealities, volts: (Double, Double), count: Int = 65_536) throws {
    let layer = try MemristiveLayer(1, 1, nonidealities, bias: false, redraw: .sample, scale: 1)
    let drawn = try DrawnLayer(layer, [1.0, 1], LayerKey(seed: 78))
    func currents(_ v: Double) throws -> [Double] {
      let (y, power) = try drawn.forward([Double](repeating: v, count: count))
      // y (G_on - G_off) is the difference of the pair's currents, P / V their sum.
      return zip(y, power).flatMap { y, power -> [Double] in
        let (difference, sum) = (y * (siox.on - siox.off), power / v)
        return [(sum + difference) / 2, (sum - difference) / 2]
      }
    }
    (first, second) = (try currents(volts.0), try currents(volts.1))
  }
}

/// The mean of the samples is `want`, at five standard errors of theirs.
func expectMean(_ samples: [Double], _ want: Double, _ what: String) {
  let (mean, variance, _) = moments(samples)
  let error = (variance / Double(samples.count)).squareRoot()
  #expect(abs(mean - want) <= 5 * error, "\(what): \(mean), not \(want) ± \(error)")
}

/// The same for the variance about a known mean.
func expectVariance(_ samples: [Double], mean: Double, _ want: Double, _ what: String) {
  expectMean(samples.map { ($0 - mean) * ($0 - mean) }, want, "variance of \(what)")
}

/// Pearson's correlation of independent samples is 0, at five standard errors.
func expectUncorrelated(_ a: [Double], _ b: [Double], _ what: String) {
  let (x, y) = (moments(a), moments(b))
  let covariance = zip(a, b).reduce(0) { $0 + ($1.0 - x.mean) * ($1.1 - y.mean) } / Double(a.count)
  let correlation = covariance / (x.variance * y.variance).squareRoot()
  #expect(abs(correlation) < 5 / Double(a.count).squareRoot(), "\(what) are correlated: \(correlation)")
}
