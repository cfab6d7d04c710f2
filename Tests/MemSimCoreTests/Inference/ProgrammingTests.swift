import Foundation
import MemSimCore
import Testing

/// Moments of programmed, drifted and read conductances against the published equations, at five standard errors.
@Suite struct ProgrammingTests {
  private static let quietReads: Parameters = [("read_noise_scale", [0])]

  /// Mean and second moment of max(m + s z, 0).
  private func clipped(_ m: Double, _ s: Double) -> (mean: Double, second: Double) {
    let a = m / s, density = exp(-a * a / 2) / sqrt(2 * .pi), below = normalDistribution(a)
    return (m * below + s * density, (m * m + s * s) * below + m * s * density)
  }

  /// Mean of |m + s z|.
  private func folded(_ m: Double, _ s: Double) -> Double {
    s * sqrt(2 / .pi) * exp(-m * m / (2 * s * s)) + m * (1 - 2 * normalDistribution(-m / s))
  }

  /// sigma(r) [uS], and of nu mean and deviation by r, of each model with devices of `most` uS.
  private struct Law: Sendable, CustomTestStringConvertible {
    let name: String
    let most: Double
    var parameters: Parameters = []
    let sigma: @Sendable (Double) -> Double
    let exponent: @Sendable (Double) -> (mean: Double, std: Double)
    let read: @Sendable (Double) -> Double
    let start: Double
    let duration: Double
    var testDescription: String { "\(name) of \(most) uS" }
  }

  private static func polynomial(_ c: [Double], _ r: Double) -> Double { c.reversed().reduce(0) { $0 * r + $1 } }
  private static func bounded(_ x: Double, _ low: Double, _ high: Double) -> Double { min(max(x, low), high) }
  private static func pcm(_ r: Double) -> (mean: Double, std: Double) {
    (bounded(-0.0155 * log(r) + 0.0244, 0.049, 0.1), bounded(-0.0125 * log(r) - 0.0059, 0.008, 0.045))
  }
  private static func pcmRead(_ r: Double) -> Double { min(0.0088 / pow(r, 0.65), 0.2) }

  private static let laws: [Law] = [
    Law(
      name: "pcm-like", most: 25, sigma: { polynomial([0.26348, 1.9650, -1.1731], $0) }, exponent: pcm, read: pcmRead,
      start: 20, duration: 250e-9),
    // Noise in proportion to the conductances of other devices.
    Law(
      name: "pcm-like", most: 50, parameters: [("prog_noise_scale", [1.5]), ("t_0", [7]), ("t_read", [1e-6])],
      sigma: { 3 * polynomial([0.26348, 1.9650, -1.1731], $0) }, exponent: pcm, read: pcmRead, start: 7,
      duration: 1e-6),
    Law(
      name: "state-independent", most: 25, sigma: { _ in 0.2 }, exponent: { _ in (0.1, 0.05) }, read: { _ in 0.04 },
      start: 20,
      duration: 250e-9),
    // Straight between the nodes.
    Law(
      name: "custom-drift-pcm-like", most: 20,
      parameters: [
        ("g_lst", [2, 10]), ("nu_mean_lst", [0.2, 0.1]), ("nu_std_lst", [0.01, 0.05]), ("prog_coeff", [0.5, 1]),
        ("prog_coeff_g_max_reference", [20])
      ],
      sigma: { 0.5 + $0 },
      exponent: { r in
        let part = bounded((20 * r - 2) / 8, 0, 1)
        return (0.2 - 0.1 * part, 0.01 + 0.04 * part)
      }, read: pcmRead, start: 20, duration: 250e-9),
    Law(
      name: "hermes", most: 20.7, sigma: { polynomial([0.16603222, 4.71806468, -8.48101252, 4.68961419], $0) },
      exponent: { r in
        (
          r < 0.0945 ? bounded(-0.0387 * log(r) - 0.0182, 0.0720, 0.13) : polynomial([0.0736, -0.0126, -0.0436], r),
          r < 0.3055 ? bounded(-0.0117 * log(r) - 0.0057, 0.0091, 0.04) : polynomial([0.0073, 0.0093, -0.0118], r)
        )
      },
      read: { r in
        r < 0.16 ? bounded(-0.0117 * log(r) - 0.0069, 0.015, 0.04) : polynomial([0.0123, 0.0211, -0.0280, 0.0069], r)
      },
      start: 300, duration: 512e-9),
    Law(
      name: "hermes", most: 10.35, parameters: [("num_devices", [1])],
      sigma: { polynomial([0.15781817, 2.32443916, -2.16310839, 0.68841818], $0) },
      exponent: { r in
        (
          r < 0.0945 ? bounded(-0.0387 * log(r) - 0.0182, 0.0720, 0.13) : polynomial([0.0736, -0.0126, -0.0436], r),
          r < 0.3039 ? bounded(-0.0120 * log(r) - 0.0023, 0.0124, 0.04) : polynomial([0.0104, 0.0116, -0.0165], r)
        )
      },
      read: { r in
        r < 0.1591 ? bounded(-0.0078 * log(r) + 0.0038, 0.0179, 0.04) : polynomial([0.0088, 0.0768, -0.1352, 0.0664], r)
      },
      start: 200, duration: 512e-9)
  ]

