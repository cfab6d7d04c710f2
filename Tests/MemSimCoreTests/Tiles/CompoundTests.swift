import MemSimCore
import Testing

/// What compounds do with their cells, against loops over numbers.
@Suite struct CompoundTests {
  @Test func vectorsOfAllCells() throws {
    let factors: [Double] = [1, -0.5, 0.25]
    let tile = try ExactCompound.tile("vector", cells: 3, ([("gamma_vec", factors)], []))
    let all = ExactCompound.vectors(5, 1)
    try tile.learn(all.x, all.d, rate: 0.01)
    let cell = (0..<5).reduce(ExactCompound.none) { ExactCompound.sum($0, ExactCompound.change(0.01, all, $1)) }
    for k in 0..<3 { #expect(try tile.all("\(k)/weights") == ExactCompound.floats(cell)) }
    #expect(try tile.allWeights == ExactCompound.floats(cell.map { $0 * 0.75 }))
    let y = try tile.products(Array(all.x[..<ExactCompound.inputs]))
    for j in 0..<ExactCompound.outputs {
      let want = (0..<ExactCompound.inputs).reduce(0) {
        $0 + 0.75 * cell[j * ExactCompound.inputs + $1] * Double(all.x[$1])
      }
      #expect(abs(Double(y[j]) - want) < 1e-6)
    }
  }

  @Test(arguments: ["single-fixed", "single-sequential", "single-random"]) func vectorsOfOneCell(_ policy: String)
    throws
  {
    let tile = try ExactCompound.tile("vector", cells: 3, given(["first_update_idx": 1], ["update_policy": policy]))
    let all = ExactCompound.vectors(60, 3)
    var (last, taken) = (
      Array(repeating: ExactCompound.floats(ExactCompound.none), count: 3), [Int](repeating: 0, count: 3)
    )
    for v in 0..<60 {
      try tile.learn(
        Array(all.x[v * ExactCompound.inputs..<(v + 1) * ExactCompound.inputs]),
        Array(all.d[v * ExactCompound.outputs..<(v + 1) * ExactCompound.outputs]), rate: 0.02)
      let now = try (0..<3).map { try tile.all("\($0)/weights") }, moved = (0..<3).filter { now[$0] != last[$0] }
      #expect(moved.count == 1)
      let cell = moved[0]
      #expect(
        now[cell]
          == ExactCompound.floats(ExactCompound.sum(last[cell].map(Double.init), ExactCompound.change(0.02, all, v))))
      if policy == "single-fixed" { #expect(cell == 1) }
      if policy == "single-sequential" { #expect(cell == (1 + v) % 3) }
      taken[cell] += 1
      last = now
    }
    // Five standard deviations about a third.
    if policy == "single-random" {
      #expect(taken.allSatisfy { abs(Double($0) - 20) < 5 * (60.0 * 2 / 9).squareRoot() }, "\(taken)")
    }
    let batch = try ExactCompound.tile("vector", cells: 3, given(["first_update_idx": 1], ["update_policy": policy]))
    try batch.learn(all.x, all.d, rate: 0.02)
    #expect(try (0..<3).map { try batch.all("\($0)/weights") } == last)
  }

  @Test func references() throws {
    let tile = try ExactCompound.tile("reference", cells: 2), all = ExactCompound.vectors(1, 5),
      reference = uniforms(ExactCompound.count, 6)
    try tile.setHidden("1/weights", reference)
    try tile.learn(all.x, all.d, rate: 0.02)
    #expect(try tile.all("1/weights") == reference)
    let pulsed = ExactCompound.change(0.02, all, 0)
    #expect(try tile.allWeights == zip(pulsed, reference).map { Float($0) - $1 })
    try tile.setWeights(reference)
    #expect(try tile.all("0/weights") == reference)
  }

  @Test(arguments: [0.0, 1]) func onlyRises(_ inverted: Double) throws {
    let tile = try ExactCompound.tile("one-sided", cells: 2, given(["copy_inverted": inverted])),
      all = ExactCompound.vectors(9, 7)
    let w = uniforms(ExactCompound.count, 8)
    try tile.setWeights(w)
    #expect(try tile.allWeights == w)
    var (rise, fall) = (w.map { Double(max($0, 0)) }, w.map { Double(max(-$0, 0)) })
    for v in 0..<9 {
      let change = ExactCompound.change(0.02, all, v)
      rise = ExactCompound.sum(rise, change.map { max($0, 0) })
      fall = ExactCompound.sum(fall, change.map { max(-$0, 0) })
    }
    try tile.learn(all.x, all.d, rate: 0.02)
    #expect(try tile.all("0/weights") == ExactCompound.floats(rise))
    #expect(try tile.all("1/weights") == ExactCompound.floats(fall.map { inverted > 0 ? -$0 : $0 }))
  }

  /// Where both are high they begin anew, with their difference.
  @Test func refresh() throws {
    let own: TileGiven = (
      Exact.devices.parameters.filter { $0.name != "w_max" } + [("w_max", [1]), ("reset_std", [0])], []
    )
    let tile = try CompoundTile(
      inputs: 2, outputs: 2, compound: "one-sided", settings: given(["refresh_every": 2, "units_in_mbatch": 0]),
      cells: [("constant-step", nil, own), ("constant-step", nil, own)], read: Exact.products,
      write: given(["desired_bl": 1000], ["pulse_type": "deterministic-implicit"]), update: Exact.pulses)
    // Both high, one high, both high, both low: above 3/4 and 1/4 of w_max.
    let (rise, fall): ([Float], [Float]) = ([0.875, 0.875, 0.5, 0.5], [0.5, 0.125, 0.9375, 0.5])
    try tile.setHidden("0/weights", rise)
    try tile.setHidden("1/weights", fall)
    try tile.learn([0, 0], [1, 1], rate: 0.01)
    #expect(try tile.all("0/weights") == rise)
    try tile.learn([0, 0], [1, 1], rate: 0.01)
    #expect(try tile.all("0/weights") == [0.375, 0.875, 0, 0.5])
    #expect(try tile.all("1/weights") == [0, 0.125, 0.4375, 0.5])
    #expect(try tile.allWeights == zip(rise, fall).map { $0 - $1 })
  }
}
