import Foundation
import MemSimCore
import Testing

/// Weights as training for inference disturbs them, by their definitions.
@Suite struct WeightModifierTests {
  private static let outputs = 256, inputs = 512, count = outputs * inputs

  private static func modified(
    _ w: [Float], _ numbers: Parameters, _ type: String, outputs: Int = outputs, seed: UInt64 = 3, event: UInt64 = 1,
    context: Context = .shared
  ) throws -> [Float] {
    let modifier = try WeightModifier(parameters: numbers, options: [("type", type)])
    return try drawn(Float.nan, w.count) {
      try modifier.apply(
        w, outputs: outputs, inputs: w.count / outputs, seed: seed, event: event, into: $0, context: context)
    }
  }

  /// All `w` but the last one, which is the largest, 2.
  private static func alike(_ w: Float) -> [Float] { Array(repeating: w, count: count - 1) + [2] }
  private static func deviations(_ w: Float, _ numbers: Parameters, _ type: String) throws -> [Double] {
    try modified(alike(w), numbers, type).dropLast().map { Double($0) - Double(w) }
  }

  private static func expectNormal(_ deviations: [Double], _ sigma: Double, _ what: String) {
    expectMean(deviations, 0, what)
    expectVariance(deviations, mean: 0, sigma * sigma, what)
    #expect(abs(moments(deviations).kurtosis) < 5 * sqrt(24 / Double(deviations.count)), "\(what)")
  }

  @Test func normals() throws {
    Self.expectNormal(try Self.deviations(0.5, [("std_dev", [0.1])], "add-normal"), 0.2, "add-normal")
    Self.expectNormal(try Self.deviations(0.5, [("std_dev", [0.1])], "mult-normal"), 0.05, "mult-normal")
    let assumed: Parameters = [("std_dev", [0.1]), ("rel_to_actual_wmax", [0]), ("assumed_wmax", [0.5])]
    Self.expectNormal(try Self.deviations(0.5, assumed, "add-normal"), 0.05, "add-normal, assumed")
    let poly: Parameters = [("std_dev", [0.5]), ("coeffs", [0.1, 0.2, 0.4])]
    Self.expectNormal(try Self.deviations(0.5, poly, "poly"), 2 * 0.5 * (0.1 + 0.05 + 0.025), "poly")
  }

  /// Noise of programmed conductances cannot turn a weight's sign, and leaves zeros.
  @Test func programmingNoise() throws {
    let numbers: Parameters = [("std_dev", [30]), ("g_max", [20]), ("coeffs", [0.2])]
    let w = try Self.modified(Self.alike(-0.25), numbers, "prog-noise").dropLast().map(Double.init)
    let sigma = 2 * 30.0 / 20 * 0.2,
      mean =
        sigma * sqrt(2 / .pi) * exp(-0.0625 / (2 * sigma * sigma)) + 0.25 * (1 - 2 * normalDistribution(-0.25 / sigma))
    #expect(w.allSatisfy { $0 <= 0 })
    expectMean(w, -mean, "prog-noise")
    expectMean(w.map { $0 * $0 }, 0.0625 + sigma * sigma, "prog-noise²")
    #expect(try Self.modified(Self.alike(0), numbers, "prog-noise").dropLast().allSatisfy { $0 == 0 })
  }

  /// Steps of the part `res` of -2...2.
  @Test func steps() throws {
    let w = uniforms(999, 5, 2) + [2]
    let rounded = try Self.modified(w, [("res", [0.125])], "discretize", outputs: 10)
    for (got, w) in zip(rounded, w) { #expect(got == (w / 0.5).rounded(.toNearestOrEven) * 0.5) }
    #expect(try Self.modified(w, [("res", [8])], "discretize", outputs: 10) == rounded)
    #expect(try Self.modified(w, [("res", [0])], "discretize", outputs: 10) == w)
    let random = try Self.deviations(0.2, [("res", [0.125]), ("sto_round", [1])], "discretize")
    #expect(Set(random.map { ($0 * 1e4).rounded() }).count == 2)
    expectMean(random, 0, "rounding")
    let both = try Self.deviations(0.5, [("res", [0.125]), ("std_dev", [0.1])], "discretize-add-normal")
    Self.expectNormal(both, 0.2, "discretize-add-normal")
  }

  @Test func dorefa() throws {
    let w = uniforms(999, 6, 2) + [2]
    let got = try Self.modified(w, [("res", [1.0 / 64]), ("dorefa_clip", [0.5])], "dorefa", outputs: 10)
    for (got, w) in zip(got, w) {
      let value = tanh(Double(w)) * 0.5 / tanh(2), step = 2.0 / 64 * 0.5
      #expect(
        abs(Double(got) - value) <= step / 2 * (1 + 1e-5) && abs((Double(got) / step).remainder(dividingBy: 1)) < 1e-5)
    }
  }

