import CMemSimSIMD

/// low + u (high - low), held below `high` whatever the rounding. Written so that high - low cannot overflow.
struct UniformFloat: WordSampler {
  let low, high: Float

  @inline(__always)
  func value(_ words: WordLanes) -> FloatLanes {
    let (u, first) = (Uniform.float(words), FloatLanes(repeating: low))
    let x = first.addingProduct(-u, first).addingProduct(u, FloatLanes(repeating: high))
    return ms_at_least_f(ms_at_most_f(x, FloatLanes(repeating: high.nextDown)), first)
  }
}

struct UniformDouble: WordPairSampler {
  typealias Value = Double
  let low, high: Double

  @inline(__always)
  func store(_ upper: SIMD8<UInt32>, _ lower: SIMD8<UInt32>, _ out: UnsafeMutablePointer<Double>) {
    let (u, first) = (Uniform.double(upper, lower), DoubleLanes(repeating: low))
    let x = first.addingProduct(-u, first).addingProduct(u, DoubleLanes(repeating: high))
    out.store(ms_at_least_d(ms_at_most_d(x, DoubleLanes(repeating: high.nextDown)), first), at: 0)
  }
}

struct NormalFloat: NormalFloatSampler {
  let mean, std: Float

  @inline(__always)
  func value(_ normal: FloatLanes) -> FloatLanes { FloatLanes(repeating: mean).addingProduct(normal, std) }
}

struct NormalDouble: NormalDoubleSampler {
  let mean, std: Double

  @inline(__always)
  func value(_ normal: DoubleLanes) -> DoubleLanes { DoubleLanes(repeating: mean).addingProduct(normal, std) }
}

struct LognormalFloat: NormalFloatSampler {
  let mean, sigma: Float

  @inline(__always)
  func value(_ normal: FloatLanes) -> FloatLanes {
    Elementary.exp(FloatLanes(repeating: mean).addingProduct(normal, sigma))
  }
}

struct LognormalDouble: NormalDoubleSampler {
  let mean, sigma: Double

  @inline(__always)
  func value(_ normal: DoubleLanes) -> DoubleLanes {
    Elementary.exp(DoubleLanes(repeating: mean).addingProduct(normal, sigma))
  }
}

struct ExponentialFloat: WordSampler {
  let scale: Float

  @inline(__always)
  func value(_ words: WordLanes) -> FloatLanes {
    ms_at_most_f(-scale * Elementary.logUniform(words), FloatLanes(repeating: .greatestFiniteMagnitude))
  }
}

struct ExponentialDouble: WordPairSampler {
  typealias Value = Double
  let scale: Double

  @inline(__always)
  func store(_ upper: SIMD8<UInt32>, _ lower: SIMD8<UInt32>, _ out: UnsafeMutablePointer<Double>) {
    let x = -scale * Elementary.logUniform(upper, lower)
    out.store(ms_at_most_d(x, DoubleLanes(repeating: .greatestFiniteMagnitude)), at: 0)
  }
}
