import MemSimCore
import Testing

/// Signed weights on pairs of devices.
@Suite struct WeightPairsTests {
  private func pairs<T: LayerScalar>(_ weights: [T], _ mapping: PairMapping) throws -> [T] {
    try guarded(2 * weights.count) { out in
      switch T.precision {
      case .float:
        try WeightPairs.map(
          weights as! [Float], count: weights.count, mapping, into: out as! UnsafeMutablePointer<Float>)
      case .double:
        try WeightPairs.map(
          weights as! [Double], count: weights.count, mapping, into: out as! UnsafeMutablePointer<Double>)
      }
    }
  }

  private func gradients<T: LayerScalar>(_ weights: [T], _ mapping: PairMapping, _ gradPairs: [T]) throws -> [T] {
    try guarded(weights.count) { out in
      switch T.precision {
      case .float:
        try WeightPairs.backward(
          weights as! [Float], count: weights.count, mapping, gradPairs: gradPairs as! [Float],
          into: out as! UnsafeMutablePointer<Float>)
      case .double:
        try WeightPairs.backward(
          weights as! [Double], count: weights.count, mapping, gradPairs: gradPairs as! [Double],
          into: out as! UnsafeMutablePointer<Double>)
      }
    }
  }

  @Test func lowPairs() throws {
    #expect(try pairs([0.5, -2, 0, 1.5] as [Float], .low) == [0.5, 0, 0, 2, 0, 0, 1.5, 0])
    #expect(try pairs([] as [Double], .low).isEmpty)
  }

  @Test func averagePairs() throws {
    #expect(try pairs([0.5, -2, 0, 1.5] as [Double], .average) == [1.25, 0.75, 0, 2, 1, 1, 1.75, 0.25])
    #expect(try pairs([] as [Float], .average).isEmpty)
  }

  /// The published example: W onto the window 2...10 S.
  @Test func publishedExample() throws {
    let layer = try MemristiveLayer(
      inputs: 2, outputs: 3, bias: false, window: try ConductanceWindow(off: 2, on: 10))
    let weights = try pairs([3.75, 2.5, -5, -2.5, 0, 1.25] as [Double], .low)
    #expect(try layer.conductances(weights) == [8, 2, 6, 2, 2, 10, 2, 6, 2, 2, 4, 2])
    let average = try pairs([3.75, 2.5, -5, -2.5, 0, 1.25] as [Double], .average)
    #expect(try layer.conductances(average) == [9, 3, 8, 4, 2, 10, 4, 8, 6, 6, 7, 5])
  }

  /// Whatever the mapping, an ohmic layer computes W x + b.
  @Test(arguments: [PairMapping.low, .average]) func ohmicLayersMultiply(_ mapping: PairMapping) throws {
    let layer = try MemristiveLayer(7, 3)
    let weights = patternless(8 * 3, 5, Double.self), x: [Double] = layerInputs(2 * 7)
    let y = try DrawnLayer(layer, try pairs(weights, mapping)).outputs(x)
    for sample in 0..<2 {
      for output in 0..<3 {
        let want = (0..<8).reduce(0) { $0 + ($1 < 7 ? x[sample * 7 + $1] : 1) * weights[$1 * 3 + output] }
        #expect(abs(y[sample * 3 + output] - want) < 1e-14)
      }
    }
  }

  /// Through the pairs and a layer that is not linear, against central differences; the largest magnitude is one, or
  /// shared by weights of both signs that move together.
  @Test(arguments: [PairMapping.low, .average], [[5], [5, 11, 20]])
  func gradientsAgreeWithDifferences(_ mapping: PairMapping, _ largest: [Int]) throws {
    let layer = try MemristiveLayer(7, 3, [("poole-frenkel", []), ("lognormal", [])])
    let loss = Loss(layer, LayerKey(seed: 31), samples: 3)
    var weights = patternless(8 * 3, 5, Double.self)
    for (k, i) in largest.enumerated() { weights[i] = k % 2 == 0 ? 1.25 : -1.25 }
    let ofPairs = try loss.gradients(try pairs(weights, mapping), loss.inputs).weights
    let gradient = try gradients(weights, mapping, ofPairs)
    func slope(_ direction: [Int]) throws -> Double {
      let values = try [1e-5, -1e-5].map { h in
        var moved = weights
        for i in direction { moved[i] += weights[i] > 0 ? h : -h }
        return try loss(try pairs(moved, mapping), loss.inputs)
      }
      return (values[0] - values[1]) / 2e-5
    }
    let size = gradient.reduce(0) { max($0, abs($1)) }
    for i in weights.indices where !largest.contains(i) {
      // h² of the third derivative, and roundings over h.
      #expect(abs(gradient[i] * (weights[i] > 0 ? 1 : -1) - (try slope([i]))) < 1e-7 * size, "weight \(i)")
    }
    let together = largest.reduce(0) { $0 + gradient[$1] * (weights[$1] > 0 ? 1 : -1) }
    #expect(abs(together - (try slope(largest))) < 1e-7 * size)
  }

  @Test func floatsAndZeros() throws {
    let weights: [Float] = [0, 1, -1, 0.5], ofPairs: [Float] = [1, 2, 3, 4, 5, 6, 7, 8]
    // At 0, the mean of both one-sided slopes.
    #expect(try gradients(weights, .low, ofPairs) == [-0.5, 3, -6, 7])
    // Half of each difference; half of all sums, 18, shared by both of the largest.
    #expect(try gradients(weights, .average, ofPairs) == [-0.5, 8.5, -9.5, -0.5])
    #expect(try gradients([] as [Float], .average, []) == [])
  }

  @Test(arguments: [Double.nan, .infinity, -.infinity], [PairMapping.low, .average])
  func weightsMustBeFinite(_ bad: Double, _ mapping: PairMapping) {
    let error = MemSimError.argument("weights must be finite, got \(bad) at index 2")
    #expect(throws: error) { try pairs([1, 2, bad], mapping) }
    #expect(throws: error) { try pairs([1, 2, Float(bad)], mapping) }
    #expect(throws: error) { try gradients([1, 2, bad], mapping, [1, 2, 3, 4, 5, 6]) }
  }
}
