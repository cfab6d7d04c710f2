/// Devices stuck at conductances of a measured distribution: a kernel density estimate, reflected at 0.
///
/// |mu_k + h z| with k drawn evenly has the density of normal kernels of width h whose mass below 0 is reflected.
/// Source: Joksas et al., Advanced Science 9, 2105784 (2022).
struct StuckDistribution: ConductanceChange {
  static var stage: ConductanceStage { .stuck }
  static var needsNormals: Bool { true }
  static var needsUniforms: Bool { true }
  private let means: [Double]
  private let bandwidth, probability: Double

  init(_ settings: ModelSettings) throws(MemSimError) {
    means = settings.values("means")
    (bandwidth, probability) = (settings.value("bandwidth"), settings.value("probability"))
    guard !means.isEmpty else { throw .argument("stuck-distribution: means must hold at least one conductance") }
  }

  @inline(__always)
  func change<L: DeviceLanes>(_ g: inout L, _ slope: inout L, _ random: DeviceRandom<L>, _ window: ConductanceWindow) {
    guard L.any(L.less(random.uniform, L.all(Double(Float(probability).nextUp)))) else { return }
    let value = L.abs(kernel(random.uniform).addingProduct(random.normal, L.all(bandwidth)))
    stick(&g, &slope, random.uniform, value, probability)
  }

  /// The mean that the part u / probability of the unit interval chooses.
  @inline(never)
  private func kernel<L: DeviceLanes>(_ u: L) -> L {
    var chosen = L.zero
    for lane in 0..<L.scalarCount {
      let position = Double(u[lane]) / probability * Double(means.count)
      if position < Double(means.count) { chosen[lane] = L.Scalar(means[Int(position)]) }
    }
    return chosen
  }

  static let card = ModelCard(
    nonideality: "stuck-distribution", "Devices stuck at conductances of a measured distribution",
    """
    Each device, independently with the given probability, has a conductance from the kernel density estimate over \
    `means`: normal kernels of width `bandwidth`, reflected at 0.
    """,
    source: "Joksas et al., Advanced Science 9, 2105784 (2022)",
    [
      .init("means", unit: "S", "measured conductances of stuck devices, any number", rows: 0, in: 0...1e3, default: []),
      .init("bandwidth", unit: "S", "deviation of a kernel", in: 0...1e3, default: [0]),
      stuckProbability,
    ])
}
