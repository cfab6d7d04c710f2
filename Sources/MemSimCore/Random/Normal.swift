import CMemSimSIMD

/// Normal deviates by the Box-Muller transform.
///
/// Source: Box, Muller, "A note on the generation of random normal deviates", Ann. Math. Stat. 29 (1958) 610.
package enum Normal {
  /// Two independent standard normals a lane from two words: |x| <= 6.77, the radius set by 32 bits of `a`.
  @inline(__always)
  package static func pair(_ a: WordLanes, _ b: WordLanes) -> (FloatLanes, FloatLanes) {
    let radius = ms_sqrt_f(-2 * Elementary.logUniform(a))
    // The top two bits choose one of four images of the eighth turns either side of 0: half turn and swap.
    let angle = ms_int_to_f(unsafeBitCast(b &<< 2, to: IntLanes.self)) * 0x1p-34
    let (sine, cosine) = Elementary.sinCosEighth(angle)
    let sign = b & 0x8000_0000
    let signed = unsafeBitCast(unsafeBitCast(radius, to: WordLanes.self) ^ sign, to: FloatLanes.self)
    let swap = unsafeBitCast(b &<< 1, to: IntLanes.self) &>> 31
    return (signed * ms_select_f(swap, sine, cosine), signed * ms_select_f(swap, cosine, sine))
  }
}
