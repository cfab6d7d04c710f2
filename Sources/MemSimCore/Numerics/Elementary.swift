import CMemSimSIMD

/// Elementary functions of vectors, for float and double lanes.
///
/// Every one is built from IEEE additions, multiplications, divisions, square roots and explicit fused multiply-adds,
/// so its bits are the same on every instruction set. Special arguments give what libm gives: infinities, NaN, signed
/// zeros, overflow to infinity, gradual underflow. Polynomials are near-minimax fits whose coefficients were rounded
/// one by one, lowest first. Each function states its largest error; the tests measure it against higher precision.
package enum Elementary {
  /// c[0] + c[1] x + c[2] x² + ..., by Horner's rule.
  @inline(__always)
  static func polynomial<let count: Int>(_ x: FloatLanes, _ c: InlineArray<count, Float>) -> FloatLanes {
    var sum = FloatLanes(repeating: c[unchecked: count &- 1])
    var i = count &- 2
    while i >= 0 {
      sum = FloatLanes(repeating: c[unchecked: i]).addingProduct(sum, x)
      i &-= 1
    }
    return sum
  }

  @inline(__always)
  static func polynomial<let count: Int>(_ x: DoubleLanes, _ c: InlineArray<count, Double>) -> DoubleLanes {
    var sum = DoubleLanes(repeating: c[unchecked: count &- 1])
    var i = count &- 2
    while i >= 0 {
      sum = DoubleLanes(repeating: c[unchecked: i]).addingProduct(sum, x)
      i &-= 1
    }
    return sum
  }

  /// Adding this rounds a number below 2^22 to a whole one, which the low bits of the sum then hold.
  static let roundingShift: Float = 0x1.8p23
  static let roundingShiftDouble: Double = 0x1.8p52

  /// The patterns of `roundingShift` and `roundingShiftDouble`.
  static let roundingBits: Int32 = 0x4B40_0000
  static let roundingBitsDouble: Int64 = 0x4338_0000_0000_0000

  @inline(__always)
  static func bits(_ x: FloatLanes) -> IntLanes { unsafeBitCast(x, to: IntLanes.self) }

  @inline(__always)
  static func float(bits: IntLanes) -> FloatLanes { unsafeBitCast(bits, to: FloatLanes.self) }

  @inline(__always)
  static func bits(_ x: DoubleLanes) -> LongLanes { unsafeBitCast(x, to: LongLanes.self) }

  @inline(__always)
  static func double(bits: LongLanes) -> DoubleLanes { unsafeBitCast(bits, to: DoubleLanes.self) }

  /// `result`, but x itself where x is 0, -0 or so near them that f(x) = x.
  @inline(__always)
  static func keepTiny(_ x: FloatLanes, _ result: FloatLanes) -> FloatLanes {
    ms_select_f(ms_less_f(ms_abs_f(x), FloatLanes(repeating: 0x1p-60)), x, result)
  }

  @inline(__always)
  static func keepTiny(_ x: DoubleLanes, _ result: DoubleLanes) -> DoubleLanes {
    ms_select_d(ms_less_d(ms_abs_d(x), DoubleLanes(repeating: 0x1p-60)), x, result)
  }
}
