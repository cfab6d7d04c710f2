/// Gradients gather in a digital matrix; whole steps of it are written to the devices now and then.
///
/// Source: Nandakumar et al., Front. Neurosci. 14, 406 (2020).
final class MixedPrecisionRule: CompoundRule {
  static var cells: ClosedRange<Int> { 1...1 }
  private let plan: CompoundPlan
  private let cell: AnalogTile
  private let gradient: Storage<Float>
  private let rows: CellLines
  private let every, count: Int
  private let picks: Bool
  private let step: Float
  private let rate: Double
  private let input, output: Bins
  private var next = 0

  init(_ plan: CompoundPlan) throws(MemSimError) {
    try plan.checkSteps(0)
    (self.plan, cell) = (plan, plan.cells[0])
    func value(_ name: String) -> Double { plan.settings.value(name) }
    gradient = try Storage(plan.inputs * cell.stride)
    rows = CellLines(inputs: plan.inputs, outputs: plan.outputs, areColumns: false)
    (every, picks, rate) = (Int(value("transfer_every")), value("random_row") != 0, value("transfer_lr"))
    let given = Int(value("n_rows_per_transfer"))
    count = given < 1 ? rows.count : min(given, rows.count)
    step = Float(value("granularity") > 0 ? value("granularity") : plan.granularities[0])
    for name in ["n_x_bins", "n_d_bins"] where value(name) == 1 { throw .argument("\(name) must be 0 or at least 2, got 1") }
    input = Bins(Int(value("n_x_bins")), rounds: value("stoc_round_x") != 0, CompoundPurpose.inputRounding)
    output = Bins(Int(value("n_d_bins")), rounds: value("stoc_round_d") != 0, CompoundPurpose.outputRounding)
  }

  var terms: [CompoundTerm] { [CompoundTerm(cell: 0, factor: 1)] }
  func share(_ cell: Int) -> CompoundShare { .times(1) }

  private func period(_ run: CompoundRun) -> Int { run.period(Double(every), ofBatches: true) }

  /// A transfer is due once every `every` batches, with the first vector after them.
  func length(_ run: CompoundRun) -> Int {
    let period = UInt64(period(run)), due = max((run.first + period - 1) / period * period, period)
    return min(run.count, Int(clamping: due - run.first) + 1)
  }

  func pulse(_ run: CompoundRun) throws(MemSimError) {
    let all = FloatPair(input.rounded(run.x, plan.inputs, run), output.rounded(run.d, plan.outputs, run))
    let (inputs, outputs, stride, rate) = (plan.inputs, plan.outputs, cell.stride, Float(run.rate))
    all.read { (x, d) in
      cell.eachRow { row in
        let line = gradient.base + row * stride
        for v in 0..<run.count where x[v * inputs + row] != 0 {
          let (factor, errors) = (PulsePlan.finite(rate * x[v * inputs + row]), d + v * outputs)
          for k in 0..<outputs { line[k] += factor * errors[k] }
        }
      }
    }
  }

  func finish(_ run: CompoundRun) throws(MemSimError) {
    let number = run.last &- 1
    guard number > 0, number % UInt64(period(run)) == 0 else { return }
    let u = picks ? CompoundPurpose.uniform(run.key, CompoundPurpose.lines, event: number) : 0
    let start = picks ? min(Int(u * Float(rows.count)), rows.count - 1) : next
    let values = try Storage<Float>(min(count, 64) * rows.length)
    for first in stride(from: 0, to: count, by: 64) {
      let some = min(64, count - first)
      for i in 0..<some { take((start + first + i) % rows.count, into: values.base + i * rows.length) }
      try rows.write(
        cell, (start + first) % rows.count, some, values.base, rate: -Double(step) * rate, plan.update.managed)
    }
    next = (start + count) % rows.count
  }

  /// Takes whole steps out of a row of the gradient.
  private func take(_ row: Int, into steps: UnsafeMutablePointer<Float>) {
    for k in 0..<rows.length {
      let place = gradient.base + rows.element(row, k)
      let sum = PulsePlan.finite(place.pointee)
      steps[k] = PulsePlan.finite((sum / step).rounded(.towardZero))
      place.pointee = sum - steps[k] * step
    }
  }

  var numbers: [UInt64] {
    get { [UInt64(next)] }
    set { next = Int(newValue[0] % UInt64(rows.count)) }
  }
  var matrices: [(name: String, plane: Storage<Float>)] { [("gradient", gradient)] }

  /// Rounds a vector to so many bins within its largest size.
  private struct Bins {
    let half: Float
    let rounds: Bool
    let purpose: UInt32

    init(_ count: Int, rounds: Bool, _ purpose: UInt32) {
      (half, self.rounds, self.purpose) = (Float(count / 2), rounds, purpose)
    }

    func rounded(_ values: UnsafePointer<Float>, _ length: Int, _ run: CompoundRun) -> [Float] {
      var all = Array(UnsafeBufferPointer(start: values, count: run.count * length))
      if half == 0 { return all }
      for v in 0..<run.count {
        let width = largestSize(values + v * length, length) / half
        if width == 0 { continue }
        let normals = EventNormals(seed: run.key, purpose: purpose, event: run.first &+ UInt64(v))
        for first in stride(from: 0, to: length, by: 16) {
          let u = rounds ? normals.sixteenUniforms(first) - 0.5 : .zero
          for i in first..<min(first + 16, length) {
            let bin = (all[v * length + i] / width + u[i - first]).rounded(.toNearestOrEven)
            all[v * length + i] = min(max(bin, -half), half) * width
          }
        }
      }
      return all
    }
  }

  static let card = ModelCard(
    compound: "mixed-precision", "Mixed precision", "Gradients gather in digital; whole steps of them pulse the devices, output by output.",
    source: "Nandakumar et al., Front. Neurosci. 14, 406 (2020); IBM aihwkit (MixedPrecisionCompound)",
    [
      .init("transfer_every", unit: "pulses", "batches from transfer to transfer", in: 1...1e9, default: [1]),
      .init("n_rows_per_transfer", unit: "pulses", "outputs of a transfer, < 1: all", in: -1...1e9, default: [-1]),
      .init("random_row", unit: "0/1", "1: a transfer's first output is chosen at random", in: 0...1, default: [0]),
      .init("granularity", unit: "1", "a step of the gradient, 0: of the device", in: 0...1e3, default: [0]),
      .init("transfer_lr", unit: "1", "what a step of the gradient is times when written", in: -1e6...1e6, default: [1]),
      .init("n_x_bins", unit: "pulses", "bins of inputs, 0: not rounded", in: 0...1e9, default: [0]),
      .init("n_d_bins", unit: "pulses", "bins of errors, 0: not rounded", in: 0...1e9, default: [0]),
      .init("stoc_round_x", unit: "0/1", "1: inputs are rounded at random", in: 0...1, default: [1]),
      .init("stoc_round_d", unit: "0/1", "1: errors are rounded at random", in: 0...1, default: [1]),
    ], matrices: [StateCard("gradient", unit: "1", "what was not written yet", settable: true)])
}
