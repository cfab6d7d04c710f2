/// I = G v_0 sinh(V / v_0): hopping and tunnelling, G the conductance at 0 V.
struct Sinh: DeviceLaw {
  static var isExponential: Bool { false }
  static var normals: Int { 0 }

  private let scale: Double

  init(_ settings: ModelSettings) throws(MemSimError) { scale = settings.value("v0") }

  @inline(__always)
  func device<L: DeviceLanes>(_ g: L, _ slope: L, _ z: (L, L)) -> DeviceFactors<L> {
    DeviceFactors(a: g, q: .zero, da: slope, dq: .zero)
  }

  /// sinh from expm1, exact at small voltages.
  func drive<L: DeviceLanes>(_ volts: L) -> DriveFactors<L> {
    let x = L.clamp(volts * L.all(1 / scale), L.all(-80), L.all(80))
    let (up, down) = (L.expm1(x), L.expm1(-x))
    return DriveFactors(
      r: L.all(0.5 * scale) * (up - down), t: .zero, dr: L.all(1) + L.all(0.5) * (up + down), rdt: .zero)
  }

  static let card = ModelCard(
    nonideality: "sinh", "I-V nonlinearity of hopping and tunnelling",
    "I = G v_0 sinh(V / v_0), G the conductance at 0 V; |V| / v_0 counts as at most 80.",
    source: "Mott & Gurney, Electronic Processes in Ionic Crystals (1940); Simmons, J. Appl. Phys. 34, 1793 (1963)",
    [.init("v0", unit: "V", "voltage of the nonlinearity", in: 1e-3...1e3, default: [0.25])])
}
