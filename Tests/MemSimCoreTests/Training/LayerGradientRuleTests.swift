import MemSimCore
import Testing

/// What differences do not show.
@Suite struct LayerGradientRuleTests {
  /// Rounding to a state counts as the identity, the state's conductance as what it is.
  @Test(arguments: PlainLaw.allCases, ["discrete-states", "quantization"])
  func trainingSeesThroughRounding(_ law: PlainLaw, _ change: String) throws {
    let parameters = change == "quantization" ? [("step", [0.2])] : [("levels", [4.0]), ("spacing", [1])]
    let layer = try MemristiveLayer(20, 3, law.nonidealities + [(change, parameters)])
    let weights: [Double] = layerWeights(layer), x: [Double] = layerInputs(5 * 20), key = LayerKey(seed: 13)
    let devices = PlainDevices(
      conductance: try layer.conductances(weights, key), slope: weights.map { _ in 1 },
      normals: DeviceNumbers(key, layer.rows, layer.columns).ofLaw(law, sample: 0))
    let plain = PlainLayer(layer: layer, law: law, weights: weights) { _ in devices }
    let drawn = try DrawnLayer(layer, weights, key)
    let (y, gradY) = (try drawn.outputs(x), patternless(15, 8, Double.self))
    let want = plain.forward(x).y
    expectSums(y, want, roundings: 400, "y")
    expectSums(try drawn.backward(x, y, gradY).weights, plain.backward(x, want, gradY).weights, roundings: 800, "weights")
  }

  @Test func penaltyPullsWhatIsAboveZero() throws {
    let layer = try MemristiveLayer(40, 9, [("poole-frenkel", [])])
    let loss = Loss(layer, LayerKey(), samples: 2)
    let weights: [Double] = layerWeights(layer)
    let (free, pulled) = (
      try loss.gradients(weights, loss.inputs), try loss.gradients(weights, loss.inputs, penalty: 0.125))
    #expect(pulled.x == free.x)
    for (i, w) in weights.enumerated() {
      #expect(abs(pulled.weights[i] - free.weights[i] - (w > 0 ? 0.125 : 0)) < 1e-15, "weight \(w)")
    }
    #expect(weights.contains(0))
  }

  /// Ohmic outputs do not depend on the scale, so the largest weight's gradient is that of any other.
  @Test func ohmicScaleCancels() throws {
    let layer = try MemristiveLayer(40, 9)
    let weights: [Double] = layerWeights(layer), x: [Double] = layerInputs(3 * 40)
    let drawn = try DrawnLayer(layer, weights)
    let (y, gradY) = (try drawn.outputs(x), patternless(27, 8, Double.self))
    let gradient = try drawn.backward(x, y, gradY).weights
    let largest = weights.firstIndex(of: weights.max()!)!
    var want = 0.0
    for sample in 0..<3 {
      let (row, column) = (largest / 18, largest % 18)
      let value = row < 40 ? x[sample * 40 + row] : 1
      want += (column % 2 == 0 ? 1 : -1) * gradY[sample * 9 + column / 2] * value
    }
    #expect(abs(gradient[largest] - want) < 1e-13)
  }

  /// Floats are as close to doubles as some hundred roundings let them, in sums and in exponents of up to 40.
  @Test(arguments: PlainLaw.allCases, LayerGradientTests.Case.all)
  func floatsAreCloseToDoubles(_ law: PlainLaw, _ change: LayerGradientTests.Case) throws {
    for redraw in [MemristiveLayer.Redraw.call, .sample] {
      let layer = try MemristiveLayer(70, 10, law.nonidealities + change.nonidealities, redraw: redraw)
      let weights: [Float] = layerWeights(layer), x: [Float] = layerInputs(20 * 70)
      let gradY = patternless(200, 8, Float.self), key = LayerKey(seed: 14, stream: 1)
      let (one, two) = (try DrawnLayer(layer, weights, key), try DrawnLayer(layer, weights.map(Double.init), key))
      let (y, z) = (try one.outputs(x), try two.outputs(x.map(Double.init)))
      let floats = try one.backward(x, y, gradY)
      let doubles = try two.backward(x.map(Double.init), z, gradY.map(Double.init))
      for (got, want) in [(y, z), (floats.x, doubles.x), (floats.weights, doubles.weights)] {
        let largest = want.reduce(0) { max($0, abs($1)) }
        let worst = zip(got, want).reduce(0) { max($0, abs(Double($1.0) - $1.1)) }
        #expect(worst < 300 * 0x1p-24 * largest, "\(redraw): \(worst / largest)")
      }
      #expect(try one.weightGradients(x, y, gradY) == floats.weights, "the inputs' gradient changes nothing")
    }
  }
  /// The least currents that a layer allows, 1e-21 A, have their part of noise in floats too.
  @Test func smallCurrentsAreNoisy() throws {
    let layer = try MemristiveLayer(
      inputs: 9, outputs: 4, window: try ConductanceWindow(off: 1e-15, on: 5e-15), scale: 1e-6,
      nonidealities: [("read-noise", [("sigma", [0.5])])])
    let weights: [Float] = layerWeights(layer), x: [Float] = layerInputs(27)
    let (one, two) = (try DrawnLayer(layer, weights), try DrawnLayer(layer, weights.map(Double.init)))
    let (y, z) = (try one.outputs(x), try two.outputs(x.map(Double.init)))
    let gradY = patternless(12, 8, Float.self)
    let floats = try one.backward(x, y, gradY)
    let doubles = try two.backward(x.map(Double.init), z, gradY.map(Double.init))
    for (got, want) in [(y, z), (floats.x, doubles.x), (floats.weights, doubles.weights)] {
      let largest = want.reduce(0) { max($0, abs($1)) }
      #expect(zip(got, want).allSatisfy { abs(Double($0) - $1) < 300 * 0x1p-24 * largest }, "\(got), not \(want)")
    }
  }
}
