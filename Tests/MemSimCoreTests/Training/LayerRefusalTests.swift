import MemSimCore
import Testing

/// What cannot be is refused with a sentence that says why.
@Suite struct LayerRefusalTests {
  private func expect<R>(_ text: String, _ body: () throws -> R) {
    #expect(throws: MemSimError.argument(text)) { _ = try body() }
  }

  private func layer(
    _ inputs: Int = 3, _ outputs: Int = 2, _ nonidealities: Nonidealities = [], scale: Double = 0.5
  ) throws -> MemristiveLayer { try MemristiveLayer(inputs, outputs, nonidealities, scale: scale) }

  @Test(arguments: [0, -1, 1 << 24 + 1, Int.max]) func extents(_ bad: Int) {
    expect("inputs must be 1...2^24, got \(bad)") { try layer(bad, 2) }
    expect("outputs must be 1...2^24, got \(bad)") { try layer(2, bad) }
  }

  @Test func devicesAreCounted() throws {
    expect("a layer has at most 2^31 devices, got 16777217 x 256") { try layer(1 << 24, 128) }
    #expect(try layer((1 << 24) - 1, 64).columns == 128)
    #expect(try MemristiveLayer(1 << 24, 64, bias: false).rows == 1 << 24)
    expect("a layer has at most 2^31 devices, got 16777216 x 130") { try MemristiveLayer(1 << 24, 65, bias: false) }
  }

  @Test(arguments: [0, 9e-7, 100.1, -1, .infinity, .nan]) func scales(_ bad: Double) throws {
    expect("k_v must be 1e-6...100 V, got \(bad)") { try layer(scale: bad) }
  }

  @Test(arguments: [
    (0, 1e-6), (9e-16, 1e-6), (1e-6, 1e-6), (2e-6, 1e-6), (1e-6, 1001), (-1e-6, 1e-6), (.nan, 1e-6), (1e-6, .nan),
    (1e-6, .infinity),
  ]) func windows(off: Double, on: Double) {
    expect("window must be 1e-15 S <= g_off < g_on <= 1e3 S, got g_off \(off) and g_on \(on)") {
      try ConductanceWindow(off: off, on: on)
    }
  }

  @Test func boundsAreAllowed() throws {
    #expect(try ConductanceWindow(off: 1e-15, on: 1e3).on == 1e3)
    for scale in [1e-6, 100] { #expect(try layer(scale: scale).scale == scale) }
  }

  @Test func namesAndParameters() {
    expect("no nonideality named \"stuck\"; there are \(Nonideality.all.map(\.card.name).joined(separator: ", "))") {
      try Nonideality.named("stuck")
    }
    expect("no nonideality named \"\"; there are \(Nonideality.all.map(\.card.name).joined(separator: ", "))") {
      try layer(3, 2, [("", [])])
    }
    expect("model \"drift\" has no parameter \"sigma\"; it has time, t0, nu, nu_std") {
      try layer(3, 2, [("drift", [("sigma", [1])])])
    }
    expect("parameter \"probability\" must be 0.0...1.0 1, got 1.5") {
      try layer(3, 2, [("stuck-at", [("probability", [1.5])])])
    }
    expect("parameter \"means\" must be 0.0...1000.0 S, got nan") {
      try layer(3, 2, [("stuck-distribution", [("means", [1e-6, .nan])])])
    }
    #expect(throws: MemSimError.shape("parameter \"nu\" has 1 x 1 values, got 2")) {
      try layer(3, 2, [("drift", [("nu", [1, 2])])])
    }
  }

  @Test func parametersThatDoNotGoTogether() throws {
    expect("poole-frenkel: cov_cd² must be at most cov_cc cov_dd, got cov_cc 0.1, cov_cd 0.2, cov_dd 0.3") {
      try layer(3, 2, [("poole-frenkel", [("cov_cc", [0.1]), ("cov_cd", [0.2]), ("cov_dd", [0.3])])])
    }
    expect("stuck-distribution: means must hold at least one conductance") { try layer(3, 2, [("stuck-distribution", [])]) }
    for (cc, cd, dd) in [(0.0, 0.0, 0.3), (0.25, 0.5, 1), (0, 0, 0)] {
      _ = try layer(3, 2, [("poole-frenkel", [("cov_cc", [cc]), ("cov_cd", [cd]), ("cov_dd", [dd])])])
    }
  }

