import CMemSimSIMD

/// Devices anywhere in a matrix that an update hits, in the order of their rows.
package struct PulsedHits: @unchecked Sendable {
  /// Hits at a time.
  private static let capacity = 1024
  /// What shares a draw of normals.
  private static let group = EventNormals.groupSize

  /// Of the planes: weights, and records where there are any.
  fileprivate let state: UnsafeMutablePointer<Float>
  fileprivate let records: UnsafePointer<Float>?
  /// Elements of the planes.
  let elements: UnsafeMutablePointer<Int32>
  /// Pulses: > 0 up.
  let counts: UnsafeMutablePointer<Int32>
  package private(set) var count = 0
  /// Groups that the vector has had: where the first hit's normals are.
  fileprivate private(set) var groups: Int

  /// Bytes of `init`.
  package static var bytes: Int { 2 * 4 * (capacity + 16) }

  /// `memory` is aligned to 64 bytes; the devices are those of rows from `row` on, whose number keeps the normals of parts
  /// of a vector apart: devices are half as many as numbers, so that a last group which is not full has room.
  package init(_ planes: PulsedPlanes, from row: Int, _ memory: UnsafeMutableRawPointer) {
    let room = PulsedHits.capacity + 16
    (state, records) = (planes.state.base, planes.records)
    elements = memory.bindMemory(to: Int32.self, capacity: 2 * room)
    counts = elements + room
    groups = row &* planes.stride / (PulsedHits.group / 2)
  }

  /// Whether there is no room for more.
  @inline(__always)
  package mutating func add(_ bits: UInt32, elements hit: IntLanes, counts pulses: IntLanes) -> Bool {
    elements.store(hit, of: bits, at: count)
    counts.store(pulses, of: bits, at: count)
    count &+= bits.nonzeroBitCount
    return count > PulsedHits.capacity &- 16
  }

  /// Those in whole groups.
  package var whole: Int { count / PulsedHits.group &* PulsedHits.group }

  /// The first `whole` have had their pulses.
  package mutating func drop(_ whole: Int) {
    for k in whole..<count { (elements[k &- whole], counts[k &- whole]) = (elements[k], counts[k]) }
    count &-= whole
    groups &+= whole / PulsedHits.group
  }
}

extension PulsedKernel {
  /// Pulses the first `count` devices, whole groups or all there are.
  func pulse(_ hits: PulsedHits, _ count: Int, event: UInt64) {
    let normals = EventNormals(seed: planes.key, purpose: PulsedPurpose.hits, event: event)
    for first in stride(from: 0, to: count, by: EventNormals.groupSize) {
      let group = hits.groups &+ first / EventNormals.groupSize
      let z = law.isNoisy ? normals.group(group) : (.zero, .zero, .zero, .zero)
      pulse(hits, first, count, z.0, 4 &* group, event)
      if first + 16 < count { pulse(hits, first + 16, count, z.1, 4 &* group &+ 1, event) }
      if first + 32 < count { pulse(hits, first + 32, count, z.2, 4 &* group &+ 2, event) }
      if first + 48 < count { pulse(hits, first + 48, count, z.3, 4 &* group &+ 3, event) }
    }
  }

  /// Sixteen from `first` on, or as many as there are; `number` is theirs among the vector's.
  private func pulse(_ hits: PulsedHits, _ first: Int, _ all: Int, _ z: FloatLanes, _ number: Int, _ event: UInt64) {
    let count = min(all &- first, 16), state = hits.state, elements = hits.elements + first
    if let records = hits.records {
      // What comes after the next sixteen is asked for now.
      let from = first == 0 ? 16 : 32
      for k in from..<max(min(all &- first, 48), from) {
        ms_prefetch(state + Int(elements[k]))
        ms_prefetch(records + 4 &* Int(elements[k]))
      }
    }
    // What lies beyond the last is made up.
    let there = ms_less_i(unsafeBitCast(WordLanes.numbers, to: IntLanes.self), IntLanes(repeating: Int32(count)))
    let index = ms_select_i(there, lanes(elements), IntLanes(repeating: elements[0])), n = lanes(hits.counts + first) & there
    let (w, cell) = (ms_gather_f(state, index), planes.cell(gathered: index, hits.records))
    let up = ms_less_i(.zero, n), size = ms_abs_i(n)
    var (next, allowed) = law.pulses(w, up: up, ms_int_to_f(size), z, cell)
    let left = size & ~allowed
    if any(ms_less_i(.zero, left)) {
      let one = singly(w, up, left, cell, PulsedPurpose.singlesOfHits, group: number, event)
      next = ms_select_f(allowed, next, one)
    }
    withUnsafeBytes(of: next) { next in
      let next = next.baseAddress!.assumingMemoryBound(to: Float.self)
      for lane in 0..<count { state[Int(elements[lane])] = next[lane] }
    }
  }

  @inline(__always)
  private func lanes(_ from: UnsafeMutablePointer<Int32>) -> IntLanes { UnsafeRawPointer(from).load(as: IntLanes.self) }
}

extension PulsedPlanes {
  @inline(__always)
  fileprivate func cell(gathered index: IntLanes, _ records: UnsafePointer<Float>?) -> PulsedCell {
    var cell: PulsedCell
    if let records {
      var four = (FloatLanes.zero, FloatLanes.zero, FloatLanes.zero, FloatLanes.zero)
      ms_columns_f(records, index, 4, &four)
      cell = PulsedCell(up: four.0, down: four.1, most: four.2, least: four.3)
    } else {
      cell = PulsedCell(
        up: ms_gather_f(up.base, index), down: ms_gather_f(down.base, index), most: ms_gather_f(most.base, index),
        least: ms_gather_f(least.base, index))
    }
    if own.count > 0 { cell.a = ms_gather_f(own[0].base, index) }
    if own.count > 1 { cell.b = ms_gather_f(own[1].base, index) }
    if own.count > 2 { cell.c = ms_gather_f(own[2].base, index) }
    return cell
  }
}
