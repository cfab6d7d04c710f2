import CMemSimSIMD

extension Elementary {
  /// Hyperbolic sine, precise for small x too; infinite beyond 709. Error below 3 ulp.
  @inline(__always)
  package static func sinh(_ x: DoubleLanes) -> DoubleLanes {
    let m = expm1(ms_abs_d(x))
    // (e^|x| - e^-|x|) / 2 by e^|x| - 1; beyond 2^60 the second part no longer counts, and would be inf/inf.
    let far = ms_less_d(DoubleLanes(repeating: 0x1p60), m)
    let half = 0.5 * (m + ms_select_d(far, .zero, m / (m + 1)))
    return double(bits: bits(half) | (bits(x) & Int64.min))
  }
}
