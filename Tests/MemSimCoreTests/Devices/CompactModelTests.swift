import Foundation
import MemSimCore
import Testing

/// What every compact model must do, by whatever equations.
@Suite struct CompactModelTests {
  static let names = DeviceModel.models.filter { $0.card.options.contains { $0.name == "method" && $0.choices[0] == "adaptive" } }
    .map(\.card.name)

  /// Both integrators, held voltages of both polarities and a sweep.
  @Test(arguments: names) func adaptiveAgreesWithReference(model: String) throws {
    let (adaptive, reference) = (try Cell(model), try Cell(model, [], [("method", "reference")]))
    let card = adaptive.array.model.card
    let width = try span(adaptive)
    for volts in [1.3, -0.4, 0.3, -1.2, 0.9, -0.6] {
      for cell in [adaptive, reference] { try cell.array.apply(Float(volts)) }
      // Some hundred steps of error 1e-8 each.
      #expect(abs(try adaptive.state - reference.state) < 1e-6 * width, "\(card.name) at \(volts) V")
    }
    let times = (0...40).map { Double($0) * adaptive.parameter("pulse_length") / 10 }
    let volts = (0...40).map { 0.8 * sin(Double($0) / 40 * 2 * .pi) }
    let traces = (try adaptive.sweep(times, volts), try reference.sweep(times, volts))
    for (a, b) in zip(traces.0, traces.1) { #expect(abs(a - b) <= 1e-5 * abs(b)) }
    #expect(abs(try adaptive.state - reference.state) < 1e-6 * width)
  }

  /// Of the states that may be set.
  private func span(_ cell: Cell) throws -> Double {
    let start = try cell.state
    defer { try? cell.set(start) }
    try cell.hold(1.6, for: 1e12)
    let one = try cell.state
    try cell.hold(-1.6, for: 1e12)
    return abs(one - (try cell.state))
  }

  @Test(arguments: names) func pulsesAreHolds(model: String) throws {
    let (pulsed, held) = (try Cell(model, count: 20), try Cell(model))
    let (set, reset) = (held.parameter("pulse_voltage_SET"), held.parameter("pulse_voltage_RESET"))
    let length = held.parameter("pulse_length")
    try pulsed.pulse((0..<20).map { Int32($0 - 10) })
    for n in -10..<10 {
      try held.set(Cell(model).state)
      try held.hold(n < 0 ? reset : set, for: Double(abs(n)) * length)
      #expect(try pulsed.states[n + 10] == held.state)
    }
  }

  @Test(arguments: names) func setLowersTheResistance(model: String) throws {
    let cell = try Cell(model)
    // Training pulses hardly move the JART cell from its start.
    if model == "jart-tud" { try cell.set(0.3) }
    try cell.pulse([-3])
    var last = try cell.array.conductance(0.1)[0]
    for count: Int32 in [1, 3, 10, 100] {
      try cell.pulse([count])
      let now = try cell.array.conductance(0.1)[0]
      #expect(now > last)
      last = now
    }
    try cell.pulse([-200])
    #expect(try cell.array.conductance(0.1)[0] < last)
  }

  @Test(arguments: names) func longTimesEndQuickly(model: String) throws {
    let cell = try Cell(model)
    let start = ContinuousClock.now
    for volts in [0, 1e-3, -1e-3, 0.5, -0.5, 1.5, -1.5, 0.2] {
      try cell.hold(volts, for: 1e12)
      #expect(try cell.state.isFinite)
    }
    #expect(ContinuousClock.now - start < .seconds(2))
  }

  /// A waveform in two parts, or with more points on its lines, is the same.
  @Test(arguments: names) func sweepsMayBeCut(model: String) throws {
    let (whole, cut) = (try Cell(model), try Cell(model))
    let length = whole.parameter("pulse_length")
    let first = try whole.sweep([0, length, 3 * length], [0, 1, -0.5])
    let second = try cut.sweep([0, length / 2, length], [0, 0.5, 1])
    let third = try cut.sweep([length, 3 * length], [1, -0.5])
    // The steps differ, each with its own error.
    let tolerance = 1e-6
    for (a, b) in [(first[0], second[0]), (first[1], second[2]), (first[1], third[0]), (first[2], third[1])] {
      #expect(abs(a - b) <= tolerance * abs(a))
    }
  }

  @Test(arguments: names) func statesOutsideTheRangeAreRefused(model: String) throws {
    let cell = try Cell(model)
    #expect(throws: MemSimError.self) { try cell.set(1e9) }
    #expect(throws: MemSimError.self) { try cell.set(-1e9) }
    #expect(throws: MemSimError.self) { try cell.hold(Double.nan, for: 1) }
    #expect(throws: MemSimError.self) { try cell.hold(0.1, for: -1) }
    #expect(throws: MemSimError.self) { try Cell(model, [], [("method", "euler")]) }
  }
}
