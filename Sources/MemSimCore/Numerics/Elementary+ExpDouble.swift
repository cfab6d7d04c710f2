import CMemSimSIMD

/// Exponentials of double lanes, by the steps of the float ones.
extension Elementary {
  /// e to the x. Error below 1 ulp.
  @inline(__always)
  package static func exp(_ x: DoubleLanes) -> DoubleLanes { exp(x, DoubleLanes.zero) }

  /// The same where the result is a normal number: x beyond ±708 counts as ±708.
  @inline(__always)
  package static func expNormal(_ x: DoubleLanes) -> DoubleLanes {
    let x = ms_at_least_d(ms_at_most_d(x, DoubleLanes(repeating: 708)), DoubleLanes(repeating: -708))
    let (shifted, r) = reduceLog2(x, DoubleLanes.zero)
    return (1 + expMinusOne(r)) * power(bits(shifted) &- LongLanes(repeating: roundingBitsDouble))
  }

  /// e to the x + tail, for a tail far below x.
  @inline(__always)
  static func exp(_ x: DoubleLanes, _ tail: DoubleLanes) -> DoubleLanes {
    let x = ms_at_least_d(ms_at_most_d(x, DoubleLanes(repeating: 710)), DoubleLanes(repeating: -746))
    let (shifted, r) = reduceLog2(x, tail)
    return scale(1 + expMinusOne(r), shifted)
  }

  /// e to the x, minus 1, precise for small x too. Error below 1.9 ulp.
  @inline(__always)
  package static func expm1(_ argument: DoubleLanes) -> DoubleLanes {
    let x = ms_at_least_d(ms_at_most_d(argument, DoubleLanes(repeating: 710)), DoubleLanes(repeating: -38))
    let (shifted, r) = reduceLog2(x, DoubleLanes.zero)
    // Half the power of two, so that 2^1024 does not overflow before its time.
    let half = power(bits(shifted) &- LongLanes(repeating: roundingBitsDouble + 1))
    return keepTiny(argument, 2 * (half - 0.5).addingProduct(half, expMinusOne(r)))
  }

  /// 10 to the x. Error below 0.9 ulp.
  @inline(__always)
  package static func exp10(_ x: DoubleLanes) -> DoubleLanes {
    let x = ms_at_least_d(ms_at_most_d(x, DoubleLanes(repeating: 309)), DoubleLanes(repeating: -324))
    let shifted = DoubleLanes(repeating: roundingShiftDouble).addingProduct(x, 0x1.a934f0979a371p1)
    let n = shifted - roundingShiftDouble
    let r = x.addingProduct(n, -0x1.34413509f78p-2).addingProduct(n, -0x1.fef311f12b358p-46)
    let p = polynomial(
      r,
      [
        2.3025850929940459, 2.6509490552391992, 2.0346785922933441, 1.1712551489121619, 0.53938292922157771,
        0.20699584871528204, 0.068089362876306639, 0.019597693167717704, 0.0050140092473595676, 0.0011545528401006098,
        0.00024081460829131803, 4.5682196951120954e-5,
      ])
    return scale(DoubleLanes(repeating: 1).addingProduct(r, p), shifted)
  }

  /// The whole number n nearest x / log 2, as n + `roundingShiftDouble`, and x + tail - n log 2.
  @inline(__always)
  private static func reduceLog2(
    _ x: DoubleLanes, _ tail: DoubleLanes
  ) -> (shifted: DoubleLanes, rest: DoubleLanes) {
    let shifted = DoubleLanes(repeating: roundingShiftDouble).addingProduct(x, 0x1.71547652b82fep0)
    let n = shifted - roundingShiftDouble
    return (shifted, x.addingProduct(n, -0x1.62e42fefa38p-1) + tail.addingProduct(n, -0x1.ef35793c76730p-45))
  }

  /// e to the r, minus 1, for |r| <= log 2 / 2.
  @inline(__always)
  private static func expMinusOne(_ r: DoubleLanes) -> DoubleLanes {
    let p = polynomial(
      r,
      [
        0.5, 0.16666666666666677, 0.041666666666666678, 0.0083333333333214521, 0.0013888888888877453,
        0.00019841269886523188, 2.4801587340580914e-5, 2.7557243850011981e-6, 2.7557259253183029e-7,
        2.5109151336062306e-8, 2.0919481448961705e-9,
      ])
    return r.addingProduct(r * r, p)
  }

  /// x 2^n for |n| <= 1080. Two factors: the last one alone rounds, to a subnormal or to infinity.
  @inline(__always)
  private static func scale(_ x: DoubleLanes, _ shifted: DoubleLanes) -> DoubleLanes {
    let n = bits(shifted) &- LongLanes(repeating: roundingBitsDouble)
    // Halved as a positive number: AVX2 has no arithmetic shift of 64 bits.
    let positive = unsafeBitCast(n &+ 2048, to: SIMD8<UInt64>.self) &>> 1
    let half = unsafeBitCast(positive, to: LongLanes.self) &- 1024
    return x * power(half) * power(n &- half)
  }

  /// 2^n for -1022 <= n <= 1023.
  @inline(__always)
  private static func power(_ n: LongLanes) -> DoubleLanes { double(bits: (n &+ 1023) &<< 52) }
}
