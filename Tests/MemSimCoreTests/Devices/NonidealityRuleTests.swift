import Foundation
import MemSimCore
import Testing

/// Nonidealities that follow a rule: every device against the rule.
@Suite struct NonidealityRuleTests {
  static let names = Nonideality.all.map(\.card.name)

  private let layer = (50, 20)

  /// Conductances of a layer as programmed, and after the change.
  private func devices<T: LayerScalar>(_ nonidealities: Nonidealities, _: T.Type) throws -> (ideal: [T], changed: [T]) {
    let plain = try MemristiveLayer(layer.0, layer.1), changed = try MemristiveLayer(layer.0, layer.1, nonidealities)
    let weights: [T] = layerWeights(plain)
    return (try plain.conductances(weights), try changed.conductances(weights))
  }

  @Test func programmedAsWritten() throws {
    let layer = try MemristiveLayer(layer.0, layer.1)
    let weights: [Double] = layerWeights(layer)
    for (g, w) in zip(try layer.conductances(weights), weights) {
      let want = siox.off + (siox.on - siox.off) * (w / weights.max()!)
      #expect(abs(g / want - 1) < 4e-16)
    }
  }

  /// Nearest by conductance among states evenly spaced in G or in R. Halfway cases may go either way by a rounding.
  @Test(arguments: [2, 3, 4, 16, 100], [0.0, 1])
  func discreteStates(_ levels: Int, _ spacing: Double) throws {
    let states = (0..<levels).map { k in
      let part = Double(k) / Double(levels - 1)
      return spacing == 0
        ? siox.off + part * (siox.on - siox.off) : 1 / (1 / siox.on + part * (1 / siox.off - 1 / siox.on))
    }
    try expectNearest(states, [("discrete-states", [("levels", [Double(levels)]), ("spacing", [spacing])])], Double.self)
    try expectNearest(states, [("discrete-states", [("levels", [Double(levels)]), ("spacing", [spacing])])], Float.self)
  }

  @Test(arguments: [0.01, 0.25, 0.3, 1]) func quantization(_ step: Double) throws {
    let states = (0...Int(1 / step + 1e-9)).map { siox.off + Double($0) * step * (siox.on - siox.off) }
    try expectNearest(states, [("quantization", [("step", [step])])], Double.self)
    try expectNearest(states, [("quantization", [("step", [step])])], Float.self)
  }

  private func expectNearest<T: LayerScalar>(_ states: [Double], _ nonidealities: Nonidealities, _: T.Type) throws {
    let (ideal, changed) = try devices(nonidealities, T.self)
    // Roundings of G, of its distance from the window's end, and of R.
    let rounding = 16 * Double(T.ulpOfOne) * siox.on
    for (before, after) in zip(ideal, changed) {
      let nearest = states.map { abs($0 - Double(before)) }.min()!
      #expect(abs(Double(after) - Double(before)) <= nearest + rounding, "\(before) became \(after)")
      #expect(states.contains { abs($0 - Double(after)) <= rounding }, "\(after) is no state")
    }
  }

  @Test(arguments: names) func cardIsComplete(_ name: String) throws {
    let card = try Nonideality.named(name).card
    #expect(card.name == name && card.states.isEmpty && card.options.isEmpty && card.presets.isEmpty)
    for text in [card.title, card.text, card.source] { #expect(!text.isEmpty) }
    for parameter in card.parameters {
      #expect(!parameter.unit.isEmpty && !parameter.text.isEmpty, "\(parameter.name)")
      #expect(parameter.values.allSatisfy { $0 >= parameter.minimum && $0 <= parameter.maximum }, "\(parameter.name)")
    }
    #expect(Self.names.count { $0 == name } == 1)
  }

  /// At the bounds of every parameter, too, results are numbers. Some Poole-Frenkel parameters within theirs have
  /// currents that no double holds.
  @Test(arguments: names.filter { $0 != "poole-frenkel" }) func boundsGiveNumbers(_ name: String) throws {
    let means: [(name: String, values: [Double])] = name == "stuck-distribution" ? [("means", [1e-6, 1e-4])] : []
    for parameter in try Nonideality.named(name).card.parameters {
      for bound in [parameter.minimum, parameter.maximum] {
        let layer = try MemristiveLayer(9, 3, [(name, means + [(parameter.name, [bound])])])
        let x: [Double] = layerInputs(3 * 9)
        let drawn = try DrawnLayer(layer, layerWeights(layer) as [Double])
        let y = try drawn.outputs(x)
        let (gradX, gradWeights) = try drawn.backward(x, y, y)
        #expect(y.allSatisfy { !$0.isNaN } && gradX.allSatisfy { !$0.isNaN }, "\(parameter.name) \(bound)")
        #expect(gradWeights.allSatisfy { !$0.isNaN }, "\(parameter.name) \(bound)")
      }
    }
  }

  /// Floats and doubles are the same devices but for roundings of factors whose exponents are below 3.
  @Test(arguments: [0.05, 0.1, 0.7]) func precisionsDrawTheSameDevices(_ p: Double) throws {
    let nonidealities: Nonidealities = [
      ("lognormal", [("sigma_on", [0.05]), ("sigma_off", [0.5])]), ("drift", [("time", [1e3]), ("nu_std", [0.02])]),
      ("stuck-at-off", [("probability", [p])]),
      ("stuck-distribution", [("means", [1e-6, 5e-6, 2e-5]), ("bandwidth", [1e-6]), ("probability", [p / 2])]),
    ]
    let layer = try MemristiveLayer(300, 60, nonidealities)
    let weights: [Float] = layerWeights(layer)
    let (floats, doubles) = (try layer.conductances(weights), try layer.conductances(weights.map(Double.init)))
    // |mu + h z| may cancel: h sets the size.
    let bad = zip(floats, doubles).count { abs(Double($0) - $1) > 0x1p-24 * 30 * ($1 + 1e-6) }
    #expect(bad == 0)
  }

  /// The device whose uniform number is the float next below the probability is stuck in both.
  @Test func precisionsAgreeAtTheEdge() throws {
    let layer = try MemristiveLayer(4, 8, [("stuck-at", [("probability", [0.7])])], bias: false)
    let key = LayerKey(call: 53_916)
    let u = DeviceNumbers(key, 4, 16).plane(0, position: 0, channel: 1, uniform: true)
    #expect(u[2 * 16 + 14] == Double(Float(0.7)) && u[2 * 16 + 14] < 0.7)
    let weights: [Float] = layerWeights(layer)
    let (floats, doubles) = (try layer.conductances(weights, key), try layer.conductances(weights.map(Double.init), key))
    for (i, u) in u.enumerated() {
      #expect((doubles[i] == 1e-6) == (u < 0.7), "device \(i)")
      #expect((floats[i] == 1e-6) == (u < 0.7), "device \(i)")
    }
  }

  /// Devices stuck in the end are where they are stuck: neither spread nor drift moves them.
  @Test func stuckDevicesDoNotDrift() throws {
    let (_, changed) = try devices(
      [("stuck-at-on", [("probability", [1])]), ("drift", [("time", [1e6])]), ("lognormal", [])], Double.self)
    #expect(changed.allSatisfy { $0 == siox.on })
  }
}
