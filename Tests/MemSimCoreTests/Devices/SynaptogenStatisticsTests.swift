import Foundation
import MemSimCore
import Testing

/// Moments of 2^18 cells against the exact ones that follow from the parameters. Errors bound at 5 standard errors.
@Suite struct SynaptogenStatisticsTests {
  private let analytic = try! Golden.json("synaptogen.json").object("analytic")
  private static let features = ["HRS", "US", "LRS", "UR"]
  private static let z = 5.0

  private func make(_ seed: UInt64, _ options: [(name: String, choice: String)] = []) throws -> DeviceArray {
    try DeviceArray("synaptogen", rows: 512, columns: 512, seed: seed, options: options)
  }

  private func cycle(_ array: DeviceArray, _ times: Int = 1) throws {
    for _ in 0..<times {
      try array.apply(-3)
      try array.apply(1.5)
    }
  }

  private func latent(_ array: DeviceArray) throws -> [[Double]] {
    try Self.features.map { try array.state("latent_" + $0).map(Double.init) }
  }

  /// Mean of products of two centred normal samples, and its distance from `want` in standard errors.
  private func expectCovariance(_ x: [Double], _ y: [Double], _ want: Double, _ vx: Double, _ vy: Double, _ what: String) {
    let got = zip(x, y).reduce(0) { $0 + $1.0 * $1.1 } / Double(x.count)
    let error = ((vx * vy + want * want) / Double(x.count)).squareRoot()
    #expect(abs(got - want) < Self.z * error, "\(what): \(got), not \(want) ± \(error)")
  }

  private func expectMean(_ x: [Double], _ want: Double, _ what: String) {
    let (mean, deviation) = moments(x)
    let error = deviation / Double(x.count).squareRoot()
    #expect(abs(mean - want) < Self.z * error, "\(what): \(mean), not \(want) ± \(error)")
  }

  private func moments(_ x: [Double]) -> (mean: Double, deviation: Double) {
    let mean = x.reduce(0, +) / Double(x.count)
    return (mean, (x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(x.count)).squareRoot())
  }

  private func expectLatent(_ x: [[Double]], _ covariance: [[Double]], _ what: String) {
    for i in 0..<4 {
      expectMean(x[i], 0, "\(what) mean \(i)")
      for j in 0...i {
        expectCovariance(x[i], x[j], covariance[i][j], covariance[i][i], covariance[j][j], "\(what) (\(i), \(j))")
      }
    }
  }

  /// A fresh array: the latent covariance grows to the stationary one as published.
  @Test func startUpTransient() throws {
    let array = try make(11)
    let expected = analytic.object("latent_cov_at_cycle")
    var done = 0
    for n in [0, 1, 2, 5, 10, 20, 50, 100] {
      try cycle(array, n - done)
      done = n
      // A cell whose RESET threshold is above 1.5 V would lag behind; exact counts keep the statistics exact.
      #expect(try array.state("cycle").allSatisfy { $0 == Float(n) } || n > 50)
      expectLatent(try latent(array), expected.rows("\(n)"), "cycle \(n)")
    }
  }

  @Test(arguments: ["full", "half"]) func stationaryStartIsStationary(history: String) throws {
    let array = try make(12, [("start", "stationary"), ("history", history)])
    let covariance = analytic.rows("latent_stationary_cov")
    let lags = analytic.object("latent_autocov_full")
    let first = try latent(array)
    expectLatent(first, covariance, "cycle 0")
    for n in 1...11 {
      try cycle(array)
      let now = try latent(array)
      if n == 11 { expectLatent(now, covariance, "cycle 11") }
      expectAutocorrelation(first, now, lag: n, covariance)
      guard let lagged = lags["\(n)"] != nil ? lags.rows("\(n)") : nil else { continue }
      for i in 0..<4 {
        for j in 0..<4 {
          expectCovariance(now[i], first[j], lagged[i][j], covariance[i][i], covariance[j][j], "lag \(n) (\(i), \(j))")
        }
      }
    }
  }

  /// Lag 11 drops: the fingerprint of order 10.
  private func expectAutocorrelation(_ first: [[Double]], _ now: [[Double]], lag: Int, _ covariance: [[Double]]) {
    let table = analytic.object("latent_autocorr")
    guard table["\(lag)"] != nil else { return }
    for i in 0..<4 {
      let variance = covariance[i][i]
      expectCovariance(now[i], first[i], table.numbers("\(lag)")[i] * variance, variance, variance, "lag \(lag) feature \(i)")
    }
  }

