import Foundation
import MemSimCore
import Testing

/// The two methods of JART VCM v1b beside one another, where no golden values are.
@Suite struct JartAgreementTests {
  private static let cells = 200

  private struct Cases { var volts, n, times, r, l: [Double] }

  /// Both polarities of 0.3...1.5 V, the whole range of N, radii and lengths within 10 %, times of fourteen decades.
  private func cases(_ seed: UInt64) throws -> Cases {
    let u = try (0..<5).map { stream in
      var x = [Double](repeating: 0, count: Self.cells)
      let key = RandomKey(seed: seed, stream: UInt64(stream))
      try RandomFill.uniform(.shared, key, low: 0, high: 1, &x, Self.cells)
      return x
    }
    return Cases(
      volts: u[0].map { $0 < 0.5 ? 2.4 * $0 - 1.5 : 2.4 * $0 - 0.9 },
      n: u[1].map { 0.0081 * exp($0 * log(19.9 / 0.0081)) }, times: u[2].map { exp(($0 * 14 - 12) * log(10)) },
      r: u[3].map { 45e-9 * (0.9 + 0.2 * $0) }, l: u[4].map { 0.4e-9 * (0.9 + 0.2 * $0) })
  }

  private func held(
    _ cases: Cases, _ method: String, _ parameters: Jart.Parameters, share: Double = 1
  ) throws -> [Double] {
    let array = try Jart.array("var", cells: Self.cells, method: method, parameters)
    try array.setDoubles("N", cases.n)
    try array.setDoubles("r", cases.r)
    try array.setDoubles("l", cases.l)
    try array.hold(cases.volts, cases.times.map { $0 * share })
    return try array.doubles("N")
  }

  /// The map's N is between those of the reference a thousandth of the time earlier and later, but for 3e-4 of ln N: three
  /// times what 12000 cells show. In the last interval before a bound, 1/8 of ln N, the limiter leaves no transit time to
  /// correct by, and it is 2.5e-3; 1.8e-3 was seen.
  @Test(arguments: [[("Rth0", [10e6])], [("T0", [350])], [("limiter", [0])], [("Nplug", [10])]])
  func mapAndReference(_ parameters: Jart.Parameters) throws {
    let cases = try cases(UInt64(parameters.count) + UInt64(parameters[0].values[0]))
    let map = try held(cases, "map", parameters)
    let early = try held(cases, "reference", parameters, share: 0.999)
    let late = try held(cases, "reference", parameters, share: 1.001)
    #expect(zip(map, cases.n).count { abs(log($0 / $1)) > 0.1 } > Self.cells / 4)
    #expect(try held(cases, "reference", parameters) != map)
    for k in 0..<Self.cells {
      let least = log(min(early[k], late[k])), most = log(max(early[k], late[k])), got = log(map[k])
      let allowed = min(abs(got - log(0.008)), abs(got - log(20))) < 0.125 ? 2.5e-3 : 3e-4
      #expect(
        got >= least - allowed && got <= most + allowed,
        "\(cases.volts[k]) V for \(cases.times[k]) s: \(got), not \(least)...\(most)")
    }
  }
}
