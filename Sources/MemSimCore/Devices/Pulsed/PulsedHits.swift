import CMemSimSIMD

/// Devices anywhere in a matrix that an update hits, in the order of their rows.
package struct PulsedHits: @unchecked Sendable {
  /// Hits at a time.
  private static let capacity = 1024
  /// For the last group too.
  private static let room = capacity + group
  /// What shares a draw of normals.
  private static let group = EventNormals.groupSize

  /// Of the planes: weights, and records where there are any.
  let state: UnsafeMutablePointer<Float>
  let records: UnsafePointer<Float>?
  /// Elements of the planes.
  let elements: UnsafeMutablePointer<Int32>
  /// A bit for each pulse; the last bit: they are down.
  let slots: UnsafeMutablePointer<UInt32>
  /// Standard normals.
  let normals: UnsafeMutablePointer<Float>
  package private(set) var count = 0
  /// Groups that the vector has had: where the first hit's normals are.
  private(set) var groups: Int

  /// Bytes of `init`.
  package static var bytes: Int { 3 * 4 * room }

  /// `memory` is aligned to 64 bytes; the devices are those of rows from `row` on, whose number keeps the normals of parts
  /// of a vector apart: devices are half as many as numbers, so that a last group which is not full has room.
  package init(_ planes: PulsedPlanes, from row: Int, _ memory: UnsafeMutableRawPointer) {
    (state, records) = (planes.state.base, planes.records)
    elements = memory.bindMemory(to: Int32.self, capacity: PulsedHits.room)
    slots = UnsafeMutableRawPointer(elements + PulsedHits.room).bindMemory(to: UInt32.self, capacity: PulsedHits.room)
    normals = UnsafeMutableRawPointer(slots + PulsedHits.room).bindMemory(to: Float.self, capacity: PulsedHits.room)
    groups = row &* planes.stride / (PulsedHits.group / 2)
  }

  /// Whether there is no room for more.
  @inline(__always)
  package mutating func add(_ bits: UInt32, elements hit: IntLanes, slots pulses: WordLanes) -> Bool {
    elements.store(hit, of: bits, at: count)
    slots.store(pulses, of: bits, at: count)
    count &+= bits.nonzeroBitCount
    return count > PulsedHits.capacity &- 16
  }

  /// Those in whole groups.
  package var whole: Int { count / PulsedHits.group &* PulsedHits.group }

  /// The first `whole` have had their pulses.
  package mutating func drop(_ whole: Int) {
    for k in whole..<count { (elements[k &- whole], slots[k &- whole]) = (elements[k], slots[k]) }
    count &-= whole
    groups &+= whole / PulsedHits.group
  }

  /// Draws the normals of the first `count`, and makes up what lies beyond the last.
  func fill(_ count: Int, _ numbers: EventNormals?) {
    for k in count..<(count &+ 15) / 16 &* 16 { (elements[k], slots[k]) = (elements[0], 1) }
    for first in stride(from: 0, to: count, by: PulsedHits.group) {
      let z = numbers?.group(groups &+ first / PulsedHits.group) ?? (.zero, .zero, .zero, .zero)
      UnsafeMutableRawPointer(normals + first).storeBytes(of: z, as: type(of: z))
    }
  }

  /// Numbers of pulses, and where they are up.
  @inline(__always)
  func pulses(_ first: Int) -> (IntLanes, up: IntLanes) {
    let words = UnsafeRawPointer(slots + first).load(as: WordLanes.self)
    return ((words & 0x7fff_ffff).ones, up: ms_less_i(IntLanes(repeating: -1), unsafeBitCast(words, to: IntLanes.self)))
  }

  @inline(__always)
  func normals(_ first: Int) -> FloatLanes { UnsafeRawPointer(normals + first).load(as: FloatLanes.self) }
}