  /// Offsets and scales of the devices: the mixture's mean and covariance, and the D2D and C2C shares they make.
  @Test func deviceToDeviceSpread() throws {
    let array = try make(13)
    let names = ["mu_", "sigma_"].flatMap { prefix in Self.features.map { prefix + $0 } }
    let x = try names.map { try array.state($0).map(Double.init) }
    let mean = analytic.numbers("gmm_mean_mu_sigma")
    let covariance = analytic.rows("gmm_cov_mu_sigma")
    for i in 0..<8 {
      expectMean(x[i], mean[i], names[i])
      for j in 0...i {
        expectMean(zip(x[i], x[j]).map { ($0 - mean[i]) * ($1 - mean[j]) }, covariance[i][j], "\(names[i]) \(names[j])")
      }
    }
    for i in 0..<4 { expectShares(mu: x[i], sigma: x[4 + i], i) }
  }

  private func expectShares(mu: [Double], sigma: [Double], _ i: Int) {
    let m = analytic.numbers("gamma_mean")[i]
    let device = zip(mu, sigma).map { $0 + $1 * m }
    let centre = analytic.numbers("feature_mean")[i]
    expectMean(device.map { ($0 - centre) * ($0 - centre) }, analytic.numbers("feature_d2d_var")[i], "D2D variance \(i)")
    expectMean(sigma.map { $0 * $0 * analytic.numbers("gamma_var")[i] }, analytic.numbers("feature_c2c_var")[i], "C2C variance \(i)")
  }

  /// The features themselves, their spread and its D2D share, after cycling a stationary array.
  @Test func stationaryFeatures() throws {
    let array = try make(14, [("start", "stationary")])
    try cycle(array, 3)
    for (i, name) in Self.features.enumerated() {
      let y = try array.state(name).map { i == 0 ? log10(Double($0)) : Double($0) }
      expectMean(y, analytic.numbers("feature_mean")[i], name)
      let mean = analytic.numbers("feature_mean")[i]
      let variance = analytic.numbers("feature_std")[i] * analytic.numbers("feature_std")[i]
      expectMean(y.map { ($0 - mean) * ($0 - mean) }, variance, "variance of \(name)")
      #expect(abs(analytic.numbers("feature_d2d_var")[i] / variance - analytic.numbers("d2d_fraction")[i]) < 1e-9)
    }
  }

  /// Mean read currents at 0.2 V along a RESET ramp of a fresh array, in uA, published with errors of 0.003 ... 0.01.
  @Test func readCurrentsAfterPulses() throws {
    let array = try make(15)
    func expectCurrent(_ want: Double) throws {
      let current = try array.read(0.2, noise: nil).map { Double($0) * 1e6 }
      let (mean, deviation) = moments(current)
      let error = (deviation * deviation / Double(current.count) + 0.01 * 0.01).squareRoot()
      #expect(abs(mean - want) < Self.z * error, "\(mean), not \(want)")
    }
    try expectCurrent(2.9222)
    for (volts, want) in [(-1.5, 44.183), (0.8, 33.454), (1.0, 14.849), (1.2, 7.1509), (1.4, 3.7343), (1.5, 2.9247)] {
      try array.apply(Float(volts))
      try expectCurrent(want)
    }
  }

  @Test func switchingProbabilities() throws {
    let setting = [(-0.55, 0.0105), (-0.6, 0.1123), (-0.65, 0.3873), (-0.7, 0.6788), (-0.75, 0.8583), (-0.8, 0.9409), (-0.9, 0.9874)]
    let resetting = [(0.65, 0.0184), (0.7, 0.2164), (0.72, 0.3926), (0.75, 0.6793), (0.8, 0.9330), (0.9, 0.9947)]
    let array = try make(16)
    func expectShare(_ values: [Float], _ want: Double, _ what: String) {
      let share = values.reduce(0) { $0 + Double($1) } / Double(values.count)
      // Both this and the published share are of 2^18 cells, the latter rounded to 4 digits.
      let error = (2 * want * (1 - want) / Double(values.count)).squareRoot() + 5e-5
      #expect(abs(share - want) < Self.z * error, "\(what): \(share), not \(want)")
    }
    for (volts, want) in setting {
      try array.apply(Float(volts))
      expectShare(try array.state("in_LRS"), want, "SET at \(volts)")
    }
    try array.apply(-3)
    for (volts, want) in resetting {
      try array.apply(Float(volts))
      expectShare(try array.state("in_LRS").map { 1 - $0 }, want, "RESET at \(volts)")
    }
  }
}
