/// A device model: its card and how to make cells of it.
public struct DeviceModel: Catalogued {
  public static let kind = "model"
  public static var all: [DeviceModel] { models }
  public let card: ModelCard
  /// States between which a cell stands for a weight, where that is not nearly all of them.
  var weightStates: (@Sendable (ModelSettings) -> ClosedRange<Double>)? = nil
  /// Cells of `blocks` blocks of sixteen, memory only; `Cells.initialize` draws their state.
  let makeCells: @Sendable (_ blocks: Int, _ seed: UInt64, _ settings: ModelSettings) throws(MemSimError) -> any Cells

  /// Errors: argument (not finite or beyond the model's limit).
  func checkRange(_ volts: Operand) throws(MemSimError) {
    if let index = volts.firstOutside(card.voltageLimit) {
      throw .argument("volts must be finite and within ±\(card.voltageLimit) V for model \"\(card.name)\", got \(volts.wideValue(index)) at index \(index)")
    }
  }

  /// Every device model, in the order the C API lists them. Add new ones at the end.
  public static let models: [DeviceModel] = [
    DeviceModel(card: .synaptogen, weightStates: { _ in 0...1 }) { (blocks, seed, settings) throws(MemSimError) in
      try SynaptogenCells(blocks: blocks, seed: seed, settings: settings)
    },
    DeviceModel(card: .jart, weightStates: ModelCard.jartWeightStates) { (blocks, seed, settings) throws(MemSimError) in
      try JartCells(blocks: blocks, seed: seed, settings: settings)
    },
    .compact(LinearIonDrift.self),
    .compact(VTEAM.self),
    .compact(Yakopcic.self),
    .compact(StanfordPKU.self),
    .compact(JartTUD.self),
    .compact(NonlinearIonDrift.self),
  ]
}
