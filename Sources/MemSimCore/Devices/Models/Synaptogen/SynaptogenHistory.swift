import CMemSimSIMD

/// The last p latent vectors of every cell: slot n mod p holds cycle n's, so that none ever moves.
struct SynaptogenHistory: @unchecked Sendable {
  private let base: UnsafeMutableRawPointer
  private let order: Int
  let half: Bool

  /// - Parameter storage: `bytes(order:half:)` for every block.
  init(_ storage: Storage<UInt8>, order: Int, half: Bool) {
    (base, self.order, self.half) = (UnsafeMutableRawPointer(storage.base), order, half)
  }

  /// Bytes of a block of sixteen cells.
  static func bytes(order: Int, half: Bool) -> Int { order * (half ? 128 : 256) }

  /// Bytes of one block.
  var blockBytes: Int { SynaptogenHistory.bytes(order: order, half: half) }

  @inline(__always)
  func address(_ block: Int, slot: Int) -> UnsafeMutableRawPointer {
    base + (block &* order &+ slot) &* (half ? 128 : 256)
  }

  @inline(__always)
  func load(_ block: Int, slot: Int) -> LatentLanes {
    let at = address(block, slot: slot)
    if half { return (ms_load_half(at), ms_load_half(at + 32), ms_load_half(at + 64), ms_load_half(at + 96)) }
    let lanes = at.assumingMemoryBound(to: FloatLanes.self)
    return (lanes[0], lanes[1], lanes[2], lanes[3])
  }

  @inline(__always)
  func store(_ block: Int, slot: Int, _ x: LatentLanes, where mask: IntLanes) {
    let at = address(block, slot: slot)
    let old = load(block, slot: slot)
    let new = (
      ms_select_f(mask, x.0, old.0), ms_select_f(mask, x.1, old.1),
      ms_select_f(mask, x.2, old.2), ms_select_f(mask, x.3, old.3)
    )
    if half {
      ms_store_half(at, new.0)
      ms_store_half(at + 32, new.1)
      ms_store_half(at + 64, new.2)
      ms_store_half(at + 96, new.3)
    } else {
      let lanes = at.assumingMemoryBound(to: FloatLanes.self)
      (lanes[0], lanes[1], lanes[2], lanes[3]) = new
    }
  }
}
