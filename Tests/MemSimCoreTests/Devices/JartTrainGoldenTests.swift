import Foundation
import MemSimCore
import Testing

/// N and the conductance at 0.2 V after every pulse of three trains.
@Suite struct JartTrainGoldenTests {
  /// Voltage and length of every pulse of a train.
  private func pulses(_ train: [String: Any]) -> [(volts: Double, length: Double)] {
    train.rows("sequence").flatMap { [(volts: Double, length: Double)](repeating: ($0[0], $0[1]), count: Int($0[2])) }
  }

  /// ln N is promised to 1e-3; ln G moves less than ln N, its slope in series resistances being below 1.
  private func expect(_ array: DeviceArray, _ train: [String: Any], after index: Int) throws {
    let n = try array.doubles("N")[0], g = try array.conductances(train.number("vread"))[0]
    let (wantN, wantG) = (train.numbers("N")[index], train.numbers("G")[index])
    #expect(abs(log(n / wantN)) <= 1e-3, "after \(index): N = \(n), not \(wantN)")
    #expect(abs(log(g / wantG)) <= 1e-3, "after \(index): G = \(g), not \(wantG)")
  }

  private func train(_ name: String) -> [String: Any] { Jart.golden.object("trains").object(name) }

  private func array(_ name: String, _ method: String, _ parameters: Jart.Parameters = []) throws -> DeviceArray {
    let array = try Jart.array(String(name.prefix(3)), method: method, parameters)
    try array.setDoubles("N", [train(name).number("N0")])
    try expect(array, train(name), after: 0)
    return array
  }

  @Test(arguments: ["det_gradual", "det_set_abrupt", "var_reset_abrupt"], ["map", "reference"])
  func byDuration(_ name: String, _ method: String) throws {
    let train = train(name), array = try array(name, method)
    for (k, pulse) in pulses(train).enumerated() {
      try array.hold([pulse.volts], [pulse.length])
      try expect(array, train, after: k + 1)
    }
  }

  /// Training pulses of the card's default voltages, or of the train's.
  @Test(arguments: ["det_gradual", "det_set_abrupt", "var_reset_abrupt"], ["map", "reference"])
  func byTrainingPulse(_ name: String, _ method: String) throws {
    let train = train(name)
    let volts: [String: Jart.Parameters] = [
      "det_set_abrupt": [("pulse_voltage_SET", [-0.75])], "var_reset_abrupt": [("pulse_voltage_RESET", [1.25])],
    ]
    let array = try array(name, method, volts[name] ?? [])
    for (k, pulse) in pulses(train).enumerated() {
      try array.pulseAll([pulse.volts < 0 ? 1 : -1])
      try expect(array, train, after: k + 1)
    }
  }

  /// Many pulses in one call are as many calls.
  @Test func manyAtOnce() throws {
    let train = train("det_gradual"), array = try array("det_gradual", "map")
    try array.pulseAll([200])
    try expect(array, train, after: 200)
    try array.pulseAll([-200])
    try expect(array, train, after: 400)
  }
}
