/// A statistical model of programmed conductances: its card and how to make its kernel.
public struct InferenceModel: Catalogued {
  public static let kind = "inference model"
  public let card: ModelCard
  let converter: @Sendable (ModelSettings) -> DefaultConverter
  let make: @Sendable (ModelSettings, ConductanceRange) throws(MemSimError) -> ConductanceKernel

  /// Every model, in the order the C API lists them. Add new ones at the end.
  public static let all: [InferenceModel] = [
    of(PCMLike.self),
    of(CustomDriftPCMLike.self),
    of(StateIndependent.self),
    of(Hermes.self),
    of(ReRamWan2022.self),
    of(ReRamCMO.self),
  ]

  private static func of<Law: ConductanceLaw>(_: Law.Type) -> InferenceModel {
    InferenceModel(card: Law.card, converter: { Law.converter($0) }) { (settings, range) throws(MemSimError) in
      ConductanceKernel(try Law(settings, range))
    }
  }
}