  /// Of weights that are next to nothing.
  @Test func dorefaOfTinyWeights() throws {
    let got = try Self.modified([1e-45, -1e-39, 0, 1e-25], [], "dorefa", outputs: 1)
    #expect(got.allSatisfy { abs($0) < 1e-24 })
  }

  @Test(arguments: ["none", "drop-connect", "add-normal"]) func dropped(_ type: String) throws {
    let w = try Self.modified(Self.alike(0.5), [("pdrop", [0.2])], type).dropLast()
    let share = Double(w.count { $0 == 0 }) / Double(w.count)
    #expect(abs(share - 0.2) < 5 * sqrt(0.16 / Double(w.count)))
    #expect(w.allSatisfy { $0 == 0 || $0 == 0.5 })
  }

  /// pcm-like on |w| / M: programming noise, then drift's spread and read noise at a time.
  @Test func phaseChange() throws {
    let r = 0.5, sigma = 0.02, coefficients: Parameters = [("coeffs", [0.02]), ("std_dev", [1])]
    let programmed = try Self.modified(Self.alike(-1), coefficients, "pcm-noise").dropLast().map { -Double($0) / 2 }
    expectMean(programmed, r, "programmed")
    expectVariance(programmed, mean: r, sigma * sigma, "programmed")
    let silent: Parameters = [("coeffs", [0]), ("pcm_t_inference", [1000]), ("pcm_t0", [50])]
    let read = try Self.modified(Self.alike(1), silent, "pcm-noise").dropLast().map { Double($0) / 2 }
    // Factors exp(-|s z| a) and 1 + q z.
    let s = min(max(-0.0125 * log(r) - 0.0059, 0.008), 0.045), a = log(1 + 1000 / 50.0)
    let q = min(0.0088 / pow(r, 0.65), 0.2) * sqrt(log((1050 + 250e-9) / 500e-9))
    func decay(_ k: Double) -> Double { 2 * exp(k * k * a * a * s * s / 2) * normalDistribution(-k * a * s) }
    expectMean(read.map { $0 / r }, decay(1), "read")
    expectMean(read.map { $0 * $0 / (r * r) }, decay(2) * (1 + q * q), "read²")
  }

  /// Failed devices, and weights too small to be programmed.
  @Test func failures() throws {
    let numbers: Parameters = [
      ("coeffs", [0]), ("pcm_prob_at_reset", [0.1]), ("pcm_prob_at_gmax", [0.2]), ("pcm_prob_at_random", [0.3])
    ]
    let w = try Self.modified(Self.alike(-1), numbers, "pcm-noise").dropLast().map { -Double($0) / 2 },
      n = Double(w.count)
    let counts = [w.count { $0 == 0 }, w.count { $0 == 1 }, w.count { $0 == 0.5 }].map { Double($0) / n }
    for (got, p) in zip(counts, [0.1, 0.2, 0.4]) { #expect(abs(got - p) < 5 * sqrt(p * (1 - p) / n), "\(counts)") }
    #expect(kolmogorov(w.filter { $0 != 0 && $0 != 1 && $0 != 0.5 }) { $0 } < 2.47)
    let small = try Self.modified(
      uniforms(1023, 9) + [1], [("coeffs", [0]), ("pcm_zero_thres", [0.3])], "pcm-noise", outputs: 4)
    for (got, w) in zip(small, uniforms(1023, 9) + [1]) { #expect(abs(got - (abs(w) < 0.3 ? 0 : w)) < 1e-6) }
    #expect {
      try Self.modified([1], [("pcm_prob_at_gmax", [0.6]), ("pcm_prob_at_reset", [0.6])], "pcm-noise", outputs: 1)
    } throws: {
      "\($0)".contains("more than 1")
    }
  }

  /// The column of an analog bias stays, and does not count as the largest.
  @Test func lastColumn() throws {
    let w: [Float] = [1, 0.5, 8, -0.25, 0.125, -9]
    let got = try Self.modified(w, [("res", [0.25]), ("copy_last_column", [1])], "discretize", outputs: 2)
    #expect(got == [1, 0.5, 8, 0, 0, -9])
  }

  @Test func addressed() throws {
    let w = uniforms(Self.count, 10),
      noise: Parameters = [("std_dev", [0.1]), ("res", [0.01]), ("sto_round", [1]), ("pdrop", [0.1])]
    let want = try Self.modified(w, noise, "discretize-add-normal")
    for threads in [1, 3] {
      #expect(try Self.modified(w, noise, "discretize-add-normal", context: Context(threads: threads)) == want)
    }
    #expect(try Self.modified(w, noise, "discretize-add-normal", seed: 4) != want)
    #expect(try Self.modified(w, noise, "discretize-add-normal", event: 2) != want)
    var place = w
    let modifier = try WeightModifier(parameters: noise, options: [("type", "discretize-add-normal")])
    try place.withUnsafeMutableBufferPointer {
      try modifier.apply(
        $0.baseAddress!, outputs: Self.outputs, inputs: Self.inputs, seed: 3, event: 1, into: $0.baseAddress!)
    }
    #expect(place == want)
  }
}
