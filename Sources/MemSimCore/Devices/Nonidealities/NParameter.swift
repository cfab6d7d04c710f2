import CMemSimSIMD

/// I = sign V v_ref G (|V| / v_ref)^log2 n: n is the factor by which a doubled voltage raises the current.
///
/// Source: Joksas et al., arXiv:2112.06887v1.
struct NParameter: DeviceLaw {
  static var isExponential: Bool { true }
  static var normals: Int { 1 }
  /// Smaller voltages count as this part of v_ref: n = 2 keeps its slope at 0 V.
  private static let least = 1e-12

  private let n, deviation, reference: Double

  init(_ settings: ModelSettings) throws(MemSimError) {
    (n, deviation, reference) = (settings.value("n"), settings.value("n_std"), settings.value("v_ref"))
  }

  @inline(__always)
  func rejects(_ z: FloatLanes) -> IntLanes {
    ms_less_f(FloatLanes(repeating: Float(n)).addingProduct(z, FloatLanes(repeating: Float(deviation))), FloatLanes(repeating: 2))
  }

  @inline(__always)
  func device<L: DeviceLanes>(_ g: L, _ slope: L, _ z: (L, L)) -> DeviceFactors<L> {
    let n = L.atLeast(L.all(n).addingProduct(z.0, L.all(deviation)), L.all(2))
    return DeviceFactors(a: g, q: L.logNormal(n) * L.all(1.4426950408889634), da: slope, dq: .zero)
  }

  @inline(__always)
  func drive<L: DeviceLanes>(_ volts: L) -> DriveFactors<L> {
    let ratio = L.atLeast(L.abs(volts) * L.all(1 / reference), L.all(NParameter.least))
    let sign = L.select(L.less(volts, .zero), L.all(-reference), L.select(L.less(.zero, volts), L.all(reference), .zero))
    return DriveFactors(r: sign, t: L.log(ratio), dr: .zero, rdt: L.all(1) / ratio)
  }

  static let card = ModelCard(
    nonideality: "n-parameter", "I-V nonlinearity by one number, n = I(2V)/I(V)",
    """
    I = sign(V) v_ref G (|V|/v_ref)^(log2 n), n normal with mean n and deviation n_std, drawn again below 2 (ohmic). \
    Defaults: SiOx in its high-resistance window.
    """,
    source: "Joksas et al., arXiv:2112.06887v1 (2021)",
    [
      .init("n", unit: "1", "mean of n", in: 2...100, default: [2.989]),
      .init("n_std", unit: "1", "deviation of n", in: 0...50, default: [0.3689]),
      .init("v_ref", unit: "V", "voltage at which G is read", in: 1e-6...100, default: [0.25]),
    ])
}
