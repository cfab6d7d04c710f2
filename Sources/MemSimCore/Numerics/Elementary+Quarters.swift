import CMemSimSIMD

/// Reduction of an angle to the nearest multiple of pi / 2.
extension Elementary {
  package typealias Quarters = (quarters: SIMD8<UInt64>, head: DoubleLanes, tail: DoubleLanes)

  /// x as whole quarter turns (their lowest two bits count) plus head + tail radians.
  @inline(__always)
  static func reduceQuarters(_ x: DoubleLanes) -> Quarters {
    let limit = DoubleLanes(repeating: largestNearAngle)
    if _fastPath(ms_or_lanes_l(ms_less_d(limit, ms_abs_d(x))) == 0) { return reduceNear(x) }
    return reduceFar(x)
  }

  private static let largestNearAngle: Double = 0x1p30

  /// Subtracts n pi / 2 with pi / 2 in three parts. The first difference is exact (Sterbenz), and so are the sums of
  /// head and tail that follow.
  @inline(__always)
  private static func reduceNear(_ x: DoubleLanes) -> Quarters {
    let shifted = DoubleLanes(repeating: roundingShiftDouble).addingProduct(x, 0x1.45f306dc9c883p-1)
    let n = shifted - roundingShiftDouble
    let first = n * 0x1.921fb54442d18p+0
    let a = difference(x - first, (-first).addingProduct(n, 0x1.921fb54442d18p+0))
    let second = n * 0x1.1a62633145c07p-54
    let b = difference(a.head, second)
    let rest = (second.addingProduct(-n, 0x1.1a62633145c07p-54) + (a.tail + b.tail)).addingProduct(
      n, 0x1.f1976b7ed8fbcp-110)
    let head = b.head + rest
    return (unsafeBitCast(shifted, to: SIMD8<UInt64>.self), head, rest - (head - b.head))
  }

  /// a - b and what its rounding lost.
  @inline(__always)
  private static func difference(_ a: DoubleLanes, _ b: DoubleLanes) -> (head: DoubleLanes, tail: DoubleLanes) {
    let head = a - b
    let back = head - a
    return (head, (a - (head - back)) - (b + back))
  }

  @inline(never)
  private static func reduceFar(_ x: DoubleLanes) -> Quarters {
    var result = reduceNear(x)
    for lane in 0..<8 where Swift.abs(x[lane]) > largestNearAngle {
      (result.quarters[lane], result.head[lane], result.tail[lane]) = reduceFar(x[lane])
    }
    return result
  }

  /// Payne and Hanek's method: of x 2 / pi only the bits between 4 and 2^-190 are computed, exactly, in integers.
  /// Source: "Radian reduction for trigonometric functions", SIGNUM Newsletter 18 (1983) 19.
  private static func reduceFar(_ x: Double) -> (quarters: UInt64, head: Double, tail: Double) {
    guard x.isFinite else { return (0, .nan, .nan) }
    let significand = UInt64(x.significand * 0x1p52)
    let product = twoOverPi(from: Int(x.exponent) - 52, times: significand)
    // Two bits of quarters, then the fraction; half a quarter or more counts from the next one.
    let fraction = Int128(truncatingIfNeeded: product << 2)
    let quarters = UInt64(product >> 126) &+ (fraction < 0 ? 1 : 0)
    let head = Double(fraction), tail = Double(fraction - Int128(head))
    let (first, second) = (0x1.921fb54442d18p+0, 0x1.1a62633145c07p-54)
    let angle = (head * 0x1p-128) * first
    let rest = (-angle).addingProduct(head * 0x1p-128, first).addingProduct(head * 0x1p-128, second)
      .addingProduct(tail * 0x1p-128, first)
    return x < 0 ? (0 &- quarters, -angle, -rest) : (quarters, angle, rest)
  }

  /// The top 128 of the 192 bits, from 2^1 down, of m 2^e 2 / pi.
  private static func twoOverPi(from e: Int, times m: UInt64) -> UInt128 {
    let high = twoOverPiWord(e - 2) &* m
    let middle = twoOverPiWord(e + 62).multipliedFullWidth(by: m)
    let low = twoOverPiWord(e + 126).multipliedFullWidth(by: m)
    return (UInt128(high &+ middle.high) << 64) &+ UInt128(middle.low) &+ UInt128(low.high)
  }

  /// 64 bits of 2 / pi, the first of weight 2^(-1-start).
  private static func twoOverPiWord(_ start: Int) -> UInt64 {
    let (word, bit) = (start >> 6, start & 63)
    if start < 0 { return twoOverPiBits[0] >> UInt64(-start) }
    return bit == 0 ? twoOverPiBits[word] : twoOverPiBits[word] << bit | twoOverPiBits[word + 1] >> (64 - bit)
  }

  private static let twoOverPiBits: [UInt64] = [
    0xA2F9_836E_4E44_1529, 0xFC27_57D1_F534_DDC0, 0xDB62_9599_3C43_9041, 0xFE51_63AB_DEBB_C561,
    0xB724_6E3A_424D_D2E0, 0x0649_2EEA_09D1_921C, 0xFE1D_EB1C_B129_A73E, 0xE882_35F5_2EBB_4484,
    0xE99C_7026_B45F_7E41, 0x3991_D639_8353_39F4, 0x9C84_5F8B_BDF9_283B, 0x1FF8_97FF_DE05_980F,
    0xEF2F_118B_5A0A_6D1F, 0x6D36_7ECF_27CB_09B7, 0x4F46_3F66_9E5F_EA2D, 0x7527_BAC7_EBE5_F17B,
    0x3D07_39F7_8A52_92EA, 0x6BFB_5FB1_1F8D_5D08, 0x5603_3046_FC7B_6BAB, 0xF0CF_BC20_9AF4_361D,
  ]
}
