import CMemSimSIMD

/// Sine and cosine of float lanes: the nearest quarter turn and at most an eighth of a turn from it.
extension Elementary {
  package typealias FloatSinCos = (sin: FloatLanes, cos: FloatLanes)

  /// Sine and cosine of x radians, for every finite x; NaN for others. Error below 1.4 ulp.
  @inline(__always)
  package static func sincos(_ x: FloatLanes) -> FloatSinCos {
    let low = turns(ms_f_to_d(x.lowHalf)), high = turns(ms_f_to_d(x.highHalf))
    let part = FloatLanes(lowHalf: low.rest, highHalf: high.rest)
    let (sin, cos) = rotate(sinCosEighth(part), WordLanes(lowHalf: low.quarters, highHalf: high.quarters))
    return (keepTiny(x, sin), cos)
  }

  /// Sine and cosine of x turns, 2 pi x radians, for every finite x; NaN for others. Error below 1 ulp.
  @inline(__always)
  package static func sinCosTurns(_ x: FloatLanes) -> FloatSinCos {
    let part = x - ms_round_f(x)
    let shifted = FloatLanes(repeating: roundingShift).addingProduct(part, 4)
    let rest = part.addingProduct(shifted - roundingShift, -0.25)
    return rotate(sinCosEighth(rest), unsafeBitCast(shifted, to: WordLanes.self))
  }

  /// Sine and cosine of 2 pi x for |x| <= 1/8.
  @inline(__always)
  static func sinCosEighth(_ x: FloatLanes) -> FloatSinCos {
    let z = x * x
    // 2 pi in two parts: the first is exact in the last multiply-add, the second starts the polynomial.
    let sin = (x * polynomial(z, [-1.94192793e-7, -41.3416634, 81.5926895, -75.4079285]))
      .addingProduct(x, FloatLanes(repeating: 0x1.921fb6p+2))
    return (sin, polynomial(z, [1, -19.7392082, 64.9391708, -85.4282379, 58.7647285]))
  }

  /// The sine and cosine `quarters` (modulo 4) quarter turns further on.
  @inline(__always)
  private static func rotate(_ at: FloatSinCos, _ quarters: WordLanes) -> FloatSinCos {
    let swap = unsafeBitCast(quarters &<< 31, to: IntLanes.self)
    let sin = unsafeBitCast(ms_select_f(swap, at.cos, at.sin), to: WordLanes.self)
    let cos = unsafeBitCast(ms_select_f(swap, at.sin, at.cos), to: WordLanes.self)
    let sinSign = (quarters &<< 30) & 0x8000_0000
    let cosSign = ((quarters &+ 1) &<< 30) & 0x8000_0000
    return (unsafeBitCast(sin ^ sinSign, to: FloatLanes.self), unsafeBitCast(cos ^ cosSign, to: FloatLanes.self))
  }

  /// x radians as quarter turns and the rest in turns, reduced in double so that the rest keeps a float's precision.
  @inline(__always)
  private static func turns(_ x: DoubleLanes) -> (rest: SIMD8<Float>, quarters: SIMD8<UInt32>) {
    let (quarters, head, tail) = reduceQuarters(x)
    return (ms_d_to_f((head + tail) * 0x1.45f306dc9c883p-3), ms_narrow_q(quarters))
  }
}
