/// A pulsed device: its card and how to make many of it.
public struct PulsedDevice: Catalogued {
  public static let kind = "pulsed device"
  public let card: ModelCard
  let make: @Sendable (_ plan: PulsedPlan) throws(MemSimError) -> PulsedDevices

  /// Every pulsed device, in the order the C API lists them: laws, then device models. Add new laws at the end of theirs.
  public static let all: [PulsedDevice] = [
    of(ConstantStep.self),
    of(LinearStep.self),
    PulsedDevice(card: LinearStep.softBounds) { (plan) throws(MemSimError) in try PulsedDevices(plan.with(LinearStep.soft(plan.settings)), LinearStep.self) },
    PulsedDevice(card: SoftBoundsPmax.card) { (plan) throws(MemSimError) in
      try PulsedDevices(plan.with(try SoftBoundsPmax.linear(plan.settings)), LinearStep.self)
    },
    of(SoftBoundsReference.self),
    of(ExpStep.self),
    of(PowStep.self),
    of(PiecewiseStep.self),
    of(IdealStep.self),
    PulsedDevice(card: PowStepReference.card) { (plan) throws(MemSimError) in try PulsedDevices(plan, PowStep.self) },
  ] + DeviceModel.models.map(physical)

  private static func of<Law: PulsedLaw>(_: Law.Type) -> PulsedDevice {
    PulsedDevice(card: Law.card) { (plan) throws(MemSimError) in try PulsedDevices(plan, Law.self) }
  }
}

/// What to make devices of.
package struct PulsedPlan: Sendable {
  let settings: ModelSettings
  let inputs, outputs: Int
  let key: UInt64

  func with(_ settings: ModelSettings) -> PulsedPlan {
    PulsedPlan(settings: settings, inputs: inputs, outputs: outputs, key: key)
  }
}

/// Devices of one law, its type erased a row at a time.
package struct PulsedDevices: Sendable {
  package let planes: PulsedPlanes
  package let granularity: Double
  /// Whether updates are without pulses.
  package let isIdeal: Bool
  let common: PulsedCommon
  /// Cells of a device model; nil where weights follow a law.
  package let physical: PhysicalCells?
  let ownNames: [String]
  package let pulse: @Sendable (_ row: Int, _ counts: UnsafePointer<Int32>, _ event: UInt64) -> Void
  /// The same to devices anywhere, the first `count` of them; nil where their law has it that pulses come one by one.
  package let pulseHits: (@Sendable (_ hits: PulsedHits, _ count: Int, _ event: UInt64) -> Void)?
  package let draw: @Sendable (_ row: Int) -> Void
  package let step: @Sendable (_ row: Int, _ event: UInt64) -> Void
  package let reset: @Sendable (_ row: Int, _ probability: Float, _ event: UInt64) -> Void
  /// Sets the weights of a row [stride], within their bounds.
  package let settle: @Sendable (_ row: Int, _ weights: UnsafePointer<Float>, _ event: UInt64) -> Void

  /// Errors: argument, memory.
  init<Law: PulsedLaw>(_ plan: PulsedPlan, _: Law.Type) throws(MemSimError) {
    let law = try Law(plan.settings), common = try PulsedCommon(plan.settings)
    let planes = try PulsedPlanes(
      inputs: plan.inputs, outputs: plan.outputs, key: plan.key, own: law.own.count, common, writeNoise: law.writeNoise > 0,
      bias: law.movesBias)
    let kernel = PulsedKernel(law: law, planes: planes)
    (self.planes, physical, self.common, granularity, ownNames) = (planes, nil, common, law.granularity, law.own)
    isIdeal = Law.self == IdealStep.self
    pulse = { kernel.pulse(row: $0, $1, event: $2) }
    if Law.aggregates, law.writeNoise == 0, planes.inputs * planes.stride < 1 << 31 {
      pulseHits = { kernel.pulse($0, $1, event: $2) }
    } else {
      pulseHits = nil
    }
    draw = { kernel.draw(row: $0, common) }
    step = { row, event in planes.step(row: row, event: event) { kernel.settle($0, $1, event: event) } }
    reset = { row, probability, event in
      planes.reset(row: row, probability: probability, deviation: Float(common.resetStd), event: event) { w, _, at in
        kernel.settle(w, at, event: event)
      }
    }
    settle = { row, weights, event in
      for at in stride(from: 0, to: planes.stride, by: 16) {
        kernel.settle(UnsafeRawPointer(weights + at).loadUnaligned(as: FloatLanes.self), row * planes.stride + at, event: event)
      }
    }
  }

  package var steps: Bool { planes.decay != nil || planes.diffusion != nil }
}
