import MemSimCore
import Testing

/// The same bits whatever the threads, from a saved state too.
@Suite struct ProgrammedStateTests {
  private static let models = InferenceModel.all.map(\.card.name)
  private static let outputs = 61, weights = uniforms(61 * 83, 31)

  private static func programmed(_ model: String, converter: String? = nil, seed: UInt64 = 6, threads: Int = 2) throws
    -> ProgrammedWeights
  {
    try ProgrammedWeights(
      weights, outputs: outputs, model: model, converter: converter, seed: seed, context: Context(threads: threads))
  }

  private static func live(_ devices: ProgrammedWeights) throws -> [[Float]] {
    [try devices.read(0), try devices.read(1), try devices.read(86_400)]
  }

  @Test(arguments: models, [nil, "fusion", "n-pair"]) func savedOnesGoOn(_ model: String, _ converter: String?) throws {
    let (devices, other) = (
      try Self.programmed(model, converter: converter), try Self.programmed(model, converter: converter, seed: 7)
    )
    _ = try Self.live(devices)
    let state = try devices.saved()
    #expect(try other.saved() != state)
    try other.restore(state)
    #expect(try other.saved() == state)
    #expect(try Self.live(other) == Self.live(devices))
    #expect(try other.all("target") == devices.all("target"))
  }

  @Test(arguments: models) func threadsDoNotShow(_ model: String) throws {
    let want = try Self.live(Self.programmed(model, threads: 1))
    for threads in [2, 5] { #expect(try Self.live(Self.programmed(model, threads: threads)) == want) }
    #expect(try Self.live(Self.programmed(model, seed: 8)) != want)
  }

  /// Programming draws by device: more outputs behind do not change those before.
  @Test func devicesAreAddressed() throws {
    let long = try Self.programmed("pcm-like"),
      short = try ProgrammedWeights(
        Array(Self.weights[..<(83 * 40)]), outputs: 40, model: "pcm-like", seed: 6)
    // The scale is that of the largest weight, which must be in both.
    #expect(Self.weights[..<(83 * 40)].map(abs).max() == Self.weights.map(abs).max())
    #expect(try short.all("conductance")[0] == Array(long.all("conductance")[0][..<(83 * 40)]))
  }

  @Test func otherStatesAreRefused() throws {
    let devices = try Self.programmed("pcm-like"), before = try devices.saved()
    func refuse(_ state: [UInt8], _ text: String? = nil) throws {
      #expect { try devices.restore(state) } throws: { text.map("\($0)".contains) ?? true }
      #expect(try devices.saved() == before)
    }
    try refuse(Self.programmed("hermes").saved(), "hermes")
    try refuse(Self.programmed("pcm-like", converter: "single-device").saved(), "single-device")
    try refuse(ProgrammedWeights(Self.weights, outputs: 83, model: "pcm-like").saved(), "61 inputs and 83 outputs")
    try refuse([], "truncated")
    for at in stride(from: 0, to: before.count, by: before.count / 40) {
      var damaged = before
      damaged[at] ^= 16
      try refuse(damaged)
    }
  }

  @Test func times() throws {
    let devices = try Self.programmed("pcm-like")
    for t in [-1, -.infinity, .infinity, .nan, 1.1e12] {
      #expect(throws: MemSimError.argument("t must be 0...1e12 s, got \(t)")) { try devices.read(t) }
    }
    #expect(throws: MemSimError.self) { try devices.all("relaxation") }
  }
}
