import MemSimCore
import Testing

/// Tiki-Taka and its kin, and mixed precision: what leaves the fast device, and when.
@Suite struct CompoundTransferTests {
  /// Tiki-Taka, a line at a time: a column of cell 0 is read after every second vector and written to cell 1.
  @Test(arguments: [0.0, 1]) func transfers(_ columns: Double) throws {
    let rate = 0.02, transfer = 0.3141, gamma = 0.25
    let tile = try ExactCompound.tile(
      "transfer", cells: 2,
      given([
        "transfer_every": 2, "units_in_mbatch": 0, "transfer_columns": columns, "gamma": gamma, "transfer_lr": transfer,
        "scale_transfer_lr": 0
      ]))
    let all = ExactCompound.vectors(20, 9)
    var (fast, slow, line) = (ExactCompound.none, ExactCompound.none, 0)
    for v in 0..<20 {
      fast = ExactCompound.sum(fast, ExactCompound.change(rate, all, v))
      if v % 2 == 0 { continue }
      for at in 0..<ExactCompound.count
      where (columns > 0 ? at % ExactCompound.inputs : at / ExactCompound.inputs) == line {
        slow[at] += (transfer * fast[at] / Exact.step).rounded(.toNearestOrEven) * Exact.step
      }
      line = (line + 1) % (columns > 0 ? ExactCompound.inputs : ExactCompound.outputs)
    }
    try tile.learn(
      Array(all.x[..<(7 * ExactCompound.inputs)]), Array(all.d[..<(7 * ExactCompound.outputs)]), rate: rate)
    try tile.learn(
      Array(all.x[(7 * ExactCompound.inputs)...]), Array(all.d[(7 * ExactCompound.outputs)...]), rate: rate)
    #expect(try tile.all("0/weights") == ExactCompound.floats(fast))
    #expect(try tile.all("1/weights") == ExactCompound.floats(slow))
    #expect(slow.contains { $0 != 0 })
    #expect(try tile.allWeights == ExactCompound.floats(ExactCompound.sum(slow, fast, times: gamma)))
  }

  /// What is read gathers until it makes a step, which is one sure pulse.
  @Test func buffers() throws {
    let rate = 0.02,
      tile = try ExactCompound.tile(
        "buffered-transfer", cells: 2,
        given([
          "transfer_every": 1, "units_in_mbatch": 0, "transfer_lr": 0.25, "scale_transfer_lr": 0, "momentum": 0.5
        ]), write: ([], []))
    let all = ExactCompound.vectors(40, 11)
    var (fast, slow, buffer) = (ExactCompound.none, ExactCompound.none, ExactCompound.none)
    for v in 0..<40 {
      fast = ExactCompound.sum(fast, ExactCompound.change(rate, all, v))
      for output in 0..<ExactCompound.outputs {
        let at = output * ExactCompound.inputs + v % ExactCompound.inputs
        buffer[at] += 0.25 * fast[at]
        let steps = min(max((buffer[at] / Exact.step).rounded(.towardZero), -1), 1)
        if steps == 0 { continue }
        slow[at] += steps * Exact.step
        buffer[at] *= 0.5
      }
    }
    try tile.learn(all.x, all.d, rate: rate)
    #expect(try tile.all("buffer") == ExactCompound.floats(buffer))
    #expect(try tile.allWeights == ExactCompound.floats(slow))
    #expect(slow.contains { $0 != 0 })
  }

  /// Choppers that turn at known times: the fast device sees signs that the buffer does not.
  @Test func choppers() throws {
    let rate = 0.02,
      tile = try ExactCompound.tile(
        "chopped-transfer", cells: 2,
        given([
          "in_chop_prob": 0.5, "in_chop_random": 0, "fast_lr": rate, "transfer_lr": 0.25, "scale_transfer_lr": 0,
          "gamma": 0.5
        ]), write: ([], []))
    let all = ExactCompound.vectors(60, 13)
    var (fast, slow, buffer, signs) = (
      ExactCompound.none, ExactCompound.none, ExactCompound.none, [Double](repeating: 1, count: ExactCompound.inputs)
    )
    for v in 0..<60 {
      let change = ExactCompound.change(rate, all, v), input = v % ExactCompound.inputs,
        sweep = v / ExactCompound.inputs
      for at in 0..<ExactCompound.count { fast[at] += signs[at % ExactCompound.inputs] * change[at] }
      for output in 0..<ExactCompound.outputs {
        let at = output * ExactCompound.inputs + input
        // In steps of the fast device.
        buffer[at] += 0.25 / Exact.step * signs[input] * fast[at]
        let steps = min(max(buffer[at].rounded(.towardZero), -1), 1)
        if steps == 0 { continue }
        slow[at] += steps * Exact.step
        buffer[at] = 0
      }
      if sweep % 2 == 1 { signs[input] = -signs[input] }
    }
    try tile.learn(all.x, all.d, rate: 0.7)
    #expect(try tile.all("0/weights") == ExactCompound.floats(fast))
    #expect(try tile.all("buffer") == ExactCompound.floats(buffer))
    #expect(try tile.all("1/weights") == ExactCompound.floats(slow))
    let seen = (0..<ExactCompound.count).map { slow[$0] + 0.5 * signs[$0 % ExactCompound.inputs] * fast[$0] }
    #expect(try tile.allWeights == ExactCompound.floats(seen))
    #expect(signs.contains(-1))
  }

