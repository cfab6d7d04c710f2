import CMemSimSIMD

/// The standard normals of one event, e.g. one read of an array: element e is addressed, not drawn in order.
///
/// Philox key = seed; counter = (block, event's low word, its high word, purpose). Element e of an event lies in
/// group e / 64 at position q = e % 64: lane q % 16 of the group's vector q / 16, from block (e / 64) * 16 + q % 16.
/// An event has up to 2^34 elements.
package struct EventNormals {
  /// Elements of an event.
  package static let elements = 1 << 34
  /// Elements per group.
  package static let groupSize = 64

  private let key: SIMD2<UInt32>
  private let event: (low: UInt32, high: UInt32)
  private let purpose: UInt32

  /// - Parameters:
  ///   - purpose: keeps different uses of one seed apart.
  ///   - event: number of the event among those of its purpose.
  @inline(__always)
  package init(seed: UInt64, purpose: UInt32, event: UInt64) {
    key = SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed &>> 32))
    self.event = (UInt32(truncatingIfNeeded: event), UInt32(truncatingIfNeeded: event &>> 32))
    self.purpose = purpose
  }

  /// Elements 64 g ..< 64 g + 64, sixteen a vector.
  @inline(__always)
  package func group(_ g: Int) -> (FloatLanes, FloatLanes, FloatLanes, FloatLanes) {
    let words = words(g)
    let (first, second) = Normal.pair(words.0, words.1)
    let (third, fourth) = Normal.pair(words.2, words.3)
    return (first, second, third, fourth)
  }

  /// The same elements as uniform numbers on [0, 1), multiples of 2^-24. An event gives one kind of numbers.
  @inline(__always)
  package func uniforms(_ g: Int) -> (FloatLanes, FloatLanes, FloatLanes, FloatLanes) {
    let words = words(g)
    return (Uniform.float(words.0), Uniform.float(words.1), Uniform.float(words.2), Uniform.float(words.3))
  }

  /// The words behind elements 64 g ..< 64 g + 64. An event gives one kind of numbers.
  @inline(__always)
  package func randomWords(_ g: Int) -> (WordLanes, WordLanes, WordLanes, WordLanes) { words(g) }

  /// Elements of any places: of `blocks`, of vector `vector` of their groups.
  @inline(__always)
  package func normals(_ blocks: WordLanes, vector: IntLanes) -> FloatLanes {
    let words = words(of: blocks)
    let late = ms_less_i(IntLanes(repeating: 1), vector)
    let (even, odd) = Normal.pair(ms_select_u(late, words.2, words.0), ms_select_u(late, words.3, words.1))
    return ms_select_f(ms_equal_zero_i(vector & 1), even, odd)
  }

  @inline(__always)
  private func words(_ g: Int) -> WordGroup {
    words(of: WordLanes(repeating: UInt32(truncatingIfNeeded: g) &<< 4) | WordLanes.numbers)
  }

  @inline(__always)
  private func words(of block: WordLanes) -> WordGroup {
    Philox.blocks(
      block, WordLanes(repeating: event.low), WordLanes(repeating: event.high), WordLanes(repeating: purpose), key: key)
  }
}
