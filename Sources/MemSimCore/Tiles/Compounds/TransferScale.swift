/// Learning rates of the fast device and of transfers, and what a read counts in steps of the slow one.
final class TransferScale {
  private let plan: CompoundPlan
  private let fastRate, transferRate: Double
  private let scalesFast, scalesTransfer, isAutomatic, correctsMagnitudes: Bool
  private let memory: Double
  /// Of the buffer, in steps of the fast device.
  private let granularity: Double
  /// Running means of max |x| and max |d|, 0 before the first; the last rate of the fast device.
  private var x = 0.0, d = 0.0, last = 0.0

  /// `sweep`: vectors until all lines have been read.
  init(_ plan: CompoundPlan, sweep: Double) {
    self.plan = plan
    func value(_ name: String) -> Double { plan.settings.value(name) }
    (fastRate, transferRate, memory) = (value("fast_lr"), value("transfer_lr"), value("auto_momentum"))
    (scalesFast, scalesTransfer) = (value("scale_fast_lr") != 0, value("scale_transfer_lr") != 0)
    (isAutomatic, correctsMagnitudes) = (value("auto_scale") != 0, value("correct_gradient_magnitudes") != 0)
    let automatic = value("auto_granularity"), factor = automatic > 0 && sweep > 0 ? automatic / sweep : 1
    granularity = value("buffer_granularity") * plan.granularities[0] * factor
  }

  /// Of the vectors of a run.
  func rates(_ run: CompoundRun, _ plan: CompoundPlan) -> [Double] {
    let sign = run.rate < 0 ? -1.0 : 1, base = fastRate * (scalesFast ? abs(run.rate) : 1)
    return (0..<run.count).map { v in
      last = isAutomatic ? base * scaled(run, v) : base
      return sign * last
    }
  }

  /// What makes the longest train one of desired_bl pulses on average.
  private func scaled(_ run: CompoundRun, _ v: Int) -> Double {
    let part = (1 - memory) / Double(run.batch)
    func follow(_ mean: inout Double, _ values: UnsafePointer<Float>, _ count: Int) {
      let most = Double(largestSize(values + v * count, count))
      if most > 0 { mean = mean == 0 ? most : (1 - part) * mean + part * most }
    }
    follow(&x, run.x, plan.inputs)
    follow(&d, run.d, plan.outputs)
    return x * d == 0 ? 0 : Double(plan.update.desired) * plan.granularities[0] / (x * d)
  }

  /// Steps in the buffer for 1 that is read.
  func factor(_ rate: Double) -> Float {
    let transfer = abs(transferRate * (scalesTransfer ? rate : 1))
    if !correctsMagnitudes { return PulsePlan.factor(transfer / granularity) }
    let own = granularity * plan.granularities[1] / plan.granularities[0]
    return last == 0 ? 0 : PulsePlan.factor(transfer / last / own)
  }

  var numbers: [UInt64] { [x.bitPattern, d.bitPattern, last.bitPattern] }

  func take(_ numbers: ArraySlice<UInt64>) {
    let values = numbers.map { Double(bitPattern: $0) }
    (x, d, last) = (values[0], values[1], values[2])
  }

  static var parameters: [ParameterCard] {
    let flag = 0.0...1.0, any = -1e6...1e6
    return [
      .init("fast_lr", unit: "1", "learning rate of cell 0", in: 0...1e6, default: [1]),
      .init("transfer_lr", unit: "1", "learning rate of transfers", in: any, default: [1]),
      .init("scale_fast_lr", unit: "0/1", "1: fast_lr is times the learning rate", in: flag, default: [0]),
      .init("scale_transfer_lr", unit: "0/1", "1: transfer_lr is times the learning rate", in: flag, default: [1]),
      .init("auto_scale", unit: "0/1", "1: cell 0's rate follows the sizes of inputs and errors", in: flag, default: [0]),
      .init("auto_momentum", unit: "1", "what of their means stays, a batch", in: flag, default: [0.99]),
      .init("buffer_granularity", unit: "step", "what of cell 0 makes a step of cell 1", in: 1e-9...1e9, default: [1]),
      .init("auto_granularity", unit: "vectors", "> 0: buffer_granularity is times this over the vectors of a sweep", in: 0...1e15, default: [0]),
      .init("correct_gradient_magnitudes", unit: "0/1", "1: steps of cell 1 are of the gradient's size", in: flag, default: [0]),
    ]
  }
}
