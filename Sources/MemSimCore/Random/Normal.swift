import CMemSimSIMD

/// Normal deviates by the Box-Muller transform.
///
/// Source: Box, Muller, "A note on the generation of random normal deviates", Ann. Math. Stat. 29 (1958) 610.
package enum Normal {
  /// Two independent standard normals a lane, |x| <= 6.77: `a` sets the radius, `b` the angle.
  @inline(__always)
  package static func pair(_ a: WordLanes, _ b: WordLanes) -> (FloatLanes, FloatLanes) {
    let radius = ms_sqrt_f(-2 * Elementary.logUniform(a))
    // Below the top two bits: an angle within an eighth of a turn of 0. They choose one of its four images.
    let angle = ms_int_to_f(unsafeBitCast(b &<< 2, to: IntLanes.self)) * 0x1p-34
    let (sin, cos) = Elementary.sinCosEighth(angle)
    let swap = unsafeBitCast(b &<< 1, to: IntLanes.self) &>> 31
    let signed = Elementary.float(bits: Elementary.bits(radius) ^ unsafeBitCast(b & 0x8000_0000, to: IntLanes.self))
    return (signed * ms_select_f(swap, sin, cos), signed * ms_select_f(swap, cos, sin))
  }

  /// Two independent standard normals a lane, |x| <= 9.5, from two numbers of 64 bits, upper words first.
  @inline(__always)
  package static func pair(
    _ a: SIMD8<UInt32>, _ aLow: SIMD8<UInt32>, _ b: SIMD8<UInt32>, _ bLow: SIMD8<UInt32>
  ) -> (DoubleLanes, DoubleLanes) {
    let radius = ms_sqrt_d(-2 * Elementary.logUniform(a, aLow))
    let upper = Elementary.double(words: (b &<< 2 | bLow &>> 30) ^ 0x8000_0000) - 0x1p31
    let angle = (Elementary.double(words: bLow &<< 2) * 0x1p-66).addingProduct(upper, 0x1p-34)
    let (sin, cos) = Elementary.sinCosEighth(angle)
    let choice = unsafeBitCast(ms_widen_u(b) &<< 32, to: LongLanes.self)
    let signed = Elementary.double(bits: Elementary.bits(radius) ^ (choice & Int64.min))
    let swap = choice &<< 1
    return (signed * ms_select_d(swap, sin, cos), signed * ms_select_d(swap, cos, sin))
  }
}
