import MemSimCore
import Testing

/// Gradients against central differences of the layer itself, the devices drawn anew from the same key.
@Suite struct LayerGradientTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let nonidealities: Nonidealities
    var testDescription: String { name }

    static let all = [
      Case(name: "no change", nonidealities: []),
      Case(name: "lognormal", nonidealities: [("lognormal", [("sigma_on", [0.05]), ("sigma_off", [0.5])])]),
      Case(name: "drift", nonidealities: [("drift", [("time", [1e4]), ("nu_std", [0.03])])]),
      Case(name: "stuck-at", nonidealities: [("stuck-at", [("probability", [0.3])])]),
      Case(name: "stuck-at-on", nonidealities: [("stuck-at-on", [("probability", [0.3])])]),
      Case(name: "stuck-at-off", nonidealities: [("stuck-at-off", [("probability", [0.3])])]),
      Case(name: "read noise", nonidealities: [("read-noise", [("sigma", [0.3])])]),
      Case(
        name: "wires", nonidealities: [
          ("wire-resistance", [("r_word", [2e4]), ("r_bit", [5e4]), ("r_source", [1e4]), ("r_sense", [3e3])]),
          ("lognormal", []),
        ]),
      Case(
        name: "all", nonidealities: [
          ("lognormal", [("sigma_on", [0.4]), ("sigma_off", [0.1])]), ("drift", [("time", [1e4]), ("nu_std", [0.03])]),
          ("stuck-distribution", [("means", [1e-6, 3e-6]), ("bandwidth", [1e-7]), ("probability", [0.2])]),
          ("read-noise", [("sigma", [0.3])]),
        ]),
    ]
  }

  @Test(arguments: PlainLaw.allCases, Case.all) func agreeWithDifferences(_ law: PlainLaw, _ change: Case) throws {
    for redraw in [MemristiveLayer.Redraw.call, .sample] {
      let layer = try MemristiveLayer(5, 3, law.nonidealities + change.nonidealities, redraw: redraw)
      let loss = Loss(layer, LayerKey(seed: 11, call: 2), samples: 4)
      var (weights, x): ([Double], [Double]) = (layerWeights(layer), loss.inputs)
      // Some weights at the low end of the window, from which there is one way only.
      for i in [1, 8, 9] { weights[i] = 0 }
      let (gradX, gradWeights) = try loss.gradients(weights, x)
      try expectClose(gradWeights, weights.indices.map { i in
        try slope(at: weights[i], upwards: weights[i] == 0) { value in
          let before = weights[i]
          defer { weights[i] = before }
          weights[i] = value
          return try loss(weights, x)
        }
      }, "\(law), \(change.name), \(redraw): weights")
      try expectClose(gradX, x.indices.map { i in
        try slope(at: x[i]) { value in
          let before = x[i]
          defer { x[i] = before }
          x[i] = value
          return try loss(weights, x)
        }
      }, "\(law), \(change.name), \(redraw): inputs")
    }
  }

  /// Of several largest weights each has its part of what the scale does: between its slopes downwards, where the scale
  /// stays, and upwards, where it alone is the scale.
  @Test(arguments: PlainLaw.allCases, Case.all) func tiesShare(_ law: PlainLaw, _ change: Case) throws {
    let layer = try MemristiveLayer(5, 3, law.nonidealities + change.nonidealities)
    let loss = Loss(layer, LayerKey(seed: 12), samples: 4)
    var weights: [Double] = layerWeights(layer)
    let ties = [2, 17, 18, 35]
    for i in ties { weights[i] = 2 }
    let gradient = try loss.gradients(weights, loss.inputs).weights
    var want = gradient
    for i in ties {
      func at(_ value: Double) throws -> Double {
        var moved = weights
        moved[i] = value
        return try loss(moved, loss.inputs)
      }
      let (down, up) = (try -slope(at: -2, upwards: true) { try at(-$0) }, try slope(at: 2, upwards: true, at))
      want[i] = down + (up - down) / Double(ties.count)
    }
    expectClose(gradient, want, "\(law), \(change.name)")
  }

  /// h² of the third derivative, and roundings over h.
  private func expectClose(_ got: [Double], _ want: [Double], _ what: String) {
    let largest = want.reduce(0) { max($0, abs($1)) }
    let bad = zip(got, want).enumerated().first { !(abs($1.0 - $1.1) <= 1e-7 * largest) }
    #expect(bad == nil && got.count == want.count, "\(what): largest \(largest)")
  }

  /// Of second order: from both sides, or from above.
  private func slope(at x: Double, upwards: Bool = false, _ f: (Double) throws -> Double) rethrows -> Double {
    let h = 1e-5
    guard upwards else { return try (f(x + h) - f(x - h)) / (2 * h) }
    return try (4 * f(x + h) - 3 * f(x) - f(x + 2 * h)) / (2 * h)
  }
}

/// A loss that is not linear in the outputs, for one draw of a layer.
struct Loss {
  let layer: MemristiveLayer
  let key: LayerKey
  let inputs: [Double]
  private let offsets: [Double]

  /// Inputs stay away from 0 V, where the laws bend without bound.
  init(_ layer: MemristiveLayer, _ key: LayerKey, samples: Int) {
    (self.layer, self.key) = (layer, key)
    inputs = patternless(samples * layer.inputs, 3, Double.self).map { $0 + ($0 < 0 ? -0.05 : 0.05) }
    offsets = patternless(samples * layer.outputs, 8, Double.self)
  }

  func callAsFunction(_ weights: [Double], _ x: [Double]) throws -> Double {
    let y = try DrawnLayer(layer, weights, key).outputs(x)
    return zip(y, offsets).reduce(0) { $0 + 0.5 * ($1.0 + $1.1) * ($1.0 + $1.1) }
  }

  func gradients(_ weights: [Double], _ x: [Double], penalty: Double = 0) throws -> (x: [Double], weights: [Double]) {
    let drawn = try DrawnLayer(layer, weights, key)
    let y = try drawn.outputs(x)
    return try drawn.backward(x, y, zip(y, offsets).map { $0 + $1 }, penalty: penalty)
  }
}
