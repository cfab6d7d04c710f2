import MemSimCore

/// A few cells of a compact model, one after the other.
struct Cell {
  let array: DeviceArray

  init(
    _ model: String, preset: String? = nil, _ parameters: [(name: String, values: [Double])] = [],
    _ options: [(name: String, choice: String)] = [], count: Int = 1
  ) throws {
    array = try DeviceArray(model, rows: 1, columns: count, preset: preset, parameters: parameters, options: options)
  }

  var state: Double { get throws { try states[0] } }

  var states: [Double] {
    get throws {
      var values = [Double](repeating: 0, count: array.count)
      let name = array.model.card.states[0].name
      try values.withUnsafeMutableBytes { try array.state(name, into: $0.baseAddress!, .double, count: array.count) }
      return values
    }
  }

  func set(_ x: Double...) throws {
    let name = array.model.card.states[0].name
    try x.withUnsafeBytes { try array.setState(name, to: Operand($0.baseAddress!, .double, count: x.count)) }
  }

  func hold(_ volts: Double, for duration: Double) throws {
    try withUnsafePointer(to: volts) { volts in
      try withUnsafePointer(to: duration) {
        try array.apply(Operand(volts, .double, count: 1), durations: Operand($0, .double, count: 1))
      }
    }
  }

  func pulse(_ counts: [Int32]) throws {
    try counts.withUnsafeBufferPointer { try array.pulse(CountOperand($0.baseAddress!, count: $0.count)) }
  }

  /// Currents at every point, of all cells.
  func sweep(_ times: [Double], _ volts: [Double]) throws -> [Double] {
    var out = [Double](repeating: 0, count: times.count * array.count)
    try out.withUnsafeMutableBytes {
      try array.sweep(Waveform(times: times, volts: volts, count: times.count), into: $0.baseAddress!, .double)
    }
    return out
  }

  /// One quantity of one cell at `volts` [V] in state `x`.
  func evaluate(_ quantity: String, _ volts: Double, _ x: Double) throws -> Double {
    let out = UnsafeMutablePointer<Double>.allocate(capacity: 1)
    defer { out.deallocate() }
    try withUnsafePointer(to: volts) { volts in
      try withUnsafePointer(to: x) { x in
        try array.model.evaluate(
          array.settings, volts: Operand(volts, .double, count: 1),
          states: [(array.model.card.states[0].name, Operand(x, .double, count: 1))], count: 1,
          outputs: [(quantity, UnsafeMutableRawPointer(out))])
      }
    }
    return out.pointee
  }

  /// Of the array's settings.
  func parameter(_ name: String) -> Double {
    array.settings.parameters[array.model.card.parameters.firstIndex { $0.name == name }!][0]
  }
}
