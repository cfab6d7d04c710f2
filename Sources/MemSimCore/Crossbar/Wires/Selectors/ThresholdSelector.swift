/// I = V (g_off + (g_on - g_off) / (1 + exp((v_th - |V|) / width))): a volatile switch without memory.
struct ThresholdSelector: SelectorLaw {
  private let threshold, width, on, off: Double

  init(_ settings: ModelSettings) throws(MemSimError) {
    (threshold, width) = (settings.value("v_th"), settings.value("width"))
    (on, off) = (settings.value("g_on"), settings.value("g_off"))
    guard on >= off else { throw .argument("threshold: g_on must be at least g_off, got g_on \(on) and g_off \(off)") }
  }

  func flow(_ v: DoubleLanes, gate: DoubleLanes) -> Flow {
    let size = DoubleLanes.abs(v)
    let part = 1 / (1 + DoubleLanes.expNormal((threshold - size) * (1 / width)))
    let g = off + (on - off) * part
    return Flow(current: v * g, slope: g + size * ((on - off) / width) * (part * (1 - part)))
  }

  static let card = ModelCard(
    nonideality: "threshold", "Volatile threshold switch",
    """
    I = V (g_off + (g_on - g_off) / (1 + exp((v_th - |V|) / width))). Smooth and without hysteresis, so that a circuit \
    has one solution: a real switch holds on below v_th until its hold voltage.
    """,
    source: "Burr et al., J. Vac. Sci. Technol. B 32, 040802 (2014), section V",
    [
      .init("v_th", unit: "V", "threshold", in: 1e-3...10, default: [0.3]),
      .init("width", unit: "V", "of the transition", in: 1e-4...1, default: [0.01]),
      .init("g_on", unit: "S", "above it", in: 1e-15...1e3, default: [1e-3]),
      .init("g_off", unit: "S", "below it", in: 0...1e3, default: [1e-9]),
    ])
}
