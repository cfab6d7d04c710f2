import Foundation
import MemSimCore
import Testing

/// Loops of ±1.5 V in steps of 7.5 mV: at 1 V/s without the limiter, at 1e6 V/s with it.
@Suite struct JartSweepGoldenTests {
  private static let threshold = 0.4
  private static let step = 7.5e-3

  private func loop(_ name: String) -> [String: Any] { Jart.golden.object("sweeps").object(name) }

  private func cell(_ loop: [String: Any], _ method: String) throws -> DeviceArray {
    let setup = loop.object("setup")
    let array = try Jart.array(setup["variant"] as! String, method: method)
    try array.setDoubles("N", [setup.number("N0")])
    return array
  }

  /// Points before which N crosses the threshold.
  private func crossings(_ n: [Double]) -> [Int] {
    n.indices.dropFirst().filter { (n[$0 - 1] < Self.threshold) != (n[$0] < Self.threshold) }
  }

  private func voltage(at crossing: Int, _ volts: [Double], _ n: [Double]) -> Double {
    let share = log(Self.threshold / n[crossing - 1]) / log(n[crossing] / n[crossing - 1])
    return volts[crossing - 1] + share * (volts[crossing] - volts[crossing - 1])
  }

  /// log10 of the current ratio, root mean square, without points closer than two to an edge and those at 0 V.
  @Test(arguments: ["det_1Vps", "var_1e6Vps"], ["map", "reference"]) func currents(_ name: String, _ method: String) throws {
    let loop = loop(name)
    let want = loop.numbers("I")
    let got = try cell(loop, method).trace(loop.numbers("t"), loop.numbers("V"))
    let edges = crossings(loop.numbers("N"))
    let far = want.indices.filter { k in want[k] != 0 && edges.allSatisfy { k < $0 - 2 || k > $0 + 1 } }
    #expect(far.count >= 790 && edges.count == (name == "det_1Vps" ? 2 : 1))
    let squares = far.map { k in let error = log10(got[k] / want[k]); return error * error }
    let rms = (squares.reduce(0, +) / Double(far.count)).squareRoot()
    // The map's promise; the reference and the golden values each hold 1e-10 a step.
    #expect(rms <= (method == "map" ? 1e-3 : 1e-9), "rms \(rms)")
    for k in want.indices where want[k] == 0 { #expect(abs(got[k]) < 1e-15) }
  }

  /// The loop point by point shows N, which a sweep does not; the switching voltages are right to half a step.
  @Test(arguments: ["det_1Vps", "var_1e6Vps"], ["map", "reference"])
  func switchingVoltages(_ name: String, _ method: String) throws {
    let loop = loop(name)
    let (times, volts, want) = (loop.numbers("t"), loop.numbers("V"), loop.numbers("N"))
    let array = try cell(loop, method)
    var n = try array.doubles("N")
    for k in times.indices.dropFirst() {
      _ = try array.trace([times[k - 1], times[k]], [volts[k - 1], volts[k]])
      n.append(try array.doubles("N")[0])
    }
    let (ours, theirs) = (crossings(n), crossings(want))
    try #require(ours.count == theirs.count)
    for (a, b) in zip(ours, theirs) {
      #expect(abs(voltage(at: a, volts, n) - voltage(at: b, volts, want)) <= Self.step / 2)
    }
  }
}
