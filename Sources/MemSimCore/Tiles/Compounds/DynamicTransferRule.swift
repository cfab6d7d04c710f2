/// AGAD: choppers whose reads count from the mean of the time before the last turn, an estimate of where the fast device
/// is without gradients.
///
/// Source: Rasch, Carta, Fagbohungbe, Gokmen, Nat. Commun. 15, 7133 (2024).
final class DynamicTransferRule: ChoppedTransferRule {
  override class var card: ModelCard { dynamicCard }
  private var mean, past: Storage<Float>!
  /// Whether a line's chopper turned when it was last read.
  private var turned: Storage<Float>!
  private var share: Float = 0
  private var warmUp: UInt64 = 0

  override func prepare() throws(MemSimError) {
    (mean, past, turned) = (try Storage(buffer.count), try Storage(buffer.count), try Storage(slices.count))
    let probability = plan.settings.value("in_chop_prob")
    guard probability > 0 else { throw .argument("in_chop_prob must be above 0 with compound \"dynamic-transfer\", got 0") }
    warmUp = Choppers.period(probability)
    share = Float(min(plan.settings.value("tail_weightening") / Double(warmUp), 1))
  }

  override func change(_ value: Float, _ line: Int, _ at: Int) -> Float {
    if turned.base[line] != 0 { past.base[at] = mean.base[at] }
    mean.base[at] = (1 - share) * mean.base[at] + share * value
    return value - past.base[at]
  }

  /// Not before the means mean something.
  override var mayWrite: Bool { sweeps > warmUp }

  override func lineIsDone(_ line: Int, turns: Bool) { turned.base[line] = turns ? 1 : 0 }

  override var lines: [Storage<Float>] { super.lines + [turned] }
  override var matrices: [(name: String, plane: Storage<Float>)] { super.matrices + [("mean", mean), ("past_mean", past)] }

  private static let dynamicCard = ModelCard(
    compound: "dynamic-transfer", "AGAD", "As chopped-transfer; reads count from the mean before the last turn of the chopper.",
    source: "Rasch et al., Nat. Commun. 15, 7133 (2024); IBM aihwkit (DynamicTransferCompound)",
    ChoppedTransferRule.parameters(random: 0) + [
      .init("tail_weightening", unit: "1", "weight of the last reads in the mean", in: 0...1e6, default: [5])
    ],
    matrices: TransferBuffer.matrices + [
      .init("mean", unit: "1", "running mean of reads of cell 0", settable: true),
      .init("past_mean", unit: "1", "what reads count from", settable: true),
    ])
}