  /// A fast device that rests at 0.1 tells AGAD nothing: reads count from their mean before the chopper turned.
  @Test func offsetsCancel() throws {
    func drift(_ name: String) throws -> Double {
      let tile = try ExactCompound.tile(
        name, cells: 2,
        given([
          "in_chop_prob": 0.1, "in_chop_random": 0, "fast_lr": 1, "transfer_lr": 0.01, "scale_transfer_lr": 0,
          "momentum": 0
        ]), write: ([], []))
      let offset = [Float](repeating: 0.1, count: ExactCompound.count)
      let still = [Float](repeating: 0, count: 600 * ExactCompound.inputs),
        none = [Float](repeating: 0, count: 600 * ExactCompound.outputs)
      var furthest = 0.0
      try tile.setHidden("0/weights", offset)
      for part in 0..<10 {
        let (x, d) = (
          still.dropFirst(part * 60 * ExactCompound.inputs).prefix(60 * ExactCompound.inputs),
          none.prefix(60 * ExactCompound.outputs)
        )
        try tile.learn(Array(x), Array(d), rate: 1)
        furthest = max(furthest, try tile.all("1/weights").reduce(0) { max($0, abs(Double($1))) })
      }
      return furthest / Exact.step
    }
    // 100 sweeps: ten of one sign with the choppers, 0.01 x 0.1 / step = 1.02 steps each.
    #expect(try drift("chopped-transfer") >= 9)
    #expect(try drift("dynamic-transfer") == 0)
  }

  /// Gradients gather in digital; whole steps leave them.
  @Test func mixedPrecision() throws {
    let rate = 0.01, tile = try ExactCompound.tile("mixed-precision", cells: 1, given(["transfer_every": 3]))
    let all = ExactCompound.vectors(12, 15)
    var (gradient, weights) = ([Float](repeating: 0, count: ExactCompound.count), ExactCompound.none)
    for v in 0..<12 {
      for at in 0..<ExactCompound.count {
        let x = all.x[v * ExactCompound.inputs + at % ExactCompound.inputs],
          d = all.d[v * ExactCompound.outputs + at / ExactCompound.inputs]
        gradient[at].addProduct(Float(rate) * x, d)
        if v == 0 || v % 3 != 0 { continue }
        let steps = (gradient[at] / Float(Exact.step)).rounded(.towardZero)
        gradient[at] -= steps * Float(Exact.step)
        weights[at] -= Double(steps) * Exact.step
      }
      try tile.learn(
        Array(all.x[v * ExactCompound.inputs..<(v + 1) * ExactCompound.inputs]),
        Array(all.d[v * ExactCompound.outputs..<(v + 1) * ExactCompound.outputs]), rate: rate)
    }
    for (got, want) in zip(try tile.all("gradient"), gradient) { #expect(abs(got - want) < 1e-6) }
    #expect(try tile.allWeights == ExactCompound.floats(weights))
    #expect(weights.contains { $0 != 0 })
  }

  /// Rates beyond single precision, reads beyond it too: the call ends, and all that is kept is finite.
  @Test(
    arguments: ["transfer", "buffered-transfer", "chopped-transfer", "dynamic-transfer", "mixed-precision"],
    [1e300, -1e300, 1e38])
  func hugeRates(_ name: String, _ rate: Double) throws {
    let cells = name == "mixed-precision" ? 1 : 2, read = given(["r_series": 1e9, "ir_drop": 1e9, "inp_noise": 1e9])
    let tile = try CompoundTile(
      inputs: 6, outputs: 4, compound: name,
      cells: Array(repeating: ("constant-step", nil, Exact.devices), count: cells),
      read: read, write: given(["desired_bl": 3], ["pulse_type": "mean-count"]), update: Exact.pulses)
    let all = ExactCompound.vectors(30, 17)
    try tile.setHidden("0/weights", uniforms(24, 18))
    for v in 0..<30 {
      try tile.learn(Array(all.x[v * 6..<(v + 1) * 6]), Array(all.d[v * 4..<(v + 1) * 4]), rate: rate)
    }
    for matrix in tile.compound.card.states.map(\.name) + ["0/weights", "\(cells - 1)/weights"] {
      #expect(try tile.all(matrix).allSatisfy { $0.isFinite }, "\(matrix)")
    }
  }

  /// A chopper that turns once in 10^300 sweeps does not turn.
  @Test(arguments: ["chopped-transfer", "dynamic-transfer"]) func rareTurns(_ name: String) throws {
    let rare = given(["in_chop_prob": 1e-300, "in_chop_random": 0, "gamma": 1]), all = ExactCompound.vectors(50, 19)
    let tile = try ExactCompound.tile(name, cells: 2, rare)
    try tile.learn(all.x, all.d, rate: 0.01)
    let (fast, slow) = (try tile.all("0/weights"), try tile.all("1/weights"))
    #expect(try tile.allWeights == zip(fast, slow).map { $0 + $1 })
    #expect(fast.contains { $0 != 0 })
  }
}
