import Glibc
import MemSimCore
import Testing

/// From words to uniforms and normals: exact where they are exact, else against the definition in higher precision.
@Suite struct TransformTests {
  static let extremes: [UInt32] = [
    0, 1, 2, 0x1FFF_FFFF, 0x2000_0000, 0x3FFF_FFFF, 0x4000_0000, 0x7FFF_FFFF, 0x8000_0000, 0x8000_0001, 0xB504_F333,
    0xBFFF_FFFF, 0xC000_0000, 0xFFFF_FFFE, 0xFFFF_FFFF,
  ]

  @Test(arguments: extremes) func uniforms(_ word: UInt32) {
    let words = WordLanes(repeating: word)
    #expect(Uniform.float(words)[7] == Float(word >> 8) * 0x1p-24)
    #expect(Double(Uniform.openFloat(words)[7]) == (Double(word >> 9) + 0.5) * 0x1p-23)
    for low in Self.extremes {
      let number = UInt64(word) << 32 | UInt64(low)
      let double = Uniform.double(SIMD8(repeating: word), SIMD8(repeating: low))
      #expect(double[7] == Double(number >> 11) * 0x1p-53)
    }
  }

  @Test func normalPairIsBoxMuller() {
    var source = ArgumentSource(seed: 6)
    var error = WorstError()
    for round in 0..<5000 {
      let a = round < 15 ? WordLanes(repeating: Self.extremes[round]) : randomWords(&source)
      let b = round % 20 == 0 ? WordLanes(repeating: Self.extremes[round / 20 % 15]) : randomWords(&source)
      let (x, y) = Normal.pair(a, b)
      for i in 0..<16 {
        let want = boxMuller(a[i], b[i])
        error.note(max(ulps(x[i], want.0), ulps(y[i], want.1)), at: Double(a[i]))
      }
    }
    #expect(error.ulps < 2.5)
  }

  /// The definition: radius from the first word, an eighth of a turn, a swap and a sign from the second.
  private func boxMuller(_ a: UInt32, _ b: UInt32) -> (Double, Double) {
    let missing = (Double(~a) + 0.5) * 0x1p-32
    let radius = sqrt(-2 * (missing < 0.5 ? log1p(-missing) : log((Double(a) + 0.5) * 0x1p-32)))
    let angle = 2 * .pi * Double(Float(Int32(bitPattern: b << 2))) * 0x1p-34
    let signed = b >> 31 == 0 ? radius : -radius
    let (x, y) = (signed * cos(angle), signed * sin(angle))
    return b >> 30 & 1 == 0 ? (x, y) : (y, x)
  }

  /// The radius falls with the word, so the words that exceed a radius r are counted by bisection: their share must be
  /// exp(-r²/2) out to the largest radius there is.
  @Test(arguments: [0.01, 0.1, 0.5, 1, 2, 3, 4, 5, 6, 6.5]) func radiusHasTheRayleighTail(_ r: Double) {
    var (low, high) = (UInt64(0), UInt64(1) << 32)
    while low < high {
      let middle = (low + high) / 2
      if radius(UInt32(middle)) > r { low = middle + 1 } else { high = middle }
    }
    let expected = exp(-r * r / 2) * 0x1p32
    #expect(abs(Double(low) - expected) < 0.51 + 0x1p-21 * max(1, r * r) * min(expected, 0x1p32 - expected))
  }

  @Test func largestAndSmallestRadius() {
    #expect(abs(radius(0) - sqrt(66 * log(2))) < 1e-6)
    #expect(abs(radius(.max) - sqrt(0x1p-32)) < 1e-11)
  }

  private func radius(_ word: UInt32) -> Double {
    let (x, y) = Normal.pair(WordLanes(repeating: word), WordLanes(repeating: 12345))
    return sqrt(Double(x[0]) * Double(x[0]) + Double(y[0]) * Double(y[0]))
  }

  #if arch(x86_64)
    @Test func normalPairOfDoublesIsBoxMuller() {
      var source = ArgumentSource(seed: 7)
      var error = WorstError()
      for round in 0..<5000 {
        let words = (0..<4).map { i in
          round % 7 == i ? WordLanes(repeating: Self.extremes[round % 15]).lowHalf : randomWords(&source).lowHalf
        }
        let (x, y) = Normal.pair(words[0], words[1], words[2], words[3])
        for i in 0..<8 {
          let want = boxMuller(words[0][i], words[1][i], words[2][i], words[3][i])
          error.note(max(ulps(x[i], want.0), ulps(y[i], want.1)), at: Double(words[0][i]))
        }
      }
      #expect(error.ulps < 2.5)
    }

    private func boxMuller(_ a: UInt32, _ aLow: UInt32, _ b: UInt32, _ bLow: UInt32) -> (Float80, Float80) {
      let number = UInt64(a) << 32 | UInt64(aLow)
      let missing = (Float80(~number) + 0.5) * 0x1p-64
      let logarithm = missing < 0.5 ? log1pl(-missing) : logl((Float80(number) + 0.5) * 0x1p-64)
      let turned = Int64(bitPattern: (UInt64(b) << 32 | UInt64(bLow)) << 2)
      let angle = 2 * .pi * Float80(Double(turned)) * 0x1p-66
      let signed = (b >> 31 == 0 ? 1 : -1) * sqrtl(-2 * logarithm)
      let (x, y) = (signed * cosl(angle), signed * sinl(angle))
      return b >> 30 & 1 == 0 ? (x, y) : (y, x)
    }
  #endif
}
