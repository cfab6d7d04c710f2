import CMemSimSIMD

/// Powers of float lanes, by way of double: log2 and exp2 need only some 35 bits.
extension Elementary {
  /// x to the y for x >= 0; NaN for x < 0, unless y is 0. Error below 0.51 ulp.
  @inline(__always)
  package static func pow(_ x: FloatLanes, _ y: FloatLanes) -> FloatLanes {
    var result = FloatLanes()
    result.lowHalf = powHalf(x.lowHalf, y.lowHalf)
    result.highHalf = powHalf(x.highHalf, y.highHalf)
    return powSpecial(x, y, result)
  }

  @inline(__always)
  private static func powHalf(_ x: SIMD8<Float>, _ y: SIMD8<Float>) -> SIMD8<Float> {
    ms_d_to_f(exp2Short(ms_f_to_d(y) * log2Short(ms_f_to_d(x))))
  }

  /// log2 of a positive normal number to 2^-37 of itself; -infinity of 0, infinity of infinity.
  @inline(__always)
  private static func log2Short(_ x: DoubleLanes) -> DoubleLanes {
    let exponent = exponent(x)
    let f = double(bits: bits(x) &- exponent) - 1
    let p = polynomial(
      f,
      [
        1.4426950408861743, -0.72134752034412253, 0.48089834909351853, -0.36067378954639018, 0.28853875982072597,
        -0.24044663958355147, 0.20610881101316877, -0.18043242106750856, 0.16017977314179091, -0.14252486565286532,
        0.13065408347863991, -0.13480211555199123, 0.13104058984104275, -0.067942676730488746,
      ])
    let result = wholeExponent(exponent).addingProduct(f, p)
    let positive = ms_select_d(ms_less_d(DoubleLanes.zero, x), result, DoubleLanes(repeating: -.infinity))
    return ms_select_d(ms_less_d(x, DoubleLanes(repeating: .infinity)), positive, x)
  }

  /// 2 to the t to 2^-34 of itself, for t clamped to what a float can tell from 0 and infinity.
  @inline(__always)
  private static func exp2Short(_ t: DoubleLanes) -> DoubleLanes {
    let t = ms_at_least_d(ms_at_most_d(t, DoubleLanes(repeating: 160)), DoubleLanes(repeating: -160))
    let shifted = t + roundingShiftDouble
    let r = t - (shifted - roundingShiftDouble)
    let p = polynomial(
      r,
      [
        0.6931471805459305, 0.24022651084149668, 0.055504109412154126, 0.009618035958600904, 0.0013333450560412074,
        0.0001546736497289471, 1.5310081137407198e-5,
      ])
    let power = double(bits: (bits(shifted) &+ 1023) &<< 52)
    return power.addingProduct(power * r, p)
  }

  @inline(__always)
  private static func powSpecial(_ x: FloatLanes, _ y: FloatLanes, _ result: FloatLanes) -> FloatLanes {
    let one = FloatLanes(repeating: 1)
    let isOne = ms_less_equal_f(x, one) & ms_less_equal_f(one, x)
    let unit = ms_less_equal_f(ms_abs_f(y), FloatLanes.zero) | isOne
    let negative = ms_less_f(x, FloatLanes.zero)
    return ms_select_f(unit, one, ms_select_f(negative, FloatLanes(repeating: .nan), result))
  }
}
