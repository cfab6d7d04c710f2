import MemSimCore
import Testing

/// Moments of noisy products, at five standard errors.
@Suite struct TileNoiseTests {
  private static let reads = 40_000
  private static let inputs = 5, outputs = 3
  private static let weights: [Float] = [0.5, -0.25, 1, 0, 0.125, -1, 0.75, 0.25, -0.5, 0.3, 0, 0, 0, 0, 0]
  private static let x: [Float] = [1, -0.5, 0.25, 0.75, -1]

  private static func row(_ j: Int) -> [Double] { weights[j * inputs..<(j + 1) * inputs].map(Double.init) }
  private static func exact(_ j: Int) -> Double { zip(row(j), x).reduce(0) { $0 + $1.0 * Double($1.1) } }

  /// y [output][read] of one vector, times `scale`, that is read again and again.
  private func reads(
    _ numbers: KeyValuePairs<String, Double>, _ choices: KeyValuePairs<String, String> = [:], scale: Float = 1
  ) throws -> [[Double]] {
    let off: KeyValuePairs<String, Double> = ["inp_res": 0, "out_res": 0, "out_noise": 0, "out_bound": 0]
    let io = given(numbers, choices)
    let base = given(off).parameters.filter { old in !io.parameters.contains { $0.name == old.name } }
    let tile = try AnalogTile(
      inputs: Self.inputs, outputs: Self.outputs, device: "ideal", forward: (base + io.parameters, io.options), seed: 8)
    try tile.setWeights(Self.weights)
    let y = try tile.products((0..<Self.reads).flatMap { _ in Self.x.map { $0 * scale } })
    return (0..<Self.outputs).map { j in (0..<Self.reads).map { Double(y[$0 * Self.outputs + j]) } }
  }

  private func expect(_ y: [[Double]], variance: (Int) -> Double, scale: Double = 1, _ what: String) {
    for j in 0..<Self.outputs {
      let mean = scale * Self.exact(j), want = variance(j)
      if want == 0 {
        #expect(y[j].allSatisfy { abs($0 - mean) < 1e-6 }, "\(what) \(j)")
        continue
      }
      expectMean(y[j], mean, "\(what) \(j)")
      expectVariance(y[j], mean: mean, want, "\(what) \(j)")
      #expect(abs(moments(y[j]).kurtosis) < 5 * (24 / Double(Self.reads)).squareRoot())
      expectUncorrelated(Array(y[j].dropLast()), Array(y[j].dropFirst()), "neighbouring reads of \(what) \(j)")
    }
  }

  /// Outputs have noise of the ADC's units, which the scale of inputs multiplies.
  @Test func ofOutputs() throws {
    let y = try reads(["out_noise": 0.3], scale: 4)
    expect(y, variance: { _ in 16 * 0.09 }, scale: 4, "output noise")
    expectUncorrelated(y[0], y[1], "outputs")
  }

  @Test func ofInputs() throws {
    let y = try reads(["inp_noise": 0.2])
    expect(y, variance: { Self.row($0).reduce(0) { $0 + 0.04 * $1 * $1 } }, "input noise")
    let centred = y.enumerated().map { j, y in y.map { $0 - Self.exact(j) } }
    let shared = zip(Self.row(0), Self.row(1)).reduce(0) { $0 + 0.04 * $1.0 * $1.1 }
    expectMean(zip(centred[0], centred[1]).map { $0 * $1 }, shared, "covariance of outputs")
  }

  @Test func ofWeights() throws {
    let squares = Self.x.reduce(0) { $0 + Double($1) * Double($1) }
    let y = try reads(["w_noise": 0.1], ["w_noise_type": "additive-constant"])
    expect(y, variance: { _ in 0.01 * squares }, "additive noise")
    expectUncorrelated(y[0], y[1], "outputs")
  }

  @Test func ofReads() throws {
    let y = try reads(["w_noise": 0.1], ["w_noise_type": "pcm-read"])
    expect(
      y, variance: { j in 0.01 * zip(Self.row(j), Self.x).reduce(0) { $0 + abs($1.0) * Double($1.1 * $1.1) } },
      "read noise")
  }

  /// Rounding at random keeps the mean; what is between two steps has the variance of one toss.
  @Test func roundingAtRandom() throws {
    let step = 0.5
    let y = try reads(["out_res": 0.25, "out_sto_round": 1])
    for j in 0..<2 {
      let part = (Self.exact(j) / step) - (Self.exact(j) / step).rounded(.down)
      #expect(Set(y[j]).count == 2)
      expectMean(y[j], Self.exact(j), "output \(j)")
      expectVariance(y[j], mean: Self.exact(j), step * step * part * (1 - part), "output \(j)")
    }
    // A DAC of steps of 1/2: the quarter and the three quarters are on their way between two of them.
    let inputs = try reads(["inp_res": 0.25, "inp_sto_round": 1])
    for j in 0..<2 {
      expectMean(inputs[j], Self.exact(j), "output \(j) of rounded inputs")
      let row = Self.row(j), want = 0.0625 * (row[2] * row[2] + row[3] * row[3])
      expectVariance(inputs[j], mean: Self.exact(j), want, "output \(j) of rounded inputs")
    }
  }

  /// Spread of noise from output to output, one deviate for each.
  @Test func noiseDiffersFromOutputToOutput() throws {
    let outputs = 2000, repeats = 200
    let io = given(
      ["inp_res": 0, "out_res": 0, "out_bound": 0, "out_noise": 0.5, "out_noise_std": 0.2], ["noise_management": "none"]
    )
    let tile = try AnalogTile(inputs: 1, outputs: outputs, device: "ideal", forward: io, seed: 2)
    let y = try tile.products([Float](repeating: 1, count: repeats))
    let variances = (0..<outputs).map { j in
      (0..<repeats).reduce(0) { $0 + Double(y[$1 * outputs + j] * y[$1 * outputs + j]) } / Double(repeats)
    }
    // Var of s² z² means: E s⁴ (1 + 2 / n) - (E s²)², s = 0.5 (1 + 0.2 z).
    let second = 0.25 * 1.04, fourth = 0.0625 * (1 + 6 * 0.04 + 3 * 0.0016)
    expectMean(variances, second, "noise")
    expectVariance(variances, mean: second, fourth * (1 + 2 / Double(repeats)) - second * second, "noise")
  }
}
