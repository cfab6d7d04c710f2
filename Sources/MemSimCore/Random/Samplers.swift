import CMemSimSIMD

/// The distributions with one word a value (Float) or two (Double). Elements 0...15 of a group use lanes 0...15 of
/// its first word or pair of words, the next sixteen the second, and so on; Box-Muller joins each two.

extension UnsafeMutablePointer {
  @inline(__always)
  func store<Lanes: SIMD>(_ lanes: Lanes, at index: Int) where Lanes.Scalar == Pointee {
    UnsafeMutableRawPointer(self + index).storeBytes(of: lanes, as: Lanes.self)
  }
}

/// A distribution whose sixteen values depend on one word each.
protocol WordSampler: GroupSampler where Value == Float {
  func value(_ words: WordLanes) -> FloatLanes
}

extension WordSampler {
  static var valuesPerGroup: Int { 64 }

  @inline(__always)
  func sample(_ words: WordGroup, _ out: UnsafeMutablePointer<Float>) {
    out.store(value(words.0), at: 0)
    out.store(value(words.1), at: 16)
    out.store(value(words.2), at: 32)
    out.store(value(words.3), at: 48)
  }
}

/// A distribution whose eight values depend on two words each, the upper first.
protocol WordPairSampler: GroupSampler {
  func store(_ high: SIMD8<UInt32>, _ low: SIMD8<UInt32>, _ out: UnsafeMutablePointer<Value>)
}

extension WordPairSampler {
  static var valuesPerGroup: Int { 32 }

  @inline(__always)
  func sample(_ words: WordGroup, _ out: UnsafeMutablePointer<Value>) {
    store(words.0.lowHalf, words.1.lowHalf, out)
    store(words.0.highHalf, words.1.highHalf, out + 8)
    store(words.2.lowHalf, words.3.lowHalf, out + 16)
    store(words.2.highHalf, words.3.highHalf, out + 24)
  }
}

/// A distribution whose values are made of standard normals.
protocol NormalFloatSampler: GroupSampler where Value == Float {
  func value(_ normal: FloatLanes) -> FloatLanes
}

extension NormalFloatSampler {
  static var valuesPerGroup: Int { 64 }

  @inline(__always)
  func sample(_ words: WordGroup, _ out: UnsafeMutablePointer<Float>) {
    let (a, b) = Normal.pair(words.0, words.1)
    out.store(value(a), at: 0)
    out.store(value(b), at: 16)
    let (c, d) = Normal.pair(words.2, words.3)
    out.store(value(c), at: 32)
    out.store(value(d), at: 48)
  }
}

protocol NormalDoubleSampler: GroupSampler where Value == Double {
  func value(_ normal: DoubleLanes) -> DoubleLanes
}

extension NormalDoubleSampler {
  static var valuesPerGroup: Int { 32 }

  @inline(__always)
  func sample(_ words: WordGroup, _ out: UnsafeMutablePointer<Double>) {
    let (a, b) = Normal.pair(words.0.lowHalf, words.1.lowHalf, words.2.lowHalf, words.3.lowHalf)
    out.store(value(a), at: 0)
    out.store(value(b), at: 16)
    let (c, d) = Normal.pair(words.0.highHalf, words.1.highHalf, words.2.highHalf, words.3.highHalf)
    out.store(value(c), at: 8)
    out.store(value(d), at: 24)
  }
}
