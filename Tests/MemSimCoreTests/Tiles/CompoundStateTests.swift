import MemSimCore
import Testing

/// Laws of all compounds: the same bits whatever the threads, and from a saved state.
@Suite struct CompoundStateTests {
  private static let inputs = 35, outputs = 20
  static let names = Compound.all.map(\.card.name)

  private static func tile(_ name: String, seed: UInt64 = 3, threads: Int = 2) throws -> CompoundTile {
    let cells = name == "mixed-precision" ? 1 : 2
    let periodic = ["transfer", "buffered-transfer", "chopped-transfer", "dynamic-transfer"].contains(name)
    return try CompoundTile(
      inputs: inputs, outputs: outputs, compound: name, settings: periodic ? given(["units_in_mbatch": 0]) : ([], []),
      cells: Array(repeating: ("soft-bounds", nil, given(["dw_min": 0.01])), count: cells), seed: seed,
      context: Context(threads: threads))
  }

  private static func live(_ tile: CompoundTile, _ seed: UInt64, batch: Int = 40) throws -> [[Float]] {
    let x = uniforms(40 * inputs, seed), d = uniforms(40 * outputs, seed + 1)
    for v in stride(from: 0, to: 40, by: batch) {
      try tile.learn(
        Array(x[v * inputs..<(v + batch) * inputs]), Array(d[v * outputs..<(v + batch) * outputs]), rate: 0.1)
    }
    return [try tile.products(x), try tile.transposedProducts(d), try tile.allWeights]
  }

  @Test(arguments: names) func savedOnesGoOn(_ name: String) throws {
    let (tile, other) = (try Self.tile(name), try Self.tile(name, seed: 4))
    _ = try Self.live(tile, 1)
    _ = try Self.live(other, 2)
    let state = try tile.saved()
    #expect(try other.saved() != state)
    try other.restore(state)
    #expect(try Self.live(other, 3) == Self.live(tile, 3))
    #expect(try other.saved() == tile.saved())
  }

  @Test(arguments: names) func threadsDoNotShow(_ name: String) throws {
    let want = try Self.live(Self.tile(name, threads: 1), 5)
    for threads in [2, 5] { #expect(try Self.live(Self.tile(name, threads: threads), 5) == want) }
    #expect(try Self.live(Self.tile(name, seed: 9), 5) != want)
  }

  /// Where no period counts batches, batches do not show.
  @Test(arguments: names.filter { $0 != "mixed-precision" }) func batchesDoNotShow(_ name: String) throws {
    let want = try Self.live(Self.tile(name), 5)
    for batch in [1, 8, 20] { #expect(try Self.live(Self.tile(name), 5, batch: batch) == want, "\(batch)") }
  }

  @Test func otherStatesAreRefused() throws {
    let tile = try Self.tile("transfer"), before = try tile.saved()
    for other in Self.names where other != "transfer" {
      #expect { try tile.restore(Self.tile(other).saved()) } throws: { "\($0)".contains(other) }
      #expect(try tile.saved() == before)
    }
  }
}
