/// Settings of a card by their bits, and what else an object is made of: equal where all of it is.
struct SettingsKey: Hashable, Sendable {
  private let card: String
  private let parameters: [[UInt64]]
  private let options: [Int]
  private let others: [UInt64]

  fileprivate init(_ settings: ModelSettings, _ others: [Double]) {
    (card, options) = (settings.card.name, settings.options)
    parameters = settings.parameters.map { $0.map(\.bitPattern) }
    self.others = others.map(\.bitPattern)
  }
}

extension ModelSettings {
  func key() -> SettingsKey { SettingsKey(self, []) }

  /// Together with a voltage and a range of states.
  func key(_ volts: Double, _ states: ClosedRange<Double>) -> SettingsKey {
    SettingsKey(self, [volts, states.lowerBound, states.upperBound])
  }
}
