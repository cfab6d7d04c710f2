/// Nonidealities of one layer, in the order in which they act, those that do not go together refused.
struct NonidealitySet {
  private(set) var steps: [ConductanceStep] = []
  private(set) var law = CurrentLaw(Ohmic())
  private(set) var noise: RelativeNoise?
  private(set) var wires: WireResistance?

  init(_ given: [(name: String, parameters: [(name: String, values: [Double])])]) throws(MemSimError) {
    for (name, parameters) in given {
      let kind = try Nonideality.named(name)
      switch try kind.make(try ModelSettings(kind.card, parameters: parameters)) {
      case .conductance(let step): try add(step)
      case .law(let law): try set(law)
      case .read(let noise): try set(noise)
      case .wires(let wires): try set(wires)
      }
    }
    if wires != nil, noise != nil {
      throw .argument("nonidealities: read-noise and wire-resistance exclude each other: noise in wires is not implemented")
    }
  }

  /// Keeps the order of stages, and within a stage that given.
  private mutating func add(_ step: ConductanceStep) throws(MemSimError) {
    guard steps.count < 64 else { throw .argument("nonidealities: at most 64 may change conductances") }
    if step.stage != .stuck, let other = steps.first(where: { $0.stage == step.stage }) {
      throw .argument("nonidealities: \(other.name) and \(step.name) exclude each other: \(NonidealitySet.reason(step.stage))")
    }
    let place = steps.firstIndex { $0.stage.rawValue > step.stage.rawValue } ?? steps.count
    steps.insert(step, at: place)
  }

  private mutating func set(_ next: CurrentLaw) throws(MemSimError) {
    guard law.name == Ohmic.card.name else {
      throw .argument("nonidealities: \(law.name) and \(next.name) exclude each other: a device has one I-V law")
    }
    law = next
  }

  private mutating func set(_ next: RelativeNoise) throws(MemSimError) {
    guard noise == nil else { throw .argument("nonidealities: read-noise is given twice") }
    noise = next
  }

  private mutating func set(_ next: WireResistance) throws(MemSimError) {
    guard wires == nil else { throw .argument("nonidealities: wire-resistance is given twice") }
    wires = next
  }

  private static func reason(_ stage: ConductanceStage) -> String {
    switch stage {
    case .target: "a device is programmed to one target"
    case .spread: "a device deviates from its target once"
    case .drift: "a device drifts by one law"
    case .stuck: ""
    }
  }
}