  @Test(arguments: laws, [0.05, 0.25, 0.9]) private func phaseChange(_ law: Law, _ part: Double) throws {
    let quarter: Parameters = [("read_noise_scale", [0.25])]
    let devices = try Devices(law.name, law.parameters + quarter, at: part * law.most, most: law.most)
    let g = try devices.conductance, nu = try devices.kept("drift_exponent")
    let sigma = law.sigma(part), want = clipped(part * law.most, sigma)
    expectMean(g, want.mean, "g")
    expectMean(g.map { $0 * $0 }, want.second, "g²")
    let exponent = law.exponent(part)
    expectMean(nu, folded(exponent.mean, exponent.std), "nu")
    expectMean(nu.map { $0 * $0 }, exponent.mean * exponent.mean + exponent.std * exponent.std, "nu²")
    expectUncorrelated(g, nu, "g and nu")
    // As read: how far from what the device drifted to, over its deviation, where the pair's other device is at 0.
    let others = try devices.programmed.all("conductance")[1]
    let t = 5000.0, scale = log((t + law.start) / law.start),
      noise = 0.25 * sqrt(log((t + law.start + law.duration) / (2 * law.duration)))
    func drifted(_ g: Double, _ nu: Double) -> Double { g * exp(-nu * scale) }
    func deviation(_ g: Double, _ nu: Double) -> Double { drifted(g, nu) * law.read(max(g / law.most, 1e-7)) * noise }
    let read = try devices.differences(t)
    // Where no noise can lead below 0.
    let kept = g.indices.filter { others[$0 + 1] == 0 && deviation(g[$0], nu[$0]) < 0.19 * drifted(g[$0], nu[$0]) }
    #expect(kept.count > g.count / 5, "\(kept.count)")
    let deviates = kept.map { (read[$0] - drifted(g[$0], nu[$0])) / deviation(g[$0], nu[$0]) }
    expectMean(deviates, 0, "read noise")
    expectVariance(deviates, mean: 0, 1, "read noise")
  }

  /// Scales of noise at 0 leave the power law, and a device that has drifted reads alike.
  @Test func driftAlone() throws {
    let devices = try Devices("pcm-like", [("read_noise_scale", [0]), ("drift_scale", [2])], at: 20, most: 25)
    let g = try devices.programmed.all("conductance"), nu = try devices.programmed.all("drift_exponent")
    #expect(nu[0].reduce(0, +) / Double(nu[0].count) > 0.095)
    for t in [1.0, 86_400, 3.15e7] {
      let read = try devices.differences(t), again = try devices.differences(t)
      #expect(read == again)
      for k in stride(from: 0, to: read.count, by: 97) {
        let want = g[0][k + 1] * pow((t + 20) / 20, -nu[0][k + 1]) - g[1][k + 1] * pow((t + 20) / 20, -nu[1][k + 1])
        #expect(abs(read[k] - want) < 2e-5)
      }
    }
  }

