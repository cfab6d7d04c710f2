import MemSimCore
import Testing

/// Vectors of which few lines have pulses are pulsed another way: trains are the same, noise of steps is drawn by hit.
@Suite struct SparsePulseTests {
  private static let inputs = 150, outputs = 70
  private static let fixed = given(["update_bl_management": 0, "update_management": 0, "desired_bl": 20])

  private func tile(_ device: String, _ threads: Int = 3) throws -> AnalogTile {
    try AnalogTile(
      inputs: Self.inputs, outputs: Self.outputs, device: device, settings: given(["dw_min_std": 0]), update: Self.fixed,
      seed: 17, context: Context(threads: threads))
  }

  /// Trains are those of their lines, so without noise of steps a line learns alike whatever others do.
  @Test(arguments: ["constant-step", "linear-step", "soft-bounds", "exp-step"]) func linesDoNotSeeEachOther(
    _ device: String
  ) throws {
    let dense = uniforms(Self.inputs, 3), d = uniforms(Self.outputs, 4)
    let few = [0, 31, 32, 77, 149]
    var sparse = [Float](repeating: 0, count: Self.inputs)
    for input in few { sparse[input] = dense[input] }
    let (one, other) = (try tile(device), try tile(device, 1))
    let start = try one.allWeights
    for _ in 0..<5 {
      try one.learn(dense, d, rate: 0.05)
      try other.learn(sparse, d, rate: 0.05)
    }
    let (a, b) = (try one.allWeights, try other.allWeights)
    for output in 0..<Self.outputs {
      for input in 0..<Self.inputs {
        let at = output * Self.inputs + input
        if few.contains(input) { #expect(a[at] == b[at], "\(input), \(output)") } else { #expect(b[at] == start[at]) }
      }
    }
    #expect(zip(a, start).count { $0 != $1 } > Self.inputs * Self.outputs / 2)
  }

  /// One line of either side, and what it should move by.
  @Test(arguments: [(1, 70), (150, 1), (1, 1), (2, 3)]) func sureCounts(rows: Int, columns: Int) throws {
    let tile = try Exact.tile(Self.inputs, Self.outputs, update: given(["desired_bl": 31]))
    var (x, d) = ([Float](repeating: 0, count: Self.inputs), [Float](repeating: 0, count: Self.outputs))
    for i in 0..<rows { x[(i * 37 + 5) % Self.inputs] = i % 2 == 0 ? 1 : -1 }
    for j in 0..<columns { d[(j * 11 + 3) % Self.outputs] = j % 3 == 0 ? -1 : 1 }
    try tile.learn(x, d, rate: 7 * Exact.step)
    let weights = try tile.allWeights
    for output in 0..<Self.outputs {
      for input in 0..<Self.inputs {
        #expect(weights[output * Self.inputs + input] == -7 * Float(Exact.step) * x[input] * d[output])
      }
    }
  }
}
