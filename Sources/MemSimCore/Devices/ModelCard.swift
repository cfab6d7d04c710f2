/// What a model is, as data: everything that the C API, Python and the docs say about it is read from here.
public struct ModelCard: Sendable {
  public let name: String
  public let title: String
  public let text: String
  public let source: String
  public let parameters: [ParameterCard]
  public let options: [OptionCard]
  public let states: [StateCard]
}

/// A numeric parameter, [rows x columns] values, row-major, each within minimum...maximum.
public struct ParameterCard: Sendable {
  public let name: String
  public let unit: String
  public let text: String
  public let rows: Int
  public let columns: Int
  public let minimum: Double
  public let maximum: Double
  public let values: [Double]

  init(
    _ name: String, unit: String, _ text: String, rows: Int = 1, columns: Int = 1, in range: ClosedRange<Double>,
    default values: [Double]
  ) {
    precondition(values.count == rows * columns)
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
}