  /// As measured at three times, with one deviate a device.
  @Test(arguments: [0.25, 1]) func wan2022(_ part: Double) throws {
    let devices = try Devices("reram-wan2022", at: part * 40, most: 40)
    let curves: [(t: Double, c: [Double])] = [
      (0, [0.348, 16.030, -43.853, 45.393, -16.815]), (1, [0.348, 16.030, -43.853, 45.393, -16.815]),
      (86_400, [0.701, 22.086, -50.773, 47.095, -16.458]), (172_800, [0.782, 20.274, -43.507, 37.062, -11.934])
    ]
    var last: [Double] = []
    for (t, c) in curves {
      // The device at 0 of the pair reads as max(c0 z, 0).
      let (on, off) = (clipped(part * 40, Self.polynomial(c, part)), clipped(0, c[0]))
      let read = try devices.differences(t)
      expectMean(read, on.mean - off.mean, "at \(t) s")
      expectMean(read.map { $0 * $0 }, on.second + off.second - 2 * on.mean * off.mean, "square at \(t) s")
      if t > 1 {
        let (a, b) = (moments(last), moments(read))
        let correlation =
          zip(last, read).reduce(0) { $0 + ($1.0 - a.mean) * ($1.1 - b.mean) } / Double(read.count)
          / sqrt(a.variance * b.variance)
        #expect(correlation > 0.98, "one deviate of a device")
      }
      if t >= 1 { last = read }
    }
    for t in [2.0, 86_401, 1e9] { #expect(throws: MemSimError.self) { try devices.programmed.read(t) } }
  }

  /// Programming within an acceptance range, relaxation, read noise.
  @Test(arguments: [(0.02, 0.0112185391, 0.01129027418), (0.002, 0.00081107, 0.00106879)])
  func reRamCMO(acceptance: Double, offset: Double, slope: Double) throws {
    let g = 50.0, n = 1 << 16
    // A device at either end, all others at 50 uS.
    let weights = [-1, 1] + [Float](repeating: Float(2 * (g - 9) / (88.199997 - 9) - 1), count: n)
    let devices = try ProgrammedWeights(weights, outputs: 1, model: "reram-cmo", [("acceptance_range", [acceptance])])
    func conductances(_ values: [Float]) -> [Double] {
      values.dropFirst(2).map { 9 + (Double($0) + 1) / 2 * (88.199997 - 9) }
    }
    let programmed = Array(try devices.all("conductance")[0].dropFirst(2)), sigma = offset + slope * g
    expectMean(programmed, g, "g")
    expectVariance(programmed, mean: g, sigma * sigma, "g")
    for t in [1.0, 86_400] {
      let shift = -0.08900206 * log(t), spread = 0.04201137 * log(t) + 0.41183342
      let noise = 0.0277316483 * log10(g + shift) * sqrt(log((t + 1e-6) / 2e-6))
      let read = try conductances(devices.read(t))
      expectMean(read, g + shift, "at \(t) s")
      let want = sigma * sigma + spread * spread + noise * noise
      // The read noise of a device follows its own conductance: some 0.1 % off.
      let found = moments(read).variance
      #expect(abs(found / want - 1) < 5 * sqrt(2 / Double(n)) + 2e-3, "\(found), not \(want)")
    }
  }

  /// Reads are fresh noise on the same devices, so the mean of many is the drifted weight.
  @Test func readsAreIndependent() throws {
    let devices = try ProgrammedWeights([1, 0.5, -0.25], outputs: 1, model: "state-independent")
    let quiet = try ProgrammedWeights([1, 0.5, -0.25], outputs: 1, model: "state-independent", Self.quietReads)
    let want = try quiet.read(100), reads = try (0..<20_000).map { _ in try devices.read(100) }
    for k in 0..<2 {
      let read = reads.map { Double($0[k]) }
      expectMean(read, Double(want[k]), "weight \(k)")
      expectUncorrelated(Array(read.dropLast()), Array(read.dropFirst()), "neighbouring reads")
    }
  }
}
