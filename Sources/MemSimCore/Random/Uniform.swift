import CMemSimSIMD

/// Uniform deviates from random words.
package enum Uniform {
  /// [0, 1) in steps of 2^-24.
  @inline(__always)
  package static func float(_ words: WordLanes) -> FloatLanes {
    ms_int_to_f(unsafeBitCast(words &>> 8, to: IntLanes.self)) * 0x1p-24
  }
}
