/// Which random values to draw: value i of a fill is a pure function of (seed, stream, offset + i).
///
/// The seed is the Philox key. The counter is the block number in its low two words and the stream in its high two.
public struct RandomKey: Sendable {
  public var seed: UInt64
  public var stream: UInt64
  /// Index of the first value, at most 2^63 - 1.
  public var offset: UInt64

  public init(seed: UInt64, stream: UInt64 = 0, offset: UInt64 = 0) {
    (self.seed, self.stream, self.offset) = (seed, stream, offset)
  }

  /// Random words of the sixteen blocks from block 16 `group` on.
  @inline(__always)
  func words(group: UInt64) -> WordGroup {
    let block = group &* 16
    // Sixteen aligned blocks share the high word of their number.
    let numbers = WordLanes(repeating: UInt32(truncatingIfNeeded: block)) | WordLanes.numbers
    let high = WordLanes(repeating: UInt32(truncatingIfNeeded: block &>> 32))
    let streamLow = WordLanes(repeating: UInt32(truncatingIfNeeded: stream))
    let streamHigh = WordLanes(repeating: UInt32(truncatingIfNeeded: stream &>> 32))
    let key = SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed &>> 32))
    return Philox.blocks(numbers, high, streamLow, streamHigh, key: key)
  }
}

/// The words of sixteen blocks: word i of every block in vector i.
typealias WordGroup = (WordLanes, WordLanes, WordLanes, WordLanes)
