import Foundation
import MemSimCore
import Testing

/// Products through converters against loops in double precision. Operands are multiples of powers of two, so that all
/// steps before a converter are exact, and so are its results.
@Suite struct TileProductTests {
  static let inputs = 37, outputs = 21
  /// Quarters within ±2, and sixteenths within ±1 of which the first is 1.
  static let weights = uniforms(inputs * outputs, 1, 8).map { $0.rounded() / 4 }
  static let x = [1] + uniforms(inputs - 1, 2, 16).map { $0.rounded() / 16 }
  static let d = [1] + uniforms(outputs - 1, 3, 16).map { $0.rounded() / 16 }

  static func tile(_ io: TileGiven, weights: [Float] = Self.weights, seed: UInt64 = 9, threads: Int = 2) throws
    -> AnalogTile
  {
    let tile = try AnalogTile(
      inputs: inputs, outputs: outputs, device: "ideal", forward: io, backward: io, seed: seed,
      context: Context(threads: threads))
    try tile.setWeights(weights)
    return tile
  }

  /// W x, exact.
  static func exact(_ x: [Float], _ w: [Float] = Self.weights) -> [Double] {
    (0..<outputs).map { j in (0..<inputs).reduce(0) { $0 + Double(w[j * inputs + $1]) * Double(x[$1]) } }
  }

  /// To the nearest step, then within the bound.
  static func converted(_ value: Double, _ step: Double, _ bound: Double) -> Double {
    min(max((value / step).rounded(.toNearestOrEven) * step, -bound), bound)
  }

  private static let quiet: KeyValuePairs<String, Double> = [
    "out_noise": 0, "inp_res": 1.0 / 16, "out_res": 1.0 / 64, "out_bound": 16
  ]
  private static func quiet(
    _ more: KeyValuePairs<String, Double> = [:], _ choices: KeyValuePairs<String, String> = ["bound_management": "none"]
  ) -> TileGiven {
    let added = given(more, choices)
    return (
      given(quiet).parameters.filter { old in !added.parameters.contains { $0.name == old.name } } + added.parameters,
      added.options
    )
  }

  @Test func perfect() throws {
    let tile = try Self.tile(given(["is_perfect": 1, "out_scale": 0.5]))
    #expect(try tile.products(Self.x) == Self.exact(Self.x).map { Float(0.5 * $0) })
    let back = (0..<Self.inputs).map { i in
      (0..<Self.outputs).reduce(0) { $0 + Double(Self.weights[$1 * Self.inputs + i]) * Double(Self.d[$1]) }
    }
    #expect(try tile.transposedProducts(Self.d) == back.map { Float(0.5 * $0) })
  }

  /// DAC steps of 1/8 and ADC steps of 1/8 within ±4; inputs are divided by their largest, 4, and results multiplied.
  @Test func convertersRoundAndClip() throws {
    let dac = Self.x.map { Float(Self.converted(Double($0), 0.125, 1)) }
    let want = Self.exact(dac).map { Float(4 * Self.converted($0, 0.125, 4)) }
    #expect(try Self.tile(Self.quiet(["out_bound": 4])).products(Self.x.map { 4 * $0 }) == want)
    #expect(want.contains(16) && want.contains(-16), "no output met the bounds")
  }

  /// A number of steps is one over the resolution; no range means steps of twice the resolution.
  @Test func resolutions() throws {
    let steps = try Self.tile(Self.quiet(["inp_res": 16, "out_res": 64])).products(Self.x)
    #expect(try Self.tile(Self.quiet()).products(Self.x) == steps)
    let open = try Self.tile(Self.quiet(["inp_res": 0, "out_bound": 0, "out_res": 0.25])).products(Self.x)
    #expect(open == Self.exact(Self.x).map { Float(Self.converted($0, 0.5, .infinity)) })
  }

  /// What inputs are divided by shows where the DAC clips or rounds.
  @Test(arguments: ["none", "constant", "max", "abs-max", "abs-max-np-sum", "average-abs-max"])
  func noiseManagement(_ kind: String) throws {
    let x = Self.x.map { -2 * $0 }
    let most = Double(x.max()!), positive = x.filter { $0 > 0 }.reduce(0, +),
      negative = -x.filter { $0 < 0 }.reduce(0, +)
    // An assumed weight times the larger sum over the bound, at least the largest input, at most 1/4 of its steps.
    let sum = max(2, min(2 / 0.125 * 0.25, Double(max(positive, negative)) * 2.5 / 16))
    let scale = ["none": 1, "constant": 4, "max": most, "abs-max": 2, "abs-max-np-sum": sum, "average-abs-max": 2][
      kind]!
    let more: KeyValuePairs<String, Double> = kind == "constant" ? ["nm_thres": 4] : ["nm_assumed_wmax": 2.5]
    let tile = try Self.tile(Self.quiet(more, ["noise_management": kind, "bound_management": "none"]))
    let dac = x.map { Float(Self.converted(Double($0) / scale, 0.125, 1)) }
    let want = Self.exact(dac).map { scale * Self.converted($0, 0.5, 16) }
    for (got, want) in zip(try tile.products(x), want) {
      #expect(abs(Double(got) - want) < 1e-5 * max(abs(want), 1), "\(got), not \(want)")
    }
  }

