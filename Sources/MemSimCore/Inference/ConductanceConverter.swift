/// How weights become conductances of devices, and back: its card and its conversion; one file each under Converters.
public struct ConductanceConverter: Catalogued {
  public static let kind = "conductance converter"
  public let card: ModelCard
  let make: @Sendable (ModelSettings) throws(MemSimError) -> any Conversion

  /// Every converter, in the order the C API lists them. Add new ones at the end.
  public static let all: [ConductanceConverter] = [
    of(SinglePair.self),
    of(NPair.self),
    of(CustomPair.self),
    of(SingleDevice.self),
    of(Fusion.self),
  ]

  private static func of<One: Conversion>(_: One.Type) -> ConductanceConverter {
    ConductanceConverter(card: One.card) { (settings) throws(MemSimError) in try One(settings) }
  }
}

/// One kind of conversion.
protocol Conversion: Sendable {
  static var card: ModelCard { get }
  /// Whether every output has a scale and a gain of its own, and conductances the sign of their weight.
  static var isByOutput: Bool { get }
  var range: ConductanceRange { get }
  /// Errors: argument.
  init(_ settings: ModelSettings) throws(MemSimError)
  /// For weights of that extent: least, most, and the largest without sign, all 0 for weights that are 0.
  func map(least: Double, most: Double, size: Double) -> ConductanceMap
}

extension Conversion {
  static var isByOutput: Bool { false }
}

/// Devices of a weight w: conductances by w, and w = sum of factor g, plus an offset.
struct ConductanceMap: Sendable {
  let planes: [(target: PiecewiseLinear, factor: Float)]
  let offset: Float
}

extension ConductanceRange {
  /// Errors: argument, unless g_min < g_max.
  init(_ settings: ModelSettings) throws(MemSimError) {
    let (low, high) = (settings.value("g_min"), settings.value("g_max"))
    guard low < high else { throw .argument("g_min must be below g_max, got \(low) and \(high) uS") }
    self.init(least: Float(low), most: Float(high))
  }

  var span: Double { Double(most - least) }
}

extension ModelCard {
  init(converter name: String, _ title: String, _ text: String, _ parameters: [ParameterCard]) {
    self.init(
      name: name, title: title, text: text, source: "IBM aihwkit 1.2 (equations)", parameters: parameters, states: [],
      quantities: [])
  }

  static func conductanceLimits(most: Double, least: Double) -> [ParameterCard] {
    [
      .init("g_max", unit: "uS", "largest conductance", in: 1e-3...1e6, default: [most]),
      .init("g_min", unit: "uS", "least conductance", in: 0...1e6, default: [least]),
    ]
  }
}
