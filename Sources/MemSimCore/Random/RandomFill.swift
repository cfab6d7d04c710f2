import CMemSimSIMD

/// How a distribution turns the words of one group into its values.
protocol GroupSampler: Sendable {
  associatedtype Value: BitwiseCopyable
  /// Values a group gives: 64 of one word, 32 of two, 16 of four.
  static var valuesPerGroup: Int { get }
  func sample(_ words: WordGroup, _ out: UnsafeMutablePointer<Value>)
}

/// Arrays of random values. Element e = offset + i of a fill comes from group e / valuesPerGroup alone, so any split
/// of a fill into pieces, over calls or threads, gives the same values.
public enum RandomFill {
  /// Groups a thread claims at a time: 64 KiB of words.
  private static let groupsPerPart: UInt64 = 256
  /// Groups whose words are made before any is transformed: two short loops keep more work in flight than a long one.
  private static let groupsPerBatch: UInt64 = 16

  static func fill<Sampler: GroupSampler>(
    _ sampler: Sampler, _ context: Context, _ key: RandomKey, _ out: UnsafeMutablePointer<Sampler.Value>, _ count: Int
  ) {
    guard count > 0 else { return }
    let target = Target(out: out, begin: key.offset, end: key.offset + UInt64(count))
    let perGroup = UInt64(Sampler.valuesPerGroup)
    let (first, last) = (target.begin / perGroup, (target.end - 1) / perGroup)
    let parts = (last - first) / groupsPerPart + 1
    context.parallel(Int(parts)) { part in
      var group = first + UInt64(part) * groupsPerPart
      let end = min(last + 1, group + groupsPerPart)
      while group < end {
        let next = min(end, group + groupsPerBatch)
        batch(sampler, key, group, next, target)
        group = next
      }
    }
  }

  /// Elements begin..<end of the distribution's sequence, to be written from `out` on.
  private struct Target<Value>: @unchecked Sendable {
    let out: UnsafeMutablePointer<Value>
    let begin: UInt64
    let end: UInt64
  }

  private static func batch<Sampler: GroupSampler>(
    _ sampler: Sampler, _ key: RandomKey, _ first: UInt64, _ end: UInt64, _ target: Target<Sampler.Value>
  ) {
    var storage = InlineArray<64, WordLanes>(repeating: .zero)
    withUnsafeMutableBytes(of: &storage) { buffer in
      let words = buffer.baseAddress!.assumingMemoryBound(to: WordGroup.self)
      let count = Int(end &- first)
      for i in 0..<count { words[i] = key.words(group: first &+ UInt64(i)) }
      let size = Sampler.valuesPerGroup
      for i in 0..<count {
        let element = (first &+ UInt64(i)) &* UInt64(size)
        if element >= target.begin, element &+ UInt64(size) <= target.end {
          sampler.sample(words[i], target.out + Int(element &- target.begin))
        } else {
          edge(sampler, words[i], element, target)
        }
      }
    }
  }

  /// A group that the target holds only in part.
  @inline(never)
  private static func edge<Sampler: GroupSampler>(
    _ sampler: Sampler, _ words: WordGroup, _ element: UInt64, _ target: Target<Sampler.Value>
  ) {
    let begin = max(element, target.begin)
    let end = min(element + UInt64(Sampler.valuesPerGroup), target.end)
    withUnsafeTemporaryAllocation(of: Sampler.Value.self, capacity: Sampler.valuesPerGroup) { values in
      sampler.sample(words, values.baseAddress!)
      let source = values.baseAddress! + Int(begin - element)
      (target.out + Int(begin - target.begin)).update(from: source, count: Int(end - begin))
    }
  }
}
