import Foundation
import MemSimCore
import Testing

/// The same bits whatever the threads and batches, from a saved state too.
@Suite struct TileStateTests {
  private static let inputs = 45, outputs = 33
  private static let noisy = given(
    ["inp_noise": 0.1, "w_noise": 0.05, "out_sto_round": 1], ["w_noise_type": "pcm-read"])
  private static let drifting = given(["drift_nu": 0.1, "drift_nu_dtod": 0.2])
  private static let restless = given(["lifetime": 100, "diffusion": 0.01, "reset_dtod": 0.1, "write_noise_std": 0.5])

  private static func tile(_ device: String, seed: UInt64 = 4, threads: Int = 2) throws -> AnalogTile {
    let settings = ["linear-step": restless, "constant-step": drifting][device] ?? given()
    return try AnalogTile(
      inputs: inputs, outputs: outputs, device: device, settings: settings, forward: noisy, backward: noisy, seed: seed,
      context: Context(threads: threads))
  }

  /// A little of all that changes a tile, in batches of so many vectors; what it gives.
  private static func live(_ tile: some WeightTile, batch: Int = 12, _ seed: UInt64) throws -> [[Float]] {
    var results: [[Float]] = []
    let x = uniforms(12 * inputs, seed), d = uniforms(12 * outputs, seed + 1)
    for first in stride(from: 0, to: 12, by: batch) {
      let last = min(first + batch, 12)
      let (someX, someD) = (Array(x[first * inputs..<last * inputs]), Array(d[first * outputs..<last * outputs]))
      try tile.learn(someX, someD, rate: 0.05)
    }
    var (forward, backward): ([Float], [Float]) = ([], [])
    for first in stride(from: 0, to: 12, by: batch) {
      let last = min(first + batch, 12)
      forward += try tile.products(Array(x[first * inputs..<last * inputs]))
      backward += try tile.transposedProducts(Array(d[first * outputs..<last * outputs]))
    }
    try tile.step()
    try tile.drift(seconds: 30)
    try tile.reset(start: inputs - 2, count: 4, probability: 0.5)
    results += [forward, backward, try tile.allWeights]
    return results
  }

  @Test(arguments: PulsedDevice.all.map(\.card.name)) func savedTilesGoOn(_ device: String) throws {
    let (tile, other) = (try Self.tile(device), try Self.tile(device, seed: 5))
    _ = try Self.live(tile, 1)
    _ = try Self.live(other, 2)
    let state = try tile.saved()
    #expect(try other.saved() != state)
    try other.restore(state)
    #expect(try other.saved() == state)
    #expect(try Self.live(other, 3) == Self.live(tile, 3))
    #expect(try other.saved() == tile.saved())
  }

  @Test(arguments: PulsedDevice.all.map(\.card.name)) func neitherThreadsNorBatchesShow(_ device: String) throws {
    let want = try Self.live(try Self.tile(device, threads: 1), 7)
    for (threads, batch) in [(2, 12), (5, 12), (3, 5), (1, 1)] {
      #expect(
        try Self.live(Self.tile(device, threads: threads), batch: batch, 7) == want, "\(threads) threads, \(batch)")
    }
    let other = try Self.live(try Self.tile(device, seed: 6), 7)
    #expect(other[0] != want[0])
  }

  /// A state of something else is refused and leaves the tile as it is.
  @Test func otherStatesAreRefused() throws {
    let tile = try Self.tile("constant-step"), before = try tile.saved()
    func refuse(_ state: [UInt8], _ text: String? = nil) throws {
      #expect { try tile.restore(state) } throws: { text.map("\($0)".contains) ?? true }
      #expect(try tile.saved() == before)
    }
    try refuse(Self.tile("exp-step").saved(), "exp-step")
    try refuse(Exact.tile(Self.inputs, Self.outputs).saved(), "other parameters")
    try refuse(
      AnalogTile(inputs: 33, outputs: 45, device: "constant-step", settings: Self.drifting).saved(),
      "33 inputs and 45 outputs")
    try refuse([], "truncated")
    try refuse(Array(before.dropLast(8)))
    for at in stride(from: 0, to: before.count, by: before.count / 40) {
      var damaged = before
      damaged[at] ^= 4
      try refuse(damaged)
    }
  }

  /// w q + a (q - 1), q = (t / t_0)^-nu of the time since it was written; diffusion, decay and resets as documented.
  @Test func timePasses() throws {
    let law = given([
      "drift_nu": 0.2, "drift_t_0": 2, "drift_w_offset": 0.25, "w_max_dtod": 0, "w_min_dtod": 0, "w_max": 4, "w_min": -4
    ])
    let tile = try AnalogTile(inputs: 3, outputs: 1, device: "constant-step", settings: law)
    let w: [Float] = [1, -0.5, 0.125]
    try tile.setWeights(w)
    try tile.drift(seconds: 0)
    for (passed, total) in [(1.0, 1.0), (7, 8), (92, 100)] {
      try tile.drift(seconds: passed)
      let q = pow(max(total / 2, 1), -0.2)
      for (got, w) in zip(try tile.allWeights, w) {
        #expect(abs(Double(got) - (Double(w) * q + 0.25 * (q - 1))) < 1e-6)
      }
    }
  }

  @Test func decayAndResets() throws {
    let law = given(["lifetime": 4, "reset": 0.5, "reset_std": 0])
    let tile = try AnalogTile(inputs: 4, outputs: 2, device: "ideal", settings: law)
    let w: [Float] = [1, -2, 0.5, 0, 3, 4, -1, 8]
    try tile.setWeights(w)
    for steps in 1...3 {
      try tile.step()
      let left = [1, 0.75, 0.5625, 0.421875][steps]
      for (got, w) in zip(try tile.allWeights, w) { #expect(Double(got) == 0.5 + (Double(w) - 0.5) * left) }
    }
    try tile.setWeights(w)
    try tile.reset(start: 3, count: 2, probability: 1)
    #expect(try tile.allWeights == [0.5, -2, 0.5, 0.5, 0.5, 4, -1, 0.5])
  }

  /// Steps of sigma sqrt(n) in n of them.
  @Test func diffusion() throws {
    let tile = try AnalogTile(inputs: 100, outputs: 100, device: "ideal", settings: given(["diffusion": 0.25]))
    for _ in 0..<9 { try tile.step() }
    let weights = try tile.allWeights.map(Double.init)
    expectMean(weights, 0, "diffusion")
    expectVariance(weights, mean: 0, 9 * 0.0625, "diffusion")
  }
}
