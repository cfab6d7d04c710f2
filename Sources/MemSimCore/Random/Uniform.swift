import CMemSimSIMD

/// Uniform deviates on the unit interval.
package enum Uniform {
  /// Multiples of 2^-24 in [0, 1).
  @inline(__always)
  package static func float(_ words: WordLanes) -> FloatLanes {
    ms_int_to_f(unsafeBitCast(words &>> 8, to: IntLanes.self)) * 0x1p-24
  }

  /// Odd multiples of 2^-24 in (0, 1), symmetric about 1/2.
  @inline(__always)
  package static func openFloat(_ words: WordLanes) -> FloatLanes {
    FloatLanes(repeating: 0x1p-24).addingProduct(ms_int_to_f(unsafeBitCast(words &>> 9, to: IntLanes.self)), 0x1p-23)
  }

  /// Multiples of 2^-53 in [0, 1), the upper bits from `high`.
  @inline(__always)
  package static func double(_ high: SIMD8<UInt32>, _ low: SIMD8<UInt32>) -> DoubleLanes {
    (Elementary.double(words: low &>> 11) * 0x1p-53).addingProduct(Elementary.double(words: high), 0x1p-32)
  }
}
