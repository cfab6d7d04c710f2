import CMemSimSIMD

/// Hyperbolic tangent: an odd polynomial near 0, elsewhere 1 - 2 / (exp(2 |x|) + 1) with the sign of x.
extension Elementary {
  /// Hyperbolic tangent. Error below 1.4 ulp.
  @inline(__always)
  package static func tanh(_ x: FloatLanes) -> FloatLanes {
    let z = x * x
    let p = polynomial(z, [-0.333333313, 0.133332223, -0.0539484546, 0.021708671, -0.00819482189, 0.00215734588])
    let near = x.addingProduct(x * z, p)
    let far = 1 - 2 / (exp(2 * ms_abs_f(x)) + 1)
    let sign = bits(x) & Int32.min
    return ms_select_f(ms_less_f(z, FloatLanes(repeating: 0.39)), keepTiny(x, near), float(bits: bits(far) | sign))
  }

  /// Hyperbolic tangent. Error below 1.4 ulp.
  @inline(__always)
  package static func tanh(_ x: DoubleLanes) -> DoubleLanes {
    let z = x * x
    let p = polynomial(
      z,
      [
        -0.33333333333333331, 0.13333333333333028, -0.053968253968064019, 0.021869488529956224,
        -0.0088632354074114957, 0.0035921264521868064, -0.0014558203399432867, 0.00058993977705385967,
        -0.00023873921092992174, 9.5679266312619123e-5, -3.6519800659912089e-5, 1.1703591965785158e-5,
        -2.2370091384429167e-6,
      ])
    let near = x.addingProduct(x * z, p)
    let far = 1 - 2 / (exp(2 * ms_abs_d(x)) + 1)
    let sign = bits(x) & Int64.min
    return ms_select_d(ms_less_d(z, DoubleLanes(repeating: 0.39)), keepTiny(x, near), double(bits: bits(far) | sign))
  }
}
