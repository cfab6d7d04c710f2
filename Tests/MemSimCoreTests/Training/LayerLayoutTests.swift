import MemSimCore
import Testing

/// Outputs, power and gradients against the definition, at each edge of vectors, blocks, tiles and chunks.
@Suite struct LayerLayoutTests {
  static let outputs = [1, 4, 5, 8, 9, 17, 32, 33]
  static let inputs = [1, 3, 63, 64, 65, 129]

  @Test(arguments: outputs, inputs) func shapes(_ outputs: Int, _ inputs: Int) throws {
    for (k, law) in PlainLaw.allCases.enumerated() {
      for redraw in [MemristiveLayer.Redraw.call, .sample] {
        let bias = (outputs + inputs + k) % 2 == 0
        let layer = try MemristiveLayer(inputs, outputs, law.nonidealities, bias: bias, redraw: redraw)
        let batch = [1, 15, 16, 17][(outputs + inputs / 3 + k) % 4]
        try compare(layer, law, batch: redraw == .call ? batch : min(batch, 3), Float.self)
        try compare(layer, law, batch: redraw == .call ? batch : min(batch, 3), Double.self)
      }
    }
  }

  @Test(arguments: [0, 1, 15, 16, 17, 65, 130], PlainLaw.allCases) func batches(_ batch: Int, _ law: PlainLaw) throws {
    for redraw in [MemristiveLayer.Redraw.call, .sample] {
      for bias in [true, false] {
        let layer = try MemristiveLayer(66, 9, law.nonidealities, bias: bias, redraw: redraw)
        try compare(layer, law, batch: batch, Float.self)
        try compare(layer, law, batch: batch, Double.self)
      }
    }
  }

  private func compare<T: LayerScalar>(_ layer: MemristiveLayer, _ law: PlainLaw, batch: Int, _: T.Type) throws {
    let key = LayerKey(seed: 5, stream: 2, call: 7, firstSample: 0)
    let weights: [T] = layerWeights(layer), x: [T] = layerInputs(batch * layer.inputs)
    let drawn = try DrawnLayer(layer, weights, key)
    let plain = PlainLayer(layer, law, weights.map(Double.init), key)
    // A rounding a term of a sum; exponents of up to 40 add theirs to the factors, and sums of one term have some too.
    let roundings = 200 + layer.rows
    let what = "\(law) \(layer.redraw) \(layer.inputs) x \(layer.outputs), bias \(layer.hasBias), batch \(batch)"
    let (y, power) = try drawn.forward(x)
    let want = plain.forward(x.map(Double.init))
    expectSums(y, want.y, roundings: roundings, "y of \(what)")
    expectSums(power, want.power, roundings: roundings + layer.columns, "power of \(what)")
    #expect(try drawn.outputs(x) == y, "asking for power changes no output of \(what)")

    let gradY: [T] = patternless(y.count, 8, T.self)
    let (gradX, gradWeights) = try drawn.backward(x, y, gradY, penalty: 0.25)
    let gradients = plain.backward(x.map(Double.init), want.y, gradY.map(Double.init), penalty: 0.25)
    expectSums(gradX, gradients.x, roundings: roundings + layer.columns, "grad_x of \(what)")
    expectSums(gradWeights, gradients.weights, roundings: 2 * roundings + batch, "grad_weights of \(what)")
  }
}

/// What does not touch the numbers asked for.
@Suite struct LayerEdgeTests {
  /// All weights equal: all devices are at G_on, and every one has its part of what the scale does.
  @Test(arguments: PlainLaw.allCases) func equalWeights(_ law: PlainLaw) throws {
    let layer = try MemristiveLayer(6, 3, law.nonidealities)
    let weights = [Double](repeating: 0.7, count: layer.rows * layer.columns), x: [Double] = layerInputs(12)
    #expect(try layer.conductances(weights).allSatisfy { abs($0 / siox.on - 1) < 1e-15 })
    let (drawn, plain) = (try DrawnLayer(layer, weights), PlainLayer(layer, law, weights, LayerKey()))
    let (y, gradY) = (try drawn.outputs(x), patternless(6, 8, Double.self))
    let want = plain.backward(x, plain.forward(x).y, gradY)
    expectSums(try drawn.backward(x, y, gradY).weights, want.weights, roundings: 400, "grad_weights")
  }

  @Test func samplesWithoutVoltage() throws {
    for law in PlainLaw.allCases {
      let layer = try MemristiveLayer(20, 3, law.nonidealities + [("read-noise", [])], bias: false)
      let drawn = try DrawnLayer(layer, layerWeights(layer) as [Float])
      let x = [Float](repeating: 0, count: 40)
      let (y, power) = try drawn.forward(x)
      #expect(y == Array(repeating: 0, count: 6) && power == [0, 0])
      let (gradX, gradWeights) = try drawn.backward(x, y, patternless(6, 8, Float.self))
      #expect(gradX.allSatisfy(\.isFinite) && gradWeights.allSatisfy(\.isFinite))
    }
  }

  /// A value that is not finite spoils its sample alone.
  @Test(arguments: PlainLaw.allCases, [Float.nan, .infinity])
  func badSamplesStayAlone(_ law: PlainLaw, _ bad: Float) throws {
    for redraw in [MemristiveLayer.Redraw.call, .sample] {
      let layer = try MemristiveLayer(70, 5, law.nonidealities, redraw: redraw)
      let drawn = try DrawnLayer(layer, layerWeights(layer) as [Float])
      var x: [Float] = layerInputs(20 * 70)
      let good = try drawn.outputs(x)
      x[3 * 70 + 11] = bad
      let y = try drawn.outputs(x)
      #expect(y[15..<20].allSatisfy { !$0.isFinite || abs($0) > 1e20 }, "\(y[15..<20])")
      #expect(y[..<15] == good[..<15] && y[20...] == good[20...])
    }
  }

  /// The scale of the weights does not show, the power of two exactly.
  @Test func scalesOfWeightsCancel() throws {
    let layer = try MemristiveLayer(70, 5, [("lognormal", []), ("poole-frenkel", [])])
    let weights: [Double] = layerWeights(layer), x: [Double] = layerInputs(2 * 70)
    let one = try DrawnLayer(layer, weights).forward(x)
    let four = try DrawnLayer(layer, weights.map { 4 * $0 }).forward(x)
    #expect(four.y == one.y.map { 4 * $0 } && four.power == one.power)
  }
}