  @Test(arguments: [
    ("discrete-states", "quantization", "a device is programmed to one target"),
    ("quantization", "quantization", "a device is programmed to one target"),
    ("lognormal", "lognormal", "a device deviates from its target once"),
    ("drift", "drift", "a device drifts by one law"),
    ("poole-frenkel", "n-parameter", "a device has one I-V law"),
    ("n-parameter", "n-parameter", "a device has one I-V law"),
  ]) func exclusions(first: String, second: String, reason: String) {
    expect("nonidealities: \(first) and \(second) exclude each other: \(reason)") {
      try layer(3, 2, [(first, []), ("stuck-at-on", []), (second, [])])
    }
  }

  @Test func counts() throws {
    expect("nonidealities: read-noise is given twice") { try layer(3, 2, [("read-noise", []), ("read-noise", [])]) }
    let stuck: Nonidealities = Array(repeating: ("stuck-at-off", [("probability", [0.01])]), count: 64)
    let most = try layer(3, 2, stuck + [("poole-frenkel", []), ("read-noise", [])])
    _ = try DrawnLayer(most, [Float](repeating: 1, count: 16))
    expect("nonidealities: at most 64 may change conductances") { try layer(3, 2, stuck + [("lognormal", [])]) }
  }

  @Test(arguments: Nonideality.all.map(\.card.name)) func lawsAlone(_ name: String) throws {
    if ["poole-frenkel", "n-parameter", "sinh"].contains(name) {
      _ = try Nonideality.named(name).currentLaw([])
    } else {
      let means: [(name: String, values: [Double])] = name == "stuck-distribution" ? [("means", [1e-6])] : []
      expect("\"\(name)\" has no I-V law") { try Nonideality.named(name).currentLaw(means) }
    }
  }

  @Test(arguments: [1 << 32, UInt64.max]) func keys(_ bad: UInt64) throws {
    let layer = try layer(), weights = [Float](repeating: 1, count: 16)
    for (key, name) in [
      (LayerKey(call: bad), "call"), (LayerKey(firstSample: bad), "first_sample"),
      (LayerKey(sampleStep: bad), "sample_step"),
    ] {
      expect("\(name) must be below 2^32, got \(bad)") { try DrawnLayer(layer, weights, key) }
      expect("\(name) must be below 2^32, got \(bad)") { try layer.conductances(weights, key) }
    }
  }

  /// The sample after number 2^32 - 1 would be one of the next call.
  @Test(arguments: [MemristiveLayer.Redraw.call, .sample])
  func numbersOfSamples(_ redraw: MemristiveLayer.Redraw) throws {
    let layer = try MemristiveLayer(3, 2, redraw: redraw), x = [Float](repeating: 1, count: 9)
    let last = (UInt64(1) << 32) - 1
    for (first, step, batch) in [(last, UInt64(1), 2), (last - 3, 2, 3), (0, last, 3), (1, last, 2), (last, last, 2)] {
      let drawn = try DrawnLayer(
        layer, [Float](repeating: 1, count: 16), LayerKey(firstSample: first, sampleStep: step))
      let text = "first_sample + (batch - 1) sample_step must be below 2^32, got \(first), \(batch), \(step)"
      let (few, y) = (Array(x[..<(3 * batch)]), [Float](repeating: 1, count: 2 * batch))
      expect(text) { try drawn.outputs(few) }
      expect(text) { try drawn.backward(few, y, y) }
      #expect(try drawn.outputs(Array(few[3...])).count == 2 * (batch - 1))
      #expect(try drawn.outputs([]) == [])
    }
  }

  @Test func replayNeedsOneDraw() throws {
    let layer = try MemristiveLayer(3, 2, [("poole-frenkel", [])], redraw: .sample)
    expect("normals can be given only where devices are drawn once a call") {
      try DrawnLayer(layer, [Double](repeating: 1, count: 16), replay: [Double](repeating: 0, count: 32))
    }
  }
}
