/// Poole-Frenkel emission: ln c and ln d_eps regress linearly on ln R, with correlated residuals.
///
/// I = c V exp(kappa sqrt|V|), kappa = q/(k T) sqrt(q / (pi d_eps)); source: Joksas et al. 2022.
struct PooleFrenkel: DeviceLaw {
  static var isExponential: Bool { true }
  static var normals: Int { 2 }

  private let slopeC, interceptC, slopeD, interceptD: Double
  /// Lower Cholesky factor of the residuals' covariance.
  private let l11, l21, l22: Double
  /// ln of q/(k T) sqrt(q / pi).
  private let logKappa: Double

  init(_ settings: ModelSettings) throws(MemSimError) {
    slopeC = settings.value("slope_c")
    interceptC = settings.value("intercept_c")
    slopeD = settings.value("slope_d")
    interceptD = settings.value("intercept_d")
    let (cc, cd, dd) = (settings.value("cov_cc"), settings.value("cov_cd"), settings.value("cov_dd"))
    guard cd * cd <= cc * dd else {
      throw .argument("poole-frenkel: cov_cd² must be at most cov_cc cov_dd, got cov_cc \(cc), cov_cd \(cd), cov_dd \(dd)")
    }
    l11 = cc.squareRoot()
    l21 = cc > 0 ? cd / cc.squareRoot() : 0
    l22 = max(dd - l21 * l21, 0).squareRoot()
    let q = 1.602176634e-19
    let scale = q / (1.380649e-23 * settings.value("temperature")) * (q / Double.pi).squareRoot()
    logKappa = Elementary.log(DoubleLanes(repeating: scale))[0]
  }

  @inline(__always)
  func device<L: DeviceLanes>(_ g: L, _ slope: L, _ z: (L, L)) -> DeviceFactors<L> {
    let g = L.atLeast(g, L.all(1e-18))
    let logR = -L.logNormal(g)
    let c = L.expNormal(L.all(interceptC).addingProduct(logR, L.all(slopeC)).addingProduct(z.0, L.all(l11)))
    let logD = L.all(interceptD).addingProduct(logR, L.all(slopeD))
      .addingProduct(z.0, L.all(l21)).addingProduct(z.1, L.all(l22))
    let kappa = L.expNormal(L.all(logKappa).addingProduct(logD, L.all(-0.5)))
    let relative = slope / g
    return DeviceFactors(a: c, q: kappa, da: L.all(-slopeC) * c * relative, dq: L.all(0.5 * slopeD) * c * kappa * relative)
  }

  @inline(__always)
  func drive<L: DeviceLanes>(_ volts: L) -> DriveFactors<L> {
    let root = L.sqrt(L.abs(volts))
    return DriveFactors(r: volts, t: root, dr: L.all(1), rdt: L.all(0.5) * root)
  }

  static let card = ModelCard(
    nonideality: "poole-frenkel", "I-V nonlinearity of Poole-Frenkel emission",
    """
    I = c V exp(kappa sqrt|V|), kappa = q/(kT) sqrt(q/(pi d_eps)), with ln c = slope_c ln R + intercept_c + e_c and \
    ln d_eps = slope_d ln R + intercept_d + e_d; the residuals (e_c, e_d) of a device are normal and correlated. R = 1/G \
    at 0.1 V. Defaults: SiOx in its high-resistance window, 5.25e-7...2.62e-6 S, up to 0.5 V.
    """,
    source: "Joksas et al., Advanced Science 9, 2105784 (2022); fitted to the curves of doi 10.5281/zenodo.5762184",
    [
      .init("slope_c", unit: "1", "of ln c over ln R", in: -10...10, default: [-1.0302302706254205]),
      .init("intercept_c", unit: "1", "of ln c [S]", in: -100...100, default: [-0.2505956863510743]),
      .init("slope_d", unit: "1", "of ln d_eps over ln R", in: -10...10, default: [-0.09010778171390911]),
      .init("intercept_d", unit: "1", "of ln d_eps [F]", in: -100...0, default: [-37.11860705159415]),
      .init("cov_cc", unit: "1", "variance of e_c", in: 0...10, default: [0.03208286768622609]),
      .init("cov_cd", unit: "1", "covariance of e_c and e_d", in: -10...10, default: [0.0927270014831381]),
      .init("cov_dd", unit: "1", "variance of e_d", in: 0...10, default: [0.32510818431689975]),
      .init("temperature", unit: "K", "of the device", in: 1...2000, default: [293.15]),
    ])
}
