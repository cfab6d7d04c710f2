/// One way in which real devices of a layer differ from ideal conductances: its card and how to make it.
public struct Nonideality: Catalogued {
  public static let kind = "nonideality"
  public let card: ModelCard
  let make: @Sendable (_ settings: ModelSettings) throws(MemSimError) -> Effect

  /// What it acts on. Effects on conductances come in the order of their stages, then the law, the wires, and the read.
  package enum Effect: Sendable {
    case conductance(ConductanceStep)
    case law(CurrentLaw)
    case read(RelativeNoise)
    case wires(WireResistance)
  }

  /// Every nonideality, in the order the C API lists them. Add new ones at the end.
  public static let all: [Nonideality] = [
    .conductance(DiscreteStates.self),
    .conductance(Quantization.self),
    .conductance(Lognormal.self),
    .conductance(Drift.self),
    .conductance(StuckAt.self),
    .conductance(StuckAtOff.self),
    .conductance(StuckAtOn.self),
    .conductance(StuckDistribution.self),
    .law(PooleFrenkel.self),
    .law(NParameter.self),
    .read(RelativeNoise.self),
    .law(Sinh.self),
    Nonideality(card: WireResistance.card) { (settings) throws(MemSimError) in .wires(WireResistance(settings)) },
  ]

  private static func conductance<Change: ConductanceChange>(_: Change.Type) -> Nonideality {
    Nonideality(card: Change.card) { (settings) throws(MemSimError) in .conductance(ConductanceStep(try Change(settings))) }
  }

  private static func law<Law: DeviceLaw>(_: Law.Type) -> Nonideality {
    Nonideality(card: Law.card) { (settings) throws(MemSimError) in .law(CurrentLaw(try Law(settings))) }
  }

  private static func read(_: RelativeNoise.Type) -> Nonideality {
    Nonideality(card: RelativeNoise.card) { (settings) throws(MemSimError) in .read(RelativeNoise(settings)) }
  }
}

extension ModelCard {
  /// The card of a nonideality: parameters alone.
  init(nonideality name: String, _ title: String, _ text: String, source: String, _ parameters: [ParameterCard]) {
    self.init(name: name, title: title, text: text, source: source, parameters: parameters, states: [], quantities: [])
  }
}

/// The conductances [S] between which a layer's devices are programmed.
public struct ConductanceWindow: Sendable {
  public let off, on: Double

  /// Errors: argument, unless 0 < off < on, both finite and within 1e-15...1e3 S.
  public init(off: Double, on: Double) throws(MemSimError) {
    guard off >= 1e-15, on <= 1e3, off < on else {
      throw .argument("window must be 1e-15 S <= g_off < g_on <= 1e3 S, got g_off \(off) and g_on \(on)")
    }
    (self.off, self.on) = (off, on)
  }
}
