/// What a model is, as data: everything that the C API, Python and the docs say about it is read from here.
public struct ModelCard: Sendable {
  public let name: String
  public let title: String
  public let text: String
  public let source: String
  public let parameters: [ParameterCard]
  public let options: [OptionCard]
  public let states: [StateCard]
  /// What `evaluate` gives at a voltage, the current first.
  public let quantities: [StateCard]
  public let presets: [PresetCard]
  /// Largest |voltage| [V] the model is valid for: calls refuse more.
  public let voltageLimit: Double

  /// Most quantities of any model.
  static let maxQuantities = 8

  init(
    name: String, title: String, text: String, source: String, parameters: [ParameterCard], options: [OptionCard] = [],
    states: [StateCard], quantities: [StateCard] = [.current], presets: [PresetCard] = [], voltageLimit: Double = 1000
  ) {
    precondition(quantities.count <= ModelCard.maxQuantities)
    (self.name, self.title, self.text, self.source) = (name, title, text, source)
    (self.parameters, self.options, self.states) = (parameters, options, states)
    (self.quantities, self.presets, self.voltageLimit) = (quantities, presets, voltageLimit)
  }
}

/// Parameters that were published together.
public struct PresetCard: Sendable {
  public let name: String
  public let text: String
  public let source: String
  /// Those that differ from the defaults, by name.
  public let parameters: [(name: String, values: [Double])]

  init(_ name: String, _ text: String, source: String, _ parameters: [(name: String, values: [Double])]) {
    (self.name, self.text, self.source, self.parameters) = (name, text, source, parameters)
  }
}

/// A numeric parameter, [rows x columns] values, row-major, each within minimum...maximum. 0 rows: any number of values.
public struct ParameterCard: Sendable {
  public let name: String
  public let unit: String
  public let text: String
  public let rows: Int
  public let columns: Int
  public let minimum: Double
  public let maximum: Double
  public let values: [Double]
  /// Flags and counts.
  var isWhole: Bool { unit == "0/1" || unit == "pulses" }

  init(
    _ name: String, unit: String, _ text: String, rows: Int = 1, columns: Int = 1, in range: ClosedRange<Double>,
    default values: [Double]
  ) {
    precondition(rows == 0 || values.count == rows * columns)
    (self.name, self.unit, self.text, self.rows, self.columns) = (name, unit, text, rows, columns)
    (minimum, maximum, self.values) = (range.lowerBound, range.upperBound, values)
  }
}

/// A choice among words, the default first.
public struct OptionCard: Sendable {
  public let name: String
  public let choices: [String]
  public let text: String
}

/// A per-cell quantity.
public struct StateCard: Sendable {
  public let name: String
  public let unit: String
  public let text: String
  public let settable: Bool

  init(_ name: String, unit: String, _ text: String, settable: Bool = false) {
    (self.name, self.unit, self.text, self.settable) = (name, unit, text, settable)
  }

  static let current = StateCard("current", unit: "A", "current at the voltage, without noise")
}
