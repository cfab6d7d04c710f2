import Foundation
import MemSimCore
import Testing

/// Bounds and scales of weights in training.
@Suite struct WeightRangeTests {
  private let w: [Float] = [0.5, -3, 1, 0.25, 2, -0.125]

  private func clipped(_ numbers: Parameters, _ type: String, _ weights: [Float]? = nil) throws -> [Float] {
    var w = weights ?? self.w
    try WeightClip(parameters: numbers, options: [("type", type)]).apply(&w, outputs: 2, inputs: 3)
    return w
  }

  @Test func bounds() throws {
    func clip(_ bound: Float) -> [Float] { w.map { min(max($0, -bound), bound) } }
    #expect(try clipped([], "none") == w)
    #expect(try clipped([("fixed_value", [0.75])], "fixed-value") == clip(0.75))
    // The outputs' largest are 3 and 2.
    #expect(try clipped([], "average-channel-max") == clip(2.5))
    #expect(try clipped([("fixed_value", [1])], "average-channel-max") == clip(1))
    let mean = w.reduce(0.0) { $0 + Double($1) } / 6
    let deviation = sqrt(w.reduce(0.0) { $0 + pow(Double($1) - mean, 2) } / 5)
    #expect(try clipped([("sigma", [0.5])], "layer-gaussian") == clip(Float(0.5 * deviation)))
    #expect { try clipped([], "fixed-value") } throws: { "\($0)".contains("fixed_value must be > 0") }
    var bad = w
    bad[4] = .nan
    #expect { try clipped([], "none", bad) } throws: { "\($0)".contains("index 4") }
  }

  private func remapped(_ numbers: Parameters, _ type: String, _ weights: [Float]? = nil) throws -> (
    w: [Float], scales: [Float]
  ) {
    var (w, scales): ([Float], [Float]) = (weights ?? self.w, [2, 0.5])
    try WeightRemap(parameters: numbers, options: [("type", type)]).apply(&w, &scales, outputs: 2, inputs: 3)
    return (w, scales)
  }

  /// The largest weight becomes remapped_wmax; weight times scale stays.
  @Test(arguments: ["layerwise-symmetric", "channelwise-symmetric"], [1, 0.5]) func scales(
    _ type: String, _ most: Double
  ) throws {
    let (w, scales) = try remapped([("remapped_wmax", [most])], type)
    let sizes: [Double] = type == "layerwise-symmetric" ? [3, 3] : [3, 2]
    #expect(scales == [Float(sizes[0] / most * 2), Float(sizes[1] / most * 0.5)])
    for k in w.indices { #expect(abs(w[k] * scales[k / 3] - self.w[k] * [2, 0.5][k / 3]) < 1e-6) }
    #expect(abs(Double(w.map(abs).max()!) - most) < 1e-6)
  }

  /// No scale above so many times the least one before, or its least bound.
  @Test func boundedScales() throws {
    #expect(try remapped([("max_scale_range", [4])], "channelwise-symmetric").scales == [2, 1])
    #expect(try remapped([("max_scale_range", [4]), ("max_scale_ref", [5])], "channelwise-symmetric").scales == [5, 1])
    let (w, scales) = try remapped([], "none")
    #expect(w == self.w && scales == [2, 0.5])
    let zeros = try remapped([], "channelwise-symmetric", [Float](repeating: 0, count: 6))
    #expect(zeros.w.allSatisfy { $0 == 0 } && zeros.scales == [2, 0.5])
  }

  @Test func refusals() throws {
    var (w, scales): ([Float], [Float]) = (self.w, [1, 0])
    let remap = try WeightRemap(parameters: [], options: [("type", "layerwise-symmetric")])
    #expect { try remap.apply(&w, &scales, outputs: 2, inputs: 3) } throws: {
      "\($0)".contains("scales must be > 0, got 0.0 at index 1")
    }
    #expect(w == self.w && scales == [1, 0])
  }

  /// Weights of any size that is allowed, with scales of any: products stay, and nothing overflows.
  @Test(arguments: [Float(1e-45), 1e-38, 1e-20, 1e20, 0x1p100], [Float(1e-30), 1, 1e30])
  func extremes(_ size: Float, _ scale: Float) throws {
    for type in ["layerwise-symmetric", "channelwise-symmetric"] {
      var (w, scales): ([Float], [Float]) = ([size, -size / 2, 0, size, size, -size], [scale, scale / 4])
      let products = (0..<6).map { Double(w[$0]) * Double(scales[$0 / 3]) }
      try WeightRemap(parameters: [], options: [("type", type)]).apply(&w, &scales, outputs: 2, inputs: 3)
      #expect(scales.allSatisfy { $0.isFinite && $0 > 0 } && w.allSatisfy { $0.isFinite }, "\(w) \(scales)")
      for k in 0..<6 where abs(products[k]) > 1e-37 && abs(products[k]) < 1e38 {
        #expect(abs(Double(w[k]) * Double(scales[k / 3]) / products[k] - 1) < 1e-6)
      }
    }
  }

  /// Beyond what single precision can reckon with, weights are refused by all of them.
  @Test func limits() throws {
    var (w, scales): ([Float], [Float]) = ([1, -0x1.1p100], [1])
    func refuse(_ body: () throws -> Void) {
      #expect(throws: MemSimError.argument("weights must be within ±2^100, got \(w[1]) at index 1"), performing: body)
    }
    let large = w
    refuse { try WeightClip(parameters: [], options: []).apply(&w, outputs: 1, inputs: 2) }
    refuse { try WeightRemap(parameters: [], options: []).apply(&w, &scales, outputs: 1, inputs: 2) }
    refuse { _ = try ProgrammedWeights(large, outputs: 1, model: "pcm-like") }
    refuse {
      try WeightModifier(parameters: [], options: []).apply(large, outputs: 1, inputs: 2, seed: 0, event: 0, into: &w)
    }
    #expect(w == large)
  }
}
