import CMemSimSIMD

/// Integers that fills can write, eight at a time.
protocol FillInteger: FixedWidthInteger, BitwiseCopyable, Sendable {
  static func store(_ values: SIMD8<Int64>, _ out: UnsafeMutablePointer<Self>)
}

extension Int64: FillInteger {
  @inline(__always)
  static func store(_ values: SIMD8<Int64>, _ out: UnsafeMutablePointer<Int64>) { out.store(values, at: 0) }
}

extension Int32: FillInteger {
  @inline(__always)
  static func store(_ values: SIMD8<Int64>, _ out: UnsafeMutablePointer<Int32>) {
    out.store(unsafeBitCast(ms_narrow_q(unsafeBitCast(values, to: SIMD8<UInt64>.self)), to: SIMD8<Int32>.self), at: 0)
  }
}

/// low + floor((last + 1) r 2^-64) for 64 random bits r: no probability is off by more than 2^-64.
struct NarrowIntegers<Value: FillInteger>: WordPairSampler {
  let low: Int64
  let last: UInt32

  @inline(__always)
  func store(_ upper: SIMD8<UInt32>, _ lower: SIMD8<UInt32>, _ out: UnsafeMutablePointer<Value>) {
    let (high, rest) = (ms_widen_u(upper), ms_widen_u(lower))
    let carry = (ms_mul_low_words_q(rest, last) &+ rest) &>> 32
    let product = (ms_mul_low_words_q(high, last) &+ high &+ carry) &>> 32
    Value.store(unsafeBitCast(product, to: SIMD8<Int64>.self) &+ low, out)
  }
}

/// low + floor(span r 2^-128) for the 128 random bits r of one block, words in falling order.
struct WideIntegers: GroupSampler {
  static var valuesPerGroup: Int { 16 }
  let low: Int64
  let span: UInt64

  func sample(_ words: WordGroup, _ out: UnsafeMutablePointer<Int64>) {
    withUnsafeBytes(of: words) { bytes in
      for lane in 0..<16 {
        let word = { (i: Int) in UInt64(bytes.load(fromByteOffset: 64 &* i &+ 4 &* lane, as: UInt32.self)) }
        let carry = (word(2) << 32 | word(3)).multipliedFullWidth(by: span).high
        let product = (word(0) << 32 | word(1)).multipliedFullWidth(by: span)
        let overflow: UInt64 = product.low.addingReportingOverflow(carry).overflow ? 1 : 0
        out[lane] = low &+ Int64(bitPattern: product.high &+ overflow)
      }
    }
  }
}

/// 1 where a uniform of 53 bits lies below p.
struct Bernoulli: WordPairSampler {
  typealias Value = UInt8
  let p: Double

  @inline(__always)
  func store(_ upper: SIMD8<UInt32>, _ lower: SIMD8<UInt32>, _ out: UnsafeMutablePointer<UInt8>) {
    out.store(ms_flags_l(ms_less_d(Uniform.double(upper, lower), DoubleLanes(repeating: p))), at: 0)
  }
}

/// Inversion: the least count whose distribution function exceeds 64 random bits.
struct Poisson<Value: FillInteger>: WordPairSampler {
  let table: PoissonTable

  func store(_ upper: SIMD8<UInt32>, _ lower: SIMD8<UInt32>, _ out: UnsafeMutablePointer<Value>) {
    let numbers = ms_widen_u(upper) &<< 32 | ms_widen_u(lower)
    withUnsafeBytes(of: numbers) { bytes in
      for lane in 0..<8 {
        out[lane] = Value(truncatingIfNeeded: table.count(bytes.load(fromByteOffset: 8 &* lane, as: UInt64.self)))
      }
    }
  }
}
