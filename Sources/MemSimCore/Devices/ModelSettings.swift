/// The parameters and options of one array, checked against the model's card.
public struct ModelSettings: Sendable {
  /// Values by parameter, in card order, defaults filled in.
  public private(set) var parameters: [[Double]]
  /// Index of the choice by option, in card order.
  public private(set) var options: [Int]
  let card: ModelCard

  /// Errors: argument, for an unknown name, a wrong number of values, or a value outside its bounds.
  public init(
    _ card: ModelCard, preset: String? = nil, parameters given: [(name: String, values: [Double])] = [],
    options chosen: [(name: String, choice: String)] = []
  ) throws(MemSimError) {
    self.card = card
    parameters = card.parameters.map(\.values)
    options = card.options.map { _ in 0 }
    if let preset { try load(preset) }
    for (name, values) in given { try set(name, values) }
    for (name, choice) in chosen { try choose(name, choice) }
  }

  /// What `card` lists of settings that have all of it; options named in `plain` at their first choice.
  init(_ card: ModelCard, of settings: ModelSettings, plain: [String] = []) {
    self.card = card
    parameters = card.parameters.map { settings.values($0.name) }
    options = card.options.map { plain.contains($0.name) ? 0 : $0.choices.firstIndex(of: settings.choice($0.name))! }
  }

  private mutating func load(_ name: String) throws(MemSimError) {
    guard let preset = card.presets.first(where: { $0.name == name }) else {
      throw .argument(unknown("preset", name, card.presets.map(\.name)))
    }
    for (name, values) in preset.parameters { try set(name, values) }
  }

  private mutating func set(_ name: String, _ values: [Double]) throws(MemSimError) {
    guard let index = card.parameters.firstIndex(where: { $0.name == name }) else {
      throw .argument(unknown("parameter", name, card.parameters.map(\.name)))
    }
    let about = card.parameters[index]
    guard about.rows == 0 || values.count == about.values.count else {
      throw .shape("parameter \"\(name)\" has \(about.rows) x \(about.columns) values, got \(values.count)")
    }
    for value in values where !(value >= about.minimum && value <= about.maximum) {
      throw .argument("parameter \"\(name)\" must be \(about.minimum)...\(about.maximum) \(about.unit), got \(value)")
    }
    if about.isWhole, let value = values.first(where: { $0 != $0.rounded() }) {
      throw .argument("parameter \"\(name)\" must be a whole number, got \(value)")
    }
    parameters[index] = values
  }

  private mutating func choose(_ name: String, _ choice: String) throws(MemSimError) {
    guard let index = card.options.firstIndex(where: { $0.name == name }) else {
      throw .argument(unknown("option", name, card.options.map(\.name)))
    }
    guard let choice = card.options[index].choices.firstIndex(of: choice) else {
      throw .argument("option \"\(name)\" must be one of \(card.options[index].choices.joined(separator: ", ")), got \"\(choice)\"")
    }
    options[index] = choice
  }

  private func unknown(_ kind: String, _ name: String, _ known: [String]) -> String {
    "model \"\(card.name)\" has no \(kind) \"\(name)\"; it has \(known.isEmpty ? "none" : known.joined(separator: ", "))"
  }

  /// With another value of a scalar parameter that the card lists, which is not checked.
  func with(_ name: String, _ value: Double) -> ModelSettings {
    var settings = self
    settings.parameters[card.parameters.firstIndex { $0.name == name }!] = [value]
    return settings
  }

  /// Values of a parameter the card lists.
  func values(_ name: String) -> [Double] {
    parameters[card.parameters.firstIndex { $0.name == name }!]
  }

  /// Value of a scalar parameter the card lists.
  func value(_ name: String) -> Double { values(name)[0] }

  /// The word chosen for an option the card lists.
  func choice(_ name: String) -> String {
    let index = card.options.firstIndex { $0.name == name }!
    return card.options[index].choices[options[index]]
  }
}
