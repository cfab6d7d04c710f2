/// Cards of what a tile may be told besides its device.
public struct TileSettings: Catalogued {
  public static let kind = "tile settings"
  public let card: ModelCard

  public static let all = [TileSettings(card: IOSettings.card), TileSettings(card: UpdateSettings.card)]
}

extension ModelCard {
  init(settings name: String, _ title: String, _ text: String, _ parameters: [ParameterCard], _ options: [OptionCard]) {
    self.init(
      name: name, title: title, text: text, source: "IBM aihwkit 1.1 (fields and defaults)", parameters: parameters,
      options: options, states: [], quantities: [])
  }
}

extension OptionCard {
  /// A choice among the cases of an enumeration, the default first.
  init<Choice: CaseIterable & RawRepresentable<String>>(name: String, _: Choice.Type, text: String) {
    self.init(name: name, choices: Choice.allCases.map(\.rawValue), text: text)
  }
}

extension ModelSettings {
  /// What a caller gives of a card; messages name it `argument`. Errors: argument.
  init(_ card: ModelCard, _ given: TileGiven, _ argument: String) throws(MemSimError) {
    do {
      try self.init(card, parameters: given.parameters, options: given.options)
    } catch .argument(let text) {
      throw .argument("\(argument): \(text)")
    }
  }
}

extension IOSettings {
  /// `forced` comes last. Errors: argument.
  init(_ given: TileGiven, _ argument: String, forced: [(name: String, choice: String)] = []) throws(MemSimError) {
    do {
      try self.init(try ModelSettings(IOSettings.card, parameters: given.parameters, options: given.options + forced))
    } catch .argument(let text) {
      throw .argument("\(argument): \(text)")
    }
  }
}

extension UpdateSettings {
  /// `defaults` differ from those of the card. Errors: argument.
  init(_ given: TileGiven, _ argument: String, defaults: [(name: String, values: [Double])] = []) throws(MemSimError) {
    self.init(try ModelSettings(UpdateSettings.card, (defaults + given.parameters, given.options), argument))
  }
}
