/// Read noise: every device's current deviates by a normal part of itself, anew in every read.
///
/// A sum of independent normals is normal, so one normal a column, of the summed variance, is the same distribution.
package struct RelativeNoise: Sendable {
  let sigma: Double

  init(_ settings: ModelSettings) { sigma = settings.value("sigma") }

  static let card = ModelCard(
    nonideality: "read-noise", "Read noise",
    "I' = I (1 + sigma z) for every device, z standard normal and independent in every read of every sample.",
    source: "the usual multiplicative model, e.g. Wan et al., Nature 608, 504 (2022)",
    [.init("sigma", unit: "1", "relative deviation of a device's current", in: 0...10, default: [0.01])])
}
