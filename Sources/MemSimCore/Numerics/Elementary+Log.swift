import CMemSimSIMD

/// Logarithms of float lanes: x = 2^e (1 + f) with 1 + f in [sqrt 1/2, sqrt 2], then a polynomial of f.
extension Elementary {
  /// Natural logarithm. Error below 1 ulp.
  @inline(__always)
  package static func log(_ x: FloatLanes) -> FloatLanes {
    let subnormal = ms_less_f(x, FloatLanes(repeating: Float.leastNormalMagnitude))
    let normal = ms_select_f(subnormal, x * 0x1p23, x)
    let exponent = exponent(normal)
    let f = float(bits: bits(normal) &- (exponent &<< 23)) - 1
    let shift = ms_select_f(subnormal, FloatLanes(repeating: -23), FloatLanes.zero)
    return logSpecial(x, logOnePlus(f, ms_int_to_f(exponent) + shift))
  }

  /// The same for positive normal numbers only.
  @inline(__always)
  package static func logNormal(_ x: FloatLanes) -> FloatLanes {
    let exponent = exponent(x)
    return logOnePlus(float(bits: bits(x) &- (exponent &<< 23)) - 1, ms_int_to_f(exponent))
  }

  /// log(1 + x), precise for small x too. Error below 1.6 ulp.
  @inline(__always)
  package static func log1p(_ x: FloatLanes) -> FloatLanes {
    // Beyond 2^64 the 1 no longer counts, and a smaller number keeps the powers of two in range.
    let large = ms_less_f(FloatLanes(repeating: 0x1p64), x)
    let one = ms_select_f(large, FloatLanes.zero, FloatLanes(repeating: 1))
    let shift = ms_select_f(large, FloatLanes(repeating: 64), FloatLanes.zero)
    let (f, e) = splitSum(one, ms_select_f(large, x * 0x1p-64, x))
    return keepTiny(x, logSpecial(x + 1, logOnePlus(f, e + shift)))
  }

  /// log((w + 1/2) 2^-32) of a word w: in (-22.9, 0), never 0. Error below 1.6 ulp.
  @inline(__always)
  package static func logUniform(_ words: WordLanes) -> FloatLanes {
    // Words from 2^31 count down from 1, so that both ends of the unit interval keep their full precision.
    let fromNearestEnd = unsafeBitCast(words, to: IntLanes.self)
    let distance = FloatLanes(repeating: 0x1p-33).addingProduct(ms_int_to_f(fromNearestEnd), 0x1p-32)
    let end = float(bits: (fromNearestEnd &>> 31) & 0x3F80_0000)
    let (f, e) = splitSum(end, distance)
    return logOnePlus(f, e)
  }

  /// base + x = 2^e (1 + f), for base 0 or 1 and a sum in 2^-125...2^125.
  @inline(__always)
  private static func splitSum(_ base: FloatLanes, _ x: FloatLanes) -> (f: FloatLanes, e: FloatLanes) {
    let exponent = exponent(base + x)
    let scale = float(bits: 0x3F80_0000 &- (exponent &<< 23))
    // Only the multiply-add rounds: base scale - 1 is exact, or too small to matter.
    return ((base * scale - 1).addingProduct(x, scale), ms_int_to_f(exponent))
  }

  /// The e for which x 2^-e is in [sqrt 1/2, sqrt 2].
  @inline(__always)
  private static func exponent(_ x: FloatLanes) -> IntLanes { (bits(x) &- 0x3F35_04F3) &>> 23 }

  /// log(1 + f) + e log 2.
  @inline(__always)
  private static func logOnePlus(_ f: FloatLanes, _ e: FloatLanes) -> FloatLanes {
    let p = polynomial(
      f, [0.333333552, -0.250008523, 0.199997663, -0.166213155, 0.142280996, -0.132034585, 0.126151875, -0.0735380277])
    let square = f * f
    let tail = (e * 0x1.7f7d1cp-20).addingProduct(square, FloatLanes(repeating: -0.5)).addingProduct(square * f, p)
    // e times the short first part of log 2 is exact; what its sum with f rounds off joins the tail.
    let head = e * 0x1.62e4p-1
    let sum = head + f
    return sum + (tail + (f - (sum - head)))
  }

  /// `result` where x is positive and finite, and otherwise what a logarithm of x is.
  @inline(__always)
  private static func logSpecial(_ x: FloatLanes, _ result: FloatLanes) -> FloatLanes {
    let atMostZero = ms_select_f(
      ms_less_f(x, FloatLanes.zero), FloatLanes(repeating: .nan), FloatLanes(repeating: -.infinity))
    let finite = ms_select_f(ms_less_f(FloatLanes.zero, x), result, atMostZero)
    return ms_select_f(ms_less_f(x, FloatLanes(repeating: .infinity)), finite, x)
  }
}
