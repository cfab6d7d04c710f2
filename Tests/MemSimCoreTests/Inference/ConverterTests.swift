import Foundation
import MemSimCore
import Testing

/// Conductances that weights ask for, by each converter's definition, and back.
@Suite struct ConverterTests {
  private static let silent: Parameters = [("prog_noise_scale", [0]), ("read_noise_scale", [0]), ("drift_scale", [0])]
  private static let outputs = 7, weights = uniforms(7 * 30, 21, 2)

  private static func programmed(
    _ converter: String, _ parameters: Parameters = [], _ weights: [Float] = Self.weights
  ) throws -> ProgrammedWeights {
    try ProgrammedWeights(weights, outputs: outputs, model: "pcm-like", silent, converter: converter, parameters)
  }

  private static let cases: [(String, Parameters)] = [
    ("single-pair", []), ("single-pair", [("g_min", [5])]), ("n-pair", [("f_lst", [1, 0.25, 3]), ("g_min", [2])]),
    ("custom-pair", []), ("custom-pair", [("g_lst", [0, 5, 25, 20, 0, 0]), ("f_lst", [1])]), ("single-device", []),
    ("fusion", [])
  ]

  /// Devices without noise give weights back, at any time.
  @Test(arguments: cases) func roundTrip(_ one: (String, Parameters)) throws {
    // g+ - g- of the second custom pair is -20, 5, 25: not straight.
    if one.1.contains(where: { $0.name == "g_lst" }) {
      #expect(throws: MemSimError.self) { try Self.programmed(one.0, one.1) }
      return
    }
    let devices = try Self.programmed(one.0, one.1)
    for t in [0.0, 1, 1e6] {
      for (got, want) in zip(try devices.read(t), Self.weights) {
        #expect(abs(got - want) < 5e-6, "\(got), not \(want)")
      }
    }
    #expect(try devices.all("conductance") == devices.all("target"))
    for (scale, tolerance) in [(Float(1e-17), Float(1e-5)), (1e29, 1e-5)] {
      let devices = try Self.programmed(one.0, one.1, Self.weights.map { $0 * scale })
      for (got, want) in zip(try devices.read(0), Self.weights) { #expect(abs(got / scale - want) < tolerance) }
    }
  }

  @Test(arguments: cases.filter { !$0.1.contains { $0.name == "g_lst" } }) func zerosStayZeros(
    _ one: (String, Parameters)
  ) throws {
    let zeros = [Float](repeating: 0, count: Self.weights.count)
    #expect(try Self.programmed(one.0, one.1, zeros).read(0).allSatisfy { $0 == 0 })
    // What is too small for its slope: zeros, or as it is where outputs have scales of their own.
    let tiny = try Self.programmed(one.0, one.1, Self.weights.map { $0 * 1e-44 }).read(0)
    #expect(tiny.allSatisfy { abs($0) < 1e-43 })
  }

  /// One of a pair has the weight, the other g_min.
  @Test func singlePair() throws {
    let g = try Self.programmed("single-pair", [("g_min", [3]), ("g_max", [20])]).all("target")
    let most = Double(Self.weights.map(abs).max()!)
    for (k, w) in Self.weights.enumerated() {
      #expect(abs(g[0][k] - (3 + 17 * max(Double(w), 0) / most)) < 1e-5)
      #expect(abs(g[1][k] - (3 + 17 * max(-Double(w), 0) / most)) < 1e-5)
    }
  }

  /// Pairs of significances 1 and 3, filled one after the other: the first takes the weights up to a quarter.
  @Test func nPairs() throws {
    let g = try Self.programmed("n-pair", [("f_lst", [1, 3])]).all("target"),
      most = Double(Self.weights.map(abs).max()!)
    #expect(g.count == 4)
    for (k, w) in Self.weights.enumerated() {
      let part = 4 * abs(Double(w)) / most, on = w > 0 ? 0 : 1
      #expect(abs(g[on][k] - 25 * min(part, 1)) < 1e-4 && g[1 - on][k] == 0)
      #expect(abs(g[2 + on][k] - 25 * max(part - 1, 0) / 3) < 1e-4 && g[3 - on][k] == 0)
    }
  }

  @Test func singleDevice() throws {
    let g = try Self.programmed("single-device", [("g_min", [10]), ("g_max", [90])]).all("target")
    let (least, most) = (Double(Self.weights.min()!), Double(Self.weights.max()!))
    for (k, w) in Self.weights.enumerated() {
      #expect(abs(g[0][k] - (10 + 80 * (Double(w) - least) / (most - least))) < 1e-4)
    }
  }

  /// The largest of each output has g_max; gains are least-squares slopes of what was programmed.
  @Test func fusion() throws {
    let devices = try ProgrammedWeights(
      Self.weights, outputs: Self.outputs, model: "pcm-like", [("drift_scale", [0])], converter: "fusion")
    let (target, g) = (try devices.all("target")[0], try devices.all("conductance")[0]), read = try devices.read(0)
    let inputs = Self.weights.count / Self.outputs
    for output in 0..<Self.outputs {
      let range = output * inputs..<(output + 1) * inputs, w = Self.weights[range].map { abs(Double($0)) }
      let most = w.max()!
      for (k, w) in zip(range, w) { #expect(abs(target[k] - 40 * w / most) < 1e-4) }
      let gain = w.reduce(0) { $0 + $1 * $1 } / zip(w, g[range]).reduce(0) { $0 + $1.0 * $1.1 }
      for (k, w) in zip(range, Self.weights[range]) {
        #expect(abs(Double(read[k]) - gain * g[k] * (w < 0 ? -1 : 1)) < 1e-5)
      }
    }
  }

  @Test func refusals() throws {
    func refuse(_ converter: String, _ parameters: Parameters, _ text: String) {
      #expect { try Self.programmed(converter, parameters) } throws: { "\($0)".contains(text) }
    }
    refuse("single-pair", [("g_min", [25])], "g_min must be below g_max, got 25.0 and 25.0 uS")
    refuse("n-pair", [("f_lst", [])], "f_lst")
    refuse("n-pair", [("f_lst", Array(repeating: 1, count: 17))], "f_lst must be 1...16 factors, got 17")
    refuse("custom-pair", [("g_lst", [0, 25, 25])], "g_lst must be 2 curves")
    refuse("custom-pair", [("g_lst", [25, 0, 0, 0, 0, 25])], "positive sum")
    refuse("pair", [], "no conductance converter named")
    var bad = Self.weights
    bad[9] = .infinity
    #expect { try Self.programmed("single-pair", [], bad) } throws: { "\($0)".contains("index 9") }
  }
}
