import MemSimCore
import Testing

/// Times from N0 to a threshold at constant voltage, over twelve decades.
@Suite struct JartKineticsGoldenTests {
  private struct Transit { let volts, start, time, threshold: Double }

  private func transits(_ variant: String) -> [Transit] {
    let sets: [(String, [(String, Double)])] = [
      ("set_kinetics", [("t", 0.4), ("t_to_0.9Nmax", 18)]), ("reset_kinetics", [("t", 0.4), ("t_to_0.02", 0.02)]),
    ]
    return sets.flatMap { key, times in
      Jart.rows(key).filter { $0["variant"] as! String == variant }.flatMap { row in
        times.map { Transit(volts: row.number("V"), start: row.number("N0"), time: row.number($0.0), threshold: $0.1) }
      }
    }
  }

  /// N of fresh cells after `share` of their transits' times.
  private func held(_ variant: String, _ method: String, _ transits: [Transit], share: Double) throws -> [Double] {
    let array = try Jart.array(variant, cells: transits.count, method: method)
    try array.setDoubles("N", transits.map(\.start))
    try array.hold(transits.map(\.volts), transits.map { $0.time * share })
    return try array.doubles("N")
  }

  /// The threshold lies between N a little earlier and N a little later: the time is right to that share of it.
  private func expectBracketed(_ variant: String, _ method: String, _ transits: [Transit], within share: Double) throws {
    let early = try held(variant, method, transits, share: 1 - share)
    let late = try held(variant, method, transits, share: 1 + share)
    for (k, transit) in transits.enumerated() {
      let sign = transit.volts < 0 ? 1.0 : -1.0
      #expect(
        sign * (early[k] - transit.threshold) < 0 && sign * (late[k] - transit.threshold) > 0,
        "\(transit): N = \(early[k])...\(late[k])")
    }
  }

  /// The library promises 1e-3 of the time.
  @Test(arguments: ["det", "var"]) func map(_ variant: String) throws {
    let transits = transits(variant)
    #expect(transits.count == 2 * (variant == "det" ? 47 : 46))
    try expectBracketed(variant, "map", transits, within: 1e-3)
  }

  /// And 1e-6 of the reference method.
  @Test(arguments: ["det", "var"]) func reference(_ variant: String) throws {
    try expectBracketed(variant, "reference", transits(variant), within: 1e-6)
  }
}
