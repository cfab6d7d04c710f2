/// I = G V: devices without a law of their own.
struct Ohmic: DeviceLaw {
  static var isExponential: Bool { false }
  static var normals: Int { 0 }

  init() {}
  init(_ settings: ModelSettings) throws(MemSimError) {}

  @inline(__always)
  func device<L: DeviceLanes>(_ g: L, _ slope: L, _ z: (L, L)) -> DeviceFactors<L> {
    DeviceFactors(a: g, q: .zero, da: slope, dq: .zero)
  }

  @inline(__always)
  func drive<L: DeviceLanes>(_ volts: L) -> DriveFactors<L> {
    DriveFactors(r: volts, t: .zero, dr: L.all(1), rdt: .zero)
  }

  static let card = ModelCard(nonideality: "ohmic", "Ohmic devices", "I = G V.", source: "Ohm's law", [])
}
