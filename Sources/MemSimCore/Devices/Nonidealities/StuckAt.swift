/// Devices that do not switch: each, with some probability, has a given conductance whatever it was programmed to.
///
/// Source: Joksas et al., Advanced Science 9, 2105784 (2022).
struct StuckAt: ConductanceChange {
  static var stage: ConductanceStage { .stuck }
  static var needsUniforms: Bool { true }
  private let value, probability: Double

  init(_ settings: ModelSettings) {
    (value, probability) = (settings.value("value"), settings.value("probability"))
  }

  @inline(__always)
  func change<L: DeviceLanes>(_ g: inout L, _ slope: inout L, _ random: DeviceRandom<L>, _ window: ConductanceWindow) {
    stick(&g, &slope, random.uniform, L.all(value), probability)
  }

  static let card = ModelCard(
    nonideality: "stuck-at", "Devices stuck at a conductance",
    "Each device, independently with the given probability, has the conductance `value`.",
    source: "Joksas et al., Advanced Science 9, 2105784 (2022)",
    [.init("value", unit: "S", "conductance of a stuck device", in: 0...1e3, default: [1e-6]), stuckProbability])
}

/// Devices stuck at the low end of the window.
struct StuckAtOff: ConductanceChange {
  static var stage: ConductanceStage { .stuck }
  static var needsUniforms: Bool { true }
  private let probability: Double

  init(_ settings: ModelSettings) { probability = settings.value("probability") }

  @inline(__always)
  func change<L: DeviceLanes>(_ g: inout L, _ slope: inout L, _ random: DeviceRandom<L>, _ window: ConductanceWindow) {
    stick(&g, &slope, random.uniform, L.all(window.off), probability)
  }

  static let card = ModelCard(
    nonideality: "stuck-at-off", "Devices stuck at G_off", "As stuck-at, with the low end of the layer's window.",
    source: "Joksas et al., Advanced Science 9, 2105784 (2022)", [stuckProbability])
}

/// Devices stuck at the high end of the window.
struct StuckAtOn: ConductanceChange {
  static var stage: ConductanceStage { .stuck }
  static var needsUniforms: Bool { true }
  private let probability: Double

  init(_ settings: ModelSettings) { probability = settings.value("probability") }

  @inline(__always)
  func change<L: DeviceLanes>(_ g: inout L, _ slope: inout L, _ random: DeviceRandom<L>, _ window: ConductanceWindow) {
    stick(&g, &slope, random.uniform, L.all(window.on), probability)
  }

  static let card = ModelCard(
    nonideality: "stuck-at-on", "Devices stuck at G_on", "As stuck-at, with the high end of the layer's window.",
    source: "Joksas et al., Advanced Science 9, 2105784 (2022)", [stuckProbability])
}

let stuckProbability = ParameterCard("probability", unit: "1", "that a device is stuck", in: 0...1, default: [0.05])

@inline(__always)
func stick<L: DeviceLanes>(_ g: inout L, _ slope: inout L, _ u: L, _ value: L, _ probability: Double) {
  // Numbers are floats: the least float from the probability on parts them alike in both precisions.
  let limit = Float(probability)
  let stuck = L.less(u, L.all(Double(Double(limit) < probability ? limit.nextUp : limit)))
  g = L.select(stuck, value, g)
  slope = L.select(stuck, .zero, slope)
}
