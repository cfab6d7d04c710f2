import CMemSimSIMD

/// Philox 4x32-10: a keyed bijection of 128-bit counters whose output passes for random.
///
/// Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC'11, section 3.3.
package enum Philox {
  private static let rounds = 10
  private static let multiplier0: UInt32 = 0xD251_1F53
  private static let multiplier1: UInt32 = 0xCD9E_8D57
  private static let keyStep0: UInt32 = 0x9E37_79B9
  private static let keyStep1: UInt32 = 0xBB67_AE85

  /// The random block of one counter.
  package static func block(_ counter: SIMD4<UInt32>, key: SIMD2<UInt32>) -> SIMD4<UInt32> {
    var (c, k) = (counter, key)
    for _ in 0..<rounds {
      let p0 = multiplier0.multipliedFullWidth(by: c[0])
      let p1 = multiplier1.multipliedFullWidth(by: c[2])
      c = SIMD4(p1.high ^ c[1] ^ k[0], p1.low, p0.high ^ c[3] ^ k[1], p0.low)
      k = SIMD2(k[0] &+ keyStep0, k[1] &+ keyStep1)
    }
    return c
  }

  /// The random blocks of sixteen counters, one a lane: word i of every block in the i-th vector.
  @inline(__always)
  package static func blocks(
    _ c0: WordLanes, _ c1: WordLanes, _ c2: WordLanes, _ c3: WordLanes, key: SIMD2<UInt32>
  ) -> (WordLanes, WordLanes, WordLanes, WordLanes) {
    // The wide multiply takes the even lanes; the odd ones are shifted there, and back at the end.
    let even = run(pairs(c0), pairs(c1), pairs(c2), pairs(c3), key)
    let odd = run(pairs(c0) &>> 32, pairs(c1) &>> 32, pairs(c2) &>> 32, pairs(c3) &>> 32, key)
    return (merge(even.c0, odd.c0), merge(even.c1, odd.c1), merge(even.c2, odd.c2), merge(even.c3, odd.c3))
  }

  /// Ten rounds on the low words of each lane; the high words hold anything.
  @inline(__always)
  private static func run(_ c0: Pairs, _ c1: Pairs, _ c2: Pairs, _ c3: Pairs, _ key: SIMD2<UInt32>) -> Rounds {
    var state = Rounds(c0: c0, c1: c1, c2: c2, c3: c3, k0: key[0], k1: key[1])
    // Written out: the compiler does not unroll the loop, and a rolled one is a third slower.
    state.advance()
    state.advance()
    state.advance()
    state.advance()
    state.advance()
    state.advance()
    state.advance()
    state.advance()
    state.advance()
    state.advance()
    return state
  }

  private typealias Pairs = SIMD8<UInt64>

  private struct Rounds {
    var c0, c1, c2, c3: Pairs
    var k0, k1: UInt32

    @inline(__always)
    mutating func advance() {
      let p0 = ms_mul_low_words_q(c0, multiplier0)
      let p1 = ms_mul_low_words_q(c2, multiplier1)
      c0 = (p1 &>> 32) ^ c1 ^ Pairs(repeating: UInt64(k0))
      c2 = (p0 &>> 32) ^ c3 ^ Pairs(repeating: UInt64(k1))
      (c1, c3) = (p1, p0)
      (k0, k1) = (k0 &+ keyStep0, k1 &+ keyStep1)
    }
  }

  @inline(__always)
  private static func pairs(_ words: WordLanes) -> Pairs { unsafeBitCast(words, to: Pairs.self) }

  @inline(__always)
  private static func merge(_ even: Pairs, _ odd: Pairs) -> WordLanes {
    unsafeBitCast((even & 0xFFFF_FFFF) | (odd &<< 32), to: WordLanes.self)
  }
}
