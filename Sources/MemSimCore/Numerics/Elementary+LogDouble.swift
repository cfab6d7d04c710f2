import CMemSimSIMD

/// Logarithms of double lanes: x = 2^e (1 + f) as for float, then a polynomial of s = f / (2 + f), since
/// log(1 + f) = log(1 + s) - log(1 - s) = 2 s + 2 s³ / 3 + ... converges faster than the series of f.
extension Elementary {
  /// Natural logarithm. Error below 0.9 ulp.
  @inline(__always)
  package static func log(_ x: DoubleLanes) -> DoubleLanes {
    let (f, e) = splitPower(x)
    return logSpecial(x, logOnePlus(f, e))
  }

  /// The same for positive normal numbers only.
  @inline(__always)
  package static func logNormal(_ x: DoubleLanes) -> DoubleLanes {
    let exponent = exponent(x)
    return logOnePlus(double(bits: bits(x) &- exponent) - 1, wholeExponent(exponent))
  }

  /// log(1 + x), precise for small x too. Error below 1.3 ulp.
  @inline(__always)
  package static func log1p(_ x: DoubleLanes) -> DoubleLanes {
    // Beyond 2^512 the 1 no longer counts, and a smaller number keeps the powers of two in range.
    let large = ms_less_d(DoubleLanes(repeating: 0x1p512), x)
    let one = ms_select_d(large, DoubleLanes.zero, DoubleLanes(repeating: 1))
    let shift = ms_select_d(large, DoubleLanes(repeating: 512), DoubleLanes.zero)
    let (f, e) = splitSum(one, ms_select_d(large, x * 0x1p-512, x))
    return keepTiny(x, logSpecial(x + 1, logOnePlus(f, e + shift)))
  }

  /// log((w + 1/2) 2^-64) of the number w of the words `high` and `low`: in (-45.1, 0), never 0. Error below 1.6 ulp.
  @inline(__always)
  package static func logUniform(_ high: SIMD8<UInt32>, _ low: SIMD8<UInt32>) -> DoubleLanes {
    // Numbers from 2^63 count down from 1, so that both ends of the unit interval keep their full precision.
    let fromNearestEnd = double(words: high ^ 0x8000_0000) - 0x1p31
    let distance = (0x1p-65 + double(words: low) * 0x1p-64).addingProduct(fromNearestEnd, 0x1p-32)
    let negative = ms_less_d(fromNearestEnd, DoubleLanes.zero)
    let end = ms_select_d(negative, DoubleLanes(repeating: 1), DoubleLanes.zero)
    let (f, e) = splitSum(end, distance)
    return logOnePlus(f, e)
  }

  /// The words as numbers.
  @inline(__always)
  static func double(words: SIMD8<UInt32>) -> DoubleLanes {
    let shifted = ms_widen_u(words) | 0x4330_0000_0000_0000
    return unsafeBitCast(shifted, to: DoubleLanes.self) - 0x1p52
  }

  /// x = 2^e (1 + f) for positive finite x.
  @inline(__always)
  static func splitPower(_ x: DoubleLanes) -> (f: DoubleLanes, e: DoubleLanes) {
    let subnormal = ms_less_d(x, DoubleLanes(repeating: Double.leastNormalMagnitude))
    let normal = ms_select_d(subnormal, x * 0x1p52, x)
    let shift = ms_select_d(subnormal, DoubleLanes(repeating: -52), DoubleLanes.zero)
    let exponent = exponent(normal)
    return (double(bits: bits(normal) &- exponent) - 1, wholeExponent(exponent) + shift)
  }

  /// base + x = 2^e (1 + f), for base 0 or 1 and a sum in 2^-1000...2^1000.
  @inline(__always)
  private static func splitSum(_ base: DoubleLanes, _ x: DoubleLanes) -> (f: DoubleLanes, e: DoubleLanes) {
    let exponent = exponent(base + x)
    let scale = double(bits: 0x3FF0_0000_0000_0000 &- exponent)
    // Only the multiply-add rounds: base scale - 1 is exact, or too small to matter.
    return ((base * scale - 1).addingProduct(x, scale), wholeExponent(exponent))
  }

  /// The e for which x 2^-e is in [sqrt 1/2, sqrt 2], times 2^52.
  @inline(__always)
  static func exponent(_ x: DoubleLanes) -> LongLanes {
    (bits(x) &- 0x3FE6_A09E_667F_3BCD) & ~0xF_FFFF_FFFF_FFFF
  }

  /// The number e of bits e 2^52, |e| < 2^11.
  @inline(__always)
  static func wholeExponent(_ exponent: LongLanes) -> DoubleLanes {
    double(bits: (exponent &>> 52) &+ LongLanes(repeating: roundingBitsDouble)) - roundingShiftDouble
  }

  /// log(1 + f) + e log 2.
  @inline(__always)
  private static func logOnePlus(_ f: DoubleLanes, _ e: DoubleLanes) -> DoubleLanes {
    let s = f / (2 + f)
    let z = s * s
    let p = polynomial(
      z,
      [
        0.66666666666667362, 0.39999999999405383, 0.2857142874409988, 0.22222198420964051, 0.18183571383916899,
        0.15313886090294743, 0.14797471593402337,
      ])
    // 2 s = f - s f, and s f = f²/2 - s f²/2: the leading term f stays exact.
    let halfSquare = 0.5 * f * f
    let tail = (e * 0x1.ef35793c76730p-45).addingProduct(s, halfSquare.addingProduct(z, p)) - halfSquare
    let head = e * 0x1.62e42fefa38p-1
    let sum = head + f
    return sum + (tail + (f - (sum - head)))
  }

  /// `result` where x is positive and finite, and otherwise what a logarithm of x is.
  @inline(__always)
  private static func logSpecial(_ x: DoubleLanes, _ result: DoubleLanes) -> DoubleLanes {
    let atMostZero = ms_select_d(
      ms_less_d(x, DoubleLanes.zero), DoubleLanes(repeating: .nan), DoubleLanes(repeating: -.infinity))
    let finite = ms_select_d(ms_less_d(DoubleLanes.zero, x), result, atMostZero)
    return ms_select_d(ms_less_d(x, DoubleLanes(repeating: .infinity)), finite, x)
  }
}