  /// The mean follows a batch vector by vector.
  @Test func runningMeanOfInputs() throws {
    let tile = try Self.tile(
      Self.quiet(
        ["nm_decay": 0.25, "inp_res": 0, "out_res": 0],
        ["noise_management": "average-abs-max", "bound_management": "none"]))
    let sizes: [Float] = [1, 0.5, 4, 2]
    let y = try tile.products(sizes.flatMap { size in Self.x.map { $0 * size } })
    var mean = 1.0
    for (v, size) in sizes.enumerated() {
      if v > 0 { mean = 0.75 * mean + 0.25 * Double(size) }
      let clipped = Self.x.map { Float(min(max(Double($0 * size) / mean, -1), 1)) }
      for (j, want) in Self.exact(clipped).map({ mean * min(max($0, -16), 16) }).enumerated() {
        #expect(abs(Double(y[v * Self.outputs + j]) - want) < 2e-5 * max(abs(want), 1))
      }
    }
  }

  /// Inputs are halved until no output meets the bound.
  @Test func boundManagement() throws {
    let tile = try Self.tile(Self.quiet(["out_bound": 2, "inp_res": 1.0 / 4096], ["bound_management": "iterative"]))
    var factor = 1.0, want: [Double] = []
    repeat {
      let dac = Self.x.map { Float(Self.converted(Double($0) / factor, 1 / 2048, 1)) }
      want = Self.exact(dac).map { ($0 / 0.0625).rounded(.toNearestOrEven) * 0.0625 }
      factor *= 2
    } while want.contains { abs($0) > 2 }
    factor /= 2
    #expect(factor >= 4)
    #expect(try tile.products(Self.x) == want.map { Float($0 * factor) })
  }

  /// At most as often as steps are left, and not at all on the way back.
  @Test func boundManagementEnds() throws {
    let io = Self.quiet(
      ["out_bound": 0.5, "out_res": 1.0 / 64, "max_bm_factor": 2, "inp_res": 1.0 / 1024],
      ["bound_management": "iterative"])
    let huge = Self.weights.map { 4 * $0 }
    // Factors 1, 2 and 4 are tried: the one beyond max_bm_factor is the last.
    let y = try Self.tile(io, weights: huge).products(Self.x)
    #expect(y.map(abs).max() == 4 * 0.5)
    let back = try Self.tile(io, weights: huge).transposedProducts(Self.d)
    #expect(back.map(abs).max() == 0.5)
  }

  /// Positive and negative inputs apart, each through an ADC where they are added in digital.
  @Test(arguments: ["pos-neg-separate", "pos-neg-separate-digital-sum"]) func signsApart(_ mode: String) throws {
    let tile = try Self.tile(Self.quiet([:], ["mv_type": mode, "bound_management": "none"]))
    let x = Self.x.map { Float(Self.converted(Double($0), 0.125, 1)) }
    let parts = [Self.exact(x.map { max($0, 0) }), Self.exact(x.map { min($0, 0) })]
    let want = zip(parts[0], parts[1]).map { a, b in
      mode == "pos-neg-separate"
        ? Self.converted(a + b, 0.5, 16) : Self.converted(a, 0.5, 16) + Self.converted(b, 0.5, 16)
    }
    #expect(try tile.products(x) == want.map { Float($0) })
  }

  @Test func asymmetries() throws {
    let tile = try Self.tile(Self.quiet(["inp_asymmetry": 0.25, "out_asymmetry": 0.5, "out_res": 0, "out_bound": 0]))
    let coarse = Self.x.map { Float(Self.converted(Double($0), 0.125, 1)) }
    let want = Self.exact(coarse.map { $0 < 0 ? 0.75 * $0 : $0 }).map { Float($0 < 0 ? 0.5 * $0 : $0) }
    #expect(try tile.products(Self.x) == want)
  }

  /// y / (1 + n |y|), its slope put right by (1 + n c bound)².
  @Test func shapedOutputs() throws {
    let io = Self.quiet([
      "inp_res": 0, "out_res": 0, "out_bound": 64, "out_nonlinearity": 0.5, "slope_calibration": 0.25
    ])
    let n = 0.5 / 64, slope = pow(1 + n * 0.25 * 64, 2)
    for (got, y) in zip(try Self.tile(io).products(Self.x), Self.exact(Self.x)) {
      let want = slope * y / (1 + n * abs(y))
      #expect(abs(Double(got) - want) < 1e-5 * max(abs(want), 1))
    }
  }

  /// a = n sum |W v| / ratio; y - k a (0.5 + a (0.05 a - 0.2)) sum W v (1 - (1 - i / n)²), i of n from the far end.
  @Test func estimatedDrop() throws {
    let io = Self.quiet(["inp_res": 0, "out_res": 0, "out_bound": 0, "ir_drop": 0.8, "ir_drop_g_ratio": 2000])
    let n = Double(Self.inputs), y = try Self.tile(io).products(Self.x), plain = Self.exact(Self.x)
    var seen = 0.0
    for j in 0..<Self.outputs {
      let w = Self.weights[j * Self.inputs..<(j + 1) * Self.inputs].map(Double.init), v = Self.x.map(Double.init)
      let a = zip(w, v).reduce(0) { $0 + abs($1.0 * $1.1) } * n / 2000
      let far = (0..<Self.inputs).reduce(0) { $0 + w[$1] * v[$1] * (1 - pow(1 - Double($1) / n, 2)) }
      let drop = 0.8 * a * (0.5 + a * (0.05 * a - 0.2)) * far
      seen = max(seen, abs(drop))
      #expect(abs(Double(y[j]) - (plain[j] - drop)) < 1e-4)
    }
    #expect(seen > 0.1)
  }

  /// No input, no output: not even noise, unless it is that of inputs.
  @Test func silence() throws {
    let zeros = [Float](repeating: 0, count: Self.inputs)
    #expect(try Self.tile(given()).products(zeros).allSatisfy { $0 == 0 })
    #expect(try Self.tile(given(["inp_noise": 0.1])).products(zeros).contains { $0 != 0 })
    #expect(try Self.tile(given([:], ["noise_management": "none"])).products(zeros).contains { $0 != 0 })
  }
}
