/// Tiki-Taka whose transfers gather in a digital buffer until they make a step.
///
/// Source: Gokmen, Front. Artif. Intell. 4, 699148 (2021).
final class BufferedTransferRule: TransferRule {
  override class var card: ModelCard { bufferedCard }
  override class var writes: [(name: String, values: [Double])] { TransferBuffer.writes }
  private var buffers: [(name: String, plane: Storage<Float>)] = []

  override func prepare() throws(MemSimError) {
    for cell in 1..<plan.cells.count { try plan.checkSteps(cell) }
    for cell in plan.cells.indices.dropLast() {
      buffers.append((cell == 0 ? "buffer" : "buffer_\(cell)", try Storage(plan.inputs * plan.cells[0].stride)))
    }
  }

  override var matrices: [(name: String, plane: Storage<Float>)] { buffers }

  override func deliver(
    _ values: UnsafeMutablePointer<Float>, _ start: Int, _ count: Int, from: Int, to: Int, _ rate: Double
  ) throws(MemSimError) {
    guard to != from else { return }
    func part(_ cell: Int) -> Float { terms.first { $0.cell == cell }?.factor ?? 0 }
    let ratio = part(from) > 0 && part(to) > 0 ? part(from) / part(to) : 1
    let step = plan.granularities[to], cell = plan.cells[to]
    let threshold = Float(plan.settings.value("thres_scale") * step)
    let buffer = TransferBuffer(plan, most: cell.update.desired, threshold: threshold)
    for line in 0..<count {
      for k in 0..<slices.length {
        let place = buffers[from].plane.base + slices.element((start + line) % slices.count, k)
        let value = values + line * slices.length + k
        value.pointee = buffer.add(Float(abs(rate)) * ratio * value.pointee, to: &place.pointee)
      }
    }
    try slices.write(cell, start, count, values, rate: plan.settings.value("step") * step, cell.update)
  }

  private static let bufferedCard = ModelCard(
    compound: "buffered-transfer", "Tiki-Taka version 2", "As transfer; what is read gathers in a buffer until it makes a step.",
    source: "Gokmen, Front. Artif. Intell. 4, 699148 (2021); IBM aihwkit (BufferedTransferCompound)",
    TransferRule.parameters + [
      .init("thres_scale", unit: "step", "what of the buffer makes a step", in: 1e-9...1e9, default: [1])
    ] + TransferBuffer.parameters(momentum: 0.1), matrices: TransferBuffer.matrices)
}

/// A number that gathers until it makes whole steps.
struct TransferBuffer {
  let momentum: Float
  let forgets: Bool
  /// Steps at most, what makes one, and what may be left, in steps; 0: any.
  let most: Int
  let threshold: Float
  var cap: Float = 0

  init(_ plan: CompoundPlan, most: Int, threshold: Float) {
    (momentum, forgets) = (Float(plan.settings.value("momentum")), plan.settings.value("forget_buffer") != 0)
    (self.most, self.threshold) = (most, threshold)
  }

  /// The steps that are due.
  func add(_ value: Float, to buffer: inout Float) -> Float {
    buffer = PulsePlan.finite(buffer + value)
    let whole = PulsePlan.finite((buffer / threshold).rounded(.towardZero))
    let steps = min(max(whole, -Float(most)), Float(most))
    if steps == 0 { return 0 }
    buffer = forgets ? momentum * buffer : buffer - (1 - momentum) * steps * threshold
    if cap > 0, !forgets { buffer = min(max(buffer, -cap), cap) }
    return steps
  }

  /// A step is one sure pulse.
  static let writes: [(name: String, values: [Double])] = [
    ("desired_bl", [1]), ("update_bl_management", [0]), ("update_management", [0]),
  ]

  static func parameters(momentum: Double) -> [ParameterCard] {
    [
      .init("step", unit: "step", "learning rate of a write over the device's step", in: 0...1e6, default: [1]),
      .init("momentum", unit: "1", "what of the buffer stays after a step", in: 0...1, default: [momentum]),
      .init("forget_buffer", unit: "0/1", "1: a part of the whole buffer stays, 0: all but that part of the steps", in: 0...1, default: [1]),
    ]
  }

  static let matrices = [StateCard("buffer", unit: "1", "what was read and not written yet", settable: true)]
}
