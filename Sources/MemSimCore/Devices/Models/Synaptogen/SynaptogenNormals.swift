/// Where the normals of a new cycle come from: the counter generator, or a test.
package protocol CycleNormals {
  /// Four standard normals for every cell of a block that begins cycle `cycle`.
  func normals(_ block: Int, cycle: WordLanes) -> LatentLanes
}

/// Normals addressed by (cell, cycle, purpose): a cell's draws do not depend on when or with which others it is written.
struct SynaptogenNormals: CycleNormals {
  /// What a number is for: the third counter word.
  enum Purpose: UInt32 {
    case cycle = 0x4d53_0001, device, history
  }

  let key: SIMD2<UInt32>
  let purpose: Purpose

  @inline(__always)
  func normals(_ block: Int, cycle: WordLanes) -> LatentLanes {
    let words = words(block, cycle: cycle)
    let (n0, n1) = Normal.pair(words.0, words.1)
    let (n2, n3) = Normal.pair(words.2, words.3)
    return (n0, n1, n2, n3)
  }

  @inline(__always)
  func words(_ block: Int, cycle: WordLanes) -> (WordLanes, WordLanes, WordLanes, WordLanes) {
    let cells = WordLanes(repeating: UInt32(truncatingIfNeeded: block &* 16)) &+ WordLanes.numbers
    return Philox.blocks(cells, cycle, WordLanes(repeating: purpose.rawValue), .zero, key: key)
  }
}

/// A latent vector (HRS, US, LRS, UR) of sixteen cells.
package typealias LatentLanes = (FloatLanes, FloatLanes, FloatLanes, FloatLanes)
