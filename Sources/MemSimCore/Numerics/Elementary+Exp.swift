import CMemSimSIMD

/// Exponentials of float lanes: x = n log 2 + r with a whole n, then a polynomial of r and a change of exponent.
extension Elementary {
  /// e to the x. Error below 1.1 ulp.
  @inline(__always)
  package static func exp(_ x: FloatLanes) -> FloatLanes {
    let x = ms_at_least_f(ms_at_most_f(x, FloatLanes(repeating: 89)), FloatLanes(repeating: -104))
    let (shifted, r) = reduceLog2(x)
    return scale(1 + expMinusOne(r), shifted)
  }

  /// The same where the result is a normal number: x beyond ±87 counts as ±87.
  @inline(__always)
  package static func expNormal(_ x: FloatLanes) -> FloatLanes {
    let x = ms_at_least_f(ms_at_most_f(x, FloatLanes(repeating: 87)), FloatLanes(repeating: -87))
    let (shifted, r) = reduceLog2(x)
    return (1 + expMinusOne(r)) * power(bits(shifted) &- IntLanes(repeating: roundingBits))
  }

  /// e to the x, minus 1, precise for small x too. Error below 1.6 ulp.
  @inline(__always)
  package static func expm1(_ argument: FloatLanes) -> FloatLanes {
    let x = ms_at_least_f(ms_at_most_f(argument, FloatLanes(repeating: 89)), FloatLanes(repeating: -18))
    let (shifted, r) = reduceLog2(x)
    // Half the power of two, so that 2^128 does not overflow before its time.
    let half = power(bits(shifted) &- IntLanes(repeating: roundingBits + 1))
    return keepTiny(argument, 2 * (half - 0.5).addingProduct(half, expMinusOne(r)))
  }

  /// 10 to the x. Error below 1 ulp.
  @inline(__always)
  package static func exp10(_ x: FloatLanes) -> FloatLanes {
    let x = ms_at_least_f(ms_at_most_f(x, FloatLanes(repeating: 39)), FloatLanes(repeating: -46))
    let shifted = FloatLanes(repeating: roundingShift).addingProduct(x, 3.321928095)
    let n = shifted - roundingShift
    // log10 2 in two parts; the first has few enough bits for n times it to be exact.
    let r = x.addingProduct(n, -0x1.3442p-2).addingProduct(n, 0x1.95ec10p-19)
    let p = polynomial(r, [2.30258512, 2.650949, 2.03465557, 1.17125607, 0.541849196, 0.207491904])
    return scale(FloatLanes(repeating: 1).addingProduct(r, p), shifted)
  }

  /// The whole number n nearest x / log 2, as n + `roundingShift`, and x - n log 2.
  @inline(__always)
  private static func reduceLog2(_ x: FloatLanes) -> (shifted: FloatLanes, rest: FloatLanes) {
    let shifted = FloatLanes(repeating: roundingShift).addingProduct(x, 1.442695041)
    let n = shifted - roundingShift
    return (shifted, x.addingProduct(n, -0x1.62e4p-1).addingProduct(n, -0x1.7f7d1cp-20))
  }

  /// e to the r, minus 1, for |r| <= log 2 / 2.
  @inline(__always)
  private static func expMinusOne(_ r: FloatLanes) -> FloatLanes {
    r.addingProduct(r * r, polynomial(r, [0.5, 0.166665405, 0.0416664779, 0.00836682133, 0.00139336928]))
  }

  /// x 2^n for |n| <= 151. Two factors: the last one alone rounds, to a subnormal or to infinity.
  @inline(__always)
  private static func scale(_ x: FloatLanes, _ shifted: FloatLanes) -> FloatLanes {
    let n = bits(shifted) &- IntLanes(repeating: roundingBits)
    let half = n &>> 1
    return x * power(half) * power(n &- half)
  }

  /// 2^n for -126 <= n <= 127.
  @inline(__always)
  private static func power(_ n: IntLanes) -> FloatLanes { float(bits: (n &+ 127) &<< 23) }
}
