import CMemSimSIMD

/// A function of the state x in 0...1 that slows its motion towards the ends, as published; ports often misplace the
/// exponent of Joglekar's and Prodromakis's, or let Biolek's follow the wrong sign.
struct Window: Sendable {
  enum Kind: Int, CaseIterable, Sendable { case joglekar, biolek, prodromakis, strukov, none }

  let kind: Kind
  private let p: Double
  private let j: Double

  init(_ settings: ModelSettings) {
    let name = settings.choice("window")
    kind = Kind.allCases.first { "\($0)" == name }!
    (p, j) = (settings.value("p"), settings.value("j"))
  }

  /// f(x); `rising` is -1 where x grows, which Biolek's depends on.
  @inline(__always)
  func callAsFunction(_ x: DoubleLanes, rising: LongLanes) -> DoubleLanes {
    switch kind {
    case .none: DoubleLanes(repeating: 1)
    case .strukov: x * (1 - x)
    case .joglekar: 1 - power(2 * x - 1, 2 * p)
    case .biolek: 1 - power(ms_select_d(rising, x, x - 1), 2 * p)
    case .prodromakis: j * (1 - power((x - 0.5) * (x - 0.5) + 0.75, p))
    }
  }

  /// |x|^y
  @inline(__always)
  private func power(_ x: DoubleLanes, _ y: Double) -> DoubleLanes {
    Elementary.pow(ms_abs_d(x), DoubleLanes(repeating: y))
  }

  /// The option, with `first` as default.
  static func option(first: Kind) -> OptionCard {
    OptionCard(
      name: "window", choices: ([first] + Kind.allCases.filter { $0 != first }).map { "\($0)" },
      text: "f(x): joglekar 1 - (2x - 1)^2p; biolek 1 - (x - 1)^2p for falling x, 1 - x^2p for rising; "
        + "prodromakis j (1 - ((x - 0.5)^2 + 0.75)^p); strukov x (1 - x); none 1, the motion ends at the bounds")
  }

  static func parameters(p: Double) -> [ParameterCard] {
    [
      .init("p", unit: "1", "exponent of the windows of Joglekar, Biolek and Prodromakis", in: 0.5...100, default: [p]),
      .init("j", unit: "1", "height of Prodromakis's window", in: 1e-3...1000, default: [1]),
    ]
  }
}
