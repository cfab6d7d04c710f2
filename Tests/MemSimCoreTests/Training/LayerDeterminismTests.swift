import MemSimCore
import Testing

/// The same bits however the work is cut, and new devices only where the key says so.
@Suite struct LayerDeterminismTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let nonidealities: Nonidealities
    let redraw: MemristiveLayer.Redraw
    var testDescription: String { "\(nonidealities.map(\.name)) per \(redraw)" }

    static let all = [
      [], [("poole-frenkel", []), ("lognormal", []), ("stuck-at-on", []), ("read-noise", [])],
      [("n-parameter", []), ("drift", [("time", [1e3]), ("nu_std", [0.02])]), ("stuck-at-off", [])],
      [("quantization", []), ("read-noise", [])],
    ].flatMap { (list: Nonidealities) in
      [Case(nonidealities: list, redraw: .call), Case(nonidealities: list, redraw: .sample)]
    }

    func layer(_ context: Context = .shared) throws -> MemristiveLayer {
      try MemristiveLayer(150, 21, nonidealities, redraw: redraw, context: context)
    }
  }

  private static let batch = 70
  private static let key = LayerKey(seed: 21, stream: 4, call: 5, firstSample: 100, sampleStep: 3)

  /// Everything a layer computes.
  private func results<T: LayerScalar>(_ layer: MemristiveLayer, _: T.Type) throws -> [[T]] {
    let weights: [T] = layerWeights(layer), x: [T] = layerInputs(Self.batch * layer.inputs)
    let drawn = try DrawnLayer(layer, weights, Self.key)
    let (y, power) = try drawn.forward(x)
    let gradients = try drawn.backward(x, y, patternless(y.count, 8, T.self), penalty: 0.1)
    return [try layer.conductances(weights, Self.key), y, power, gradients.x, gradients.weights]
  }

  @Test(arguments: Case.all) func threadsDoNotShow(_ one: Case) throws {
    let floats = try results(one.layer(Context(threads: 1)), Float.self)
    let doubles = try results(one.layer(Context(threads: 1)), Double.self)
    for threads in [2, 5] {
      let context = try Context(threads: threads)
      #expect(try results(one.layer(context), Float.self) == floats)
      #expect(try results(one.layer(context), Double.self) == doubles)
    }
  }

  @Test(arguments: Case.all) func samplesDoNotDependOnTheirBatch(_ one: Case) throws {
    try pieces(one, Float.self)
    try pieces(one, Double.self)
  }

  private func pieces<T: LayerScalar>(_ one: Case, _: T.Type) throws {
    let layer = try one.layer()
    let weights: [T] = layerWeights(layer), x: [T] = layerInputs(Self.batch * layer.inputs)
    let whole = try DrawnLayer(layer, weights, Self.key).forward(x)
    var first = 0
    for count in [1, 16, 17, 36] {
      var key = Self.key
      key.firstSample += UInt64(first) * key.sampleStep
      let part = try DrawnLayer(layer, weights, key).forward(Array(x[first * 150..<(first + count) * 150]))
      #expect(part.y == Array(whole.y[first * 21..<(first + count) * 21]), "\(T.self), \(count) from \(first)")
      #expect(part.power == Array(whole.power[first..<first + count]), "\(T.self), \(count) from \(first)")
      first += count
    }
    #expect(first == Self.batch)
  }

  /// Drawing again with the same key gives the same; every part of a key gives others.
  @Test(arguments: Case.all.filter { $0.nonidealities.contains { $0.name.hasSuffix("r") || $0.name.hasSuffix("l") } })
  func keysTellDrawsApart(_ one: Case) throws {
    let layer = try one.layer()
    let weights: [Float] = layerWeights(layer), x: [Float] = layerInputs(layer.inputs)
    func outputs(_ key: LayerKey) throws -> [Float] { try DrawnLayer(layer, weights, key).outputs(x) }
    let keys = [
      LayerKey(), LayerKey(seed: 1), LayerKey(stream: 1), LayerKey(call: 1), LayerKey(call: (1 << 32) - 1),
      LayerKey(seed: .max, stream: .max),
    ]
    let all = try keys.map(outputs)
    for i in all.indices {
      #expect(try outputs(keys[i]) == all[i])
      for j in 0..<i { #expect(all[i] != all[j], "keys \(keys[i]) and \(keys[j])") }
    }
  }

  /// Devices drawn once a call are the call's, whatever its samples are numbered.
  @Test func numbersOfSamplesAreNotOfCalls() throws {
    let layer = try MemristiveLayer(10, 4, [("lognormal", []), ("poole-frenkel", [])])
    let weights: [Double] = layerWeights(layer), x: [Double] = layerInputs(30)
    let (one, two) = (LayerKey(seed: 2, call: 3), LayerKey(seed: 2, call: 3, firstSample: 64, sampleStep: 2))
    #expect(try DrawnLayer(layer, weights, one).outputs(x) == DrawnLayer(layer, weights, two).outputs(x))
    #expect(try layer.conductances(weights, one) == layer.conductances(weights, two))
  }

  /// The devices that `conductances` shows are those that samples see, with changes and in all tiles.
  @Test(arguments: [MemristiveLayer.Redraw.call, .sample])
  func conductancesAreThoseOfSamples(_ redraw: MemristiveLayer.Redraw) throws {
    let layer = try MemristiveLayer(70, 20, [("lognormal", []), ("stuck-at-on", [])], redraw: redraw)
    let weights: [Double] = layerWeights(layer), x: [Double] = layerInputs(3 * 70)
    let plain = PlainLayer(layer: layer, law: .ohmic, weights: weights) { sample in
      var key = Self.key
      key.firstSample += 3 * UInt64(sample)
      return PlainDevices(
        conductance: try! layer.conductances(weights, key), slope: weights, normals: weights.map { _ in .zero })
    }
    let (y, power) = try DrawnLayer(layer, weights, Self.key).forward(x)
    let want = plain.forward(x)
    expectSums(y, want.y, roundings: 200, "y")
    expectSums(power, want.power, roundings: 200, "power")
  }

  /// With a step of 0 all samples are one chip, and repeat its reads; else every sample has its own.
  @Test(arguments: [0, 1, 7] as [UInt64]) func stepsBetweenSamples(_ step: UInt64) throws {
    let layer = try MemristiveLayer(10, 4, [("lognormal", []), ("read-noise", [])], redraw: .sample)
    let key = LayerKey(seed: 3, firstSample: 5, sampleStep: step)
    let x: [Float] = layerInputs(10)
    let y = try DrawnLayer(layer, layerWeights(layer) as [Float], key).outputs(Array([x, x, x].joined()))
    let samples = (0..<3).map { Array(y[4 * $0..<4 * $0 + 4]) }
    #expect((samples[0] == samples[1]) == (step == 0) && (samples[1] == samples[2]) == (step == 0))
    var later = key
    later.firstSample += 2 * step
    #expect(try DrawnLayer(layer, layerWeights(layer) as [Float], later).outputs(x) == samples[2])
  }

  /// Bits of this version on every machine: a change here is one of results, for the changelog.
  @Test(arguments: [
    (0, 0x7eca_51ad_7395_695b as UInt64, 0x2fb2_6da3_145c_a40b as UInt64),
    (1, 0x3c99_a701_fc5b_d93e, 0x2365_ca75_3041_a2d2),
    (2, 0x2c07_b2ca_24a5_66f8, 0x7fba_05ac_4c67_c30e),
    (3, 0x589a_9747_1926_7d65, 0xd293_5545_9846_2b17),
    (4, 0x4a27_382c_04c4_58e9, 0x5ce1_d648_52d6_054d),
    (5, 0x259a_5ac0_24e7_bab9, 0x02bc_3078_3e37_9536),
    (6, 0x9d9b_84e5_58cd_d782, 0xa8ca_a653_3542_2735),
    (7, 0x0a30_b64a_01b6_f0f4, 0x3292_899a_9925_f2ed),
  ])
  func goldenHash(_ index: Int, _ float: UInt64, _ double: UInt64) throws {
    let layer = try Case.all[index].layer()
    #expect(hash(try results(layer, Float.self)) == float)
    #expect(hash(try results(layer, Double.self)) == double)
  }

  private func hash<T>(_ results: [[T]]) -> UInt64 {
    fingerprint(results.flatMap { values in values.withUnsafeBytes { Array($0) } })
  }
}
