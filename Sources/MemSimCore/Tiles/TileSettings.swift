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
