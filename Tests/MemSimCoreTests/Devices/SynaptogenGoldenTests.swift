import MemSimCore
import Testing

/// Values of the reference implementation and of the published formulas, at the rounding of single precision.
@Suite struct SynaptogenGoldenTests {
  private let golden = try! Golden.json("synaptogen.json").object("golden")
  private let constants = try! SynaptogenConstants(ModelSettings(.synaptogen))

  private func expect(_ got: Float, _ want: Double, within tolerance: Double, _ what: String) {
    #expect(abs(Double(got) - want) <= tolerance * max(abs(want), 1e-30), "\(what): \(got), not \(want)")
  }

  @Test func marginals() {
    for (feature, row) in golden.rows("Gamma").enumerated() {
      for (x, want) in zip(golden.numbers("x"), row) {
        let got = constants.marginal(feature, FloatLanes(repeating: Float(x)))[0]
        #expect(abs(Double(got) - want) <= 1e-6, "feature \(feature) at \(x)")
      }
    }
  }

  @Test func limitingCurrents() {
    for (k, u) in golden.numbers("U").enumerated() {
      let lanes = FloatLanes(repeating: Float(u))
      #expect(abs(Double(constants.lowCurrent(lanes)[0]) - golden.numbers("I_LLRS")[k]) <= 1e-10)
      #expect(abs(Double(constants.highCurrent(lanes)[0]) - golden.numbers("I_HHRS")[k]) <= 1e-10)
    }
  }

  @Test func mixtureOfResistance() {
    for (ohms, want) in zip(golden.numbers("R"), golden.numbers("r_of_R")) {
      let got = constants.mixture(ofResistance: FloatLanes(repeating: Float(ohms)))[0]
      #expect(abs(Double(got) - want) <= 5e-7, "R = \(ohms): \(got), not \(want)")
    }
  }

  @Test func mixedCurrents() {
    for (r, row) in zip(golden.numbers("r"), golden.rows("I_of_r_U")) {
      for (u, want) in zip(golden.numbers("U"), row) {
        let got = constants.current(FloatLanes(repeating: Float(r)), FloatLanes(repeating: Float(u)))[0]
        #expect(abs(Double(got) - want) <= 1e-10, "r = \(r), U = \(u): \(got), not \(want)")
      }
    }
  }

  /// Six cells set to r at their RESET threshold, then partially RESET.
  @Test func transitionCurve() throws {
    let transition = golden.object("transition")
    let array = try DeviceArray("synaptogen", rows: 1, columns: 6)
    let span = golden.number("G_LLRS") - golden.number("G_HHRS")
    let resistances = transition.numbers("r_HRS").map { Float(1 / (golden.number("G_LLRS") - $0 * span)) }
    try array.setState("HRS", resistances)
    try array.setState("UR", transition.numbers("UR").map { Float($0) })
    try array.setState("r", transition.numbers("r_LRS").map { Float($0) })
    for (got, want) in zip(try array.state("a"), transition.numbers("a")) { expect(got, want, within: 2e-5, "a") }
    for (got, want) in zip(try array.state("c"), transition.numbers("c")) { expect(got, want, within: 5e-6, "c") }
    try array.apply(transition.numbers("U").map { Float($0) })
    for (got, want) in zip(try array.state("r"), transition.numbers("r_new")) { expect(got, want, within: 1e-5, "r") }
  }

  @Test func readNoiseDeviation() throws {
    for case let row as [String: Any] in golden["noise"] as! [Any] {
      let noise = try ReadNoise(bandwidth: row.number("BW"))
      let u = row.number("U") == 0 ? 1e-12 : row.number("U")
      let lanes = FloatLanes(repeating: Float(u))
      let current = constants.current(FloatLanes(repeating: Float(row.number("r"))), lanes)
      let variance = noise.density(lanes)[0] * abs(current[0])
      expect(variance.squareRoot(), row.number("sigma"), within: 3e-6, "sigma at \(row)")
    }
  }
}

/// 72 pulses on 8 cells with the reference's own random numbers: states, features and flags after every one.
@Suite struct SynaptogenReplayTests {
  private let replay = try! Golden.json("synaptogen.json").object("replay")

  /// The reference's normals instead of ours.
  private struct Recorded: CycleNormals {
    let draws: LatentLanes
    func normals(_ block: Int, cycle: WordLanes) -> LatentLanes { draws }
  }

  private func lanes(_ values: [Double]) -> FloatLanes {
    var lanes = FloatLanes.zero
    for (k, value) in values.enumerated() { lanes[k] = Float(value) }
    return lanes
  }

  @Test func replayMatches() throws {
    let array = try DeviceArray("synaptogen", rows: 1, columns: 8)
    let cells = array.cells as! SynaptogenCells
    for (k, feature) in ["HRS", "US", "LRS", "UR"].enumerated() {
      for (name, key) in [("mu_", "mu"), ("sigma_", "sigma"), ("latent_", "x0"), ("", "y0")] {
        try array.setState(name + feature, replay.rows(key)[k].map { Float($0) })
      }
    }
    #expect(zip(try array.state("r"), replay.numbers("r0")).allSatisfy { abs(Double($0) - $1) < 2e-6 })
    var cycles = 0
    for case let step as [String: Any] in replay["steps"] as! [Any] {
      let eps = step["eps"] as! [Any]
      cycles += eps.count { $0 is [Any] }
      cells.kernel.pulse(0, lanes(step.numbers("U")), where: selected, draw: Recorded(draws: draws(eps)))
      try compare(array, step)
    }
    #expect(cycles == 88)
  }

  private var selected: IntLanes { IntLanes(-1, -1, -1, -1, -1, -1, -1, -1, 0, 0, 0, 0, 0, 0, 0, 0) }

  private func draws(_ eps: [Any]) -> LatentLanes {
    var x: LatentLanes = (.zero, .zero, .zero, .zero)
    for (cell, four) in eps.enumerated() {
      guard let four = four as? [Double] else { continue }
      (x.0[cell], x.1[cell], x.2[cell], x.3[cell]) = (Float(four[0]), Float(four[1]), Float(four[2]), Float(four[3]))
    }
    return x
  }

  private func compare(_ array: DeviceArray, _ step: [String: Any]) throws {
    for (got, want) in zip(try array.state("r"), step.numbers("r")) { #expect(abs(Double(got) - want) <= 2e-6) }
    for (name, index) in [("HRS", 0), ("US", 1), ("LRS", 2), ("UR", 3)] {
      for (got, want) in zip(try array.state(name), step.rows("y")[index]) {
        #expect(abs(Double(got) - want) <= 2e-6 * abs(want), "\(name)")
      }
    }
    for (got, want) in zip(try array.state("threshold"), step.numbers("UR")) { #expect(abs(Double(got) - want) <= 2e-6) }
    for (got, want) in zip(try array.state("cycle"), step.numbers("n")) { #expect(Double(got) == want) }
    for (got, want) in zip(try array.state("in_HRS"), step.numbers("inHRS")) { #expect(Double(got) == want) }
    for (got, want) in zip(try array.state("in_LRS"), step.numbers("inLRS")) { #expect(Double(got) == want) }
    try compareTransition(array, step)
  }

  /// The transition is defined where the cycle began with a partial RESET; elsewhere the reference keeps old values.
  private func compareTransition(_ array: DeviceArray, _ step: [String: Any]) throws {
    for (got, want) in zip(try array.state("a"), step.numbers("a")) where want != 0 && got != 0 {
      #expect(abs(Double(got) - want) <= 5e-6 * abs(want), "a")
    }
  }
}
