import CMemSimSIMD

/// A device that takes any change: updates are in floating point, without pulses.
struct IdealStep: PulsedLaw {
  init(_ settings: ModelSettings) {}

  var granularity: Double { 1 }
  var isNoisy: Bool { false }

  func pulse(_ w: FloatLanes, up: IntLanes, _ z: FloatLanes, _ cell: PulsedCell) -> FloatLanes { w }

  static let card = ModelCard(
    pulsed: "ideal", "Ideal device", "W changes by -learning_rate d x, exactly; it may decay, diffuse and be reset.",
    only: ["diffusion", "diffusion_dtod", "lifetime", "lifetime_dtod", "reset", "reset_dtod", "reset_std"])
}
