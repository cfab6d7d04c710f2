/// Planes of cycle-to-cycle variability.
final class JartWalkStorage: Sendable {
  private let floats: [Storage<Float>]
  private let halfCycle: Storage<UInt32>

  init(_ blocks: Int) throws(MemSimError) {
    var floats: [Storage<Float>] = []
    for _ in 0..<3 { floats.append(try Storage(blocks * 16)) }
    (self.floats, halfCycle) = (floats, try Storage(blocks * 16))
  }

  var walk: JartWalk {
    JartWalk(growthR: Plane(floats[0]), growthL: Plane(floats[1]), origin: Plane(floats[2]), halfCycle: Plane(halfCycle))
  }

  var bytes: [UnsafeMutableRawBufferPointer] { floats.map(\.bytes) + [halfCycle.bytes] }
}

/// Planes of read variability.
final class JartHopsStorage: Sendable {
  private let jump: Storage<Float>
  private let times: [Storage<Double>]
  private let count: Storage<UInt32>

  init(_ blocks: Int) throws(MemSimError) {
    (jump, count) = (try Storage(blocks * 16), try Storage(blocks * 16))
    times = [try Storage(blocks * 16), try Storage(blocks * 16)]
  }

  func hops(_ key: SIMD2<UInt32>) -> JartHops {
    JartHops(jump: Plane(jump), rest: Plane(times[0]), period: Plane(times[1]), count: Plane(count), key: key)
  }

  var bytes: [UnsafeMutableRawBufferPointer] { [jump.bytes, count.bytes] + times.map(\.bytes) }
}
