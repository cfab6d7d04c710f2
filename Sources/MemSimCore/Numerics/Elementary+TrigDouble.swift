import CMemSimSIMD

/// Sine and cosine of double lanes. The angle from the nearest quarter turn is carried as the sum of two doubles.
extension Elementary {
  package typealias DoubleSinCos = (sin: DoubleLanes, cos: DoubleLanes)

  /// Sine and cosine of x radians, for every finite x; NaN for others. Error below 0.9 ulp.
  @inline(__always)
  package static func sincos(_ x: DoubleLanes) -> DoubleSinCos {
    let (quarters, head, tail) = reduceQuarters(x)
    let (sin, cos) = rotate(sinCosSmall(head, tail), quarters)
    return (keepTiny(x, sin), cos)
  }

  /// Sine and cosine of x turns, 2 pi x radians, for every finite x; NaN for others. Error below 0.9 ulp.
  @inline(__always)
  package static func sinCosTurns(_ x: DoubleLanes) -> DoubleSinCos {
    let part = x - ms_round_d(x)
    let shifted = DoubleLanes(repeating: roundingShiftDouble).addingProduct(part, 4)
    let rest = part.addingProduct(shifted - roundingShiftDouble, -0.25)
    return rotate(sinCosEighth(rest), unsafeBitCast(shifted, to: SIMD8<UInt64>.self))
  }

  /// Sine and cosine of 2 pi x for |x| <= 1/8.
  @inline(__always)
  static func sinCosEighth(_ x: DoubleLanes) -> DoubleSinCos {
    let head = x * 0x1.921fb54442d18p+2
    let tail = (-head).addingProduct(x, 0x1.921fb54442d18p+2).addingProduct(x, 0x1.1a62633145c07p-52)
    return sinCosSmall(head, tail)
  }

  /// Sine and cosine of x + tail radians for |x| <= pi / 4 and a tail below its last bit.
  @inline(__always)
  private static func sinCosSmall(_ x: DoubleLanes, _ tail: DoubleLanes) -> DoubleSinCos {
    let z = x * x
    let p = polynomial(
      z,
      [
        -0.16666666666666666, 0.0083333333333330973, -0.00019841269841051749, 2.7557319126224581e-6,
        -2.5052085155624492e-8, 1.605614524826275e-10, -7.4798167443265757e-13,
      ])
    let q = polynomial(
      z,
      [
        0.041666666666666595, -0.0013888888888873459, 2.4801587289117557e-5, -2.755731425783967e-7,
        2.0875711572673512e-9, -1.13590895051783e-11,
      ])
    let head = DoubleLanes(repeating: 1).addingProduct(z, -0.5)
    let sin = x + (tail * head).addingProduct(x * z, p)
    let rest = ((1 - head).addingProduct(z, -0.5)).addingProduct(z * z, q).addingProduct(-x, tail)
    return (sin, head + rest)
  }

  /// The sine and cosine `quarters` (modulo 4) quarter turns further on.
  @inline(__always)
  private static func rotate(_ at: DoubleSinCos, _ quarters: SIMD8<UInt64>) -> DoubleSinCos {
    let swap = unsafeBitCast(quarters &<< 63, to: LongLanes.self)
    let sin = unsafeBitCast(ms_select_d(swap, at.cos, at.sin), to: SIMD8<UInt64>.self)
    let cos = unsafeBitCast(ms_select_d(swap, at.sin, at.cos), to: SIMD8<UInt64>.self)
    let sinSign = (quarters &<< 62) & 0x8000_0000_0000_0000
    let cosSign = ((quarters &+ 1) &<< 62) & 0x8000_0000_0000_0000
    return (unsafeBitCast(sin ^ sinSign, to: DoubleLanes.self), unsafeBitCast(cos ^ cosSign, to: DoubleLanes.self))
  }
}
