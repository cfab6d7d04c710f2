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
  fileprivate let state: UnsafeMutablePointer<Float>
  fileprivate let records: UnsafePointer<Float>?
  /// Elements of the planes.
  let elements: UnsafeMutablePointer<Int32>
  /// A bit for each pulse; the last bit: they are down.
  let slots: UnsafeMutablePointer<UInt32>
  /// Standard normals.
  fileprivate let normals: UnsafeMutablePointer<Float>
  package private(set) var count = 0
  /// Groups that the vector has had: where the first hit's normals are.
  fileprivate private(set) var groups: Int

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
}

extension PulsedKernel {
  /// Pulses the first `count` devices, whole groups or all there are.
  func pulse(_ hits: PulsedHits, _ count: Int, event: UInt64) {
    if count == 0 { return }
    hits.fill(count, law.isNoisy ? EventNormals(seed: planes.key, purpose: PulsedPurpose.hits, event: event) : nil)
    let own = planes.own.count
    if let records = hits.records, own == 0 {
      pulse(hits, count, event) { planes.cell($0, records) }
    } else {
      pulse(hits, count, event) { planes.cell($0, hits.records, own: own) }
    }
  }

  /// A loop for itself, so that the devices of many are asked for at a time: most are in no cache.
  @inline(__always)
  private func pulse(
    _ hits: PulsedHits, _ count: Int, _ event: UInt64, _ cell: (UnsafePointer<Int32>) -> PulsedCell
  ) {
    let whole = count / 16 &* 16
    for first in stride(from: 0, to: whole, by: 16) {
      ms_scatter_f(hits.state, hits.elements + first, pulsed(hits, first, event, cell), 16)
    }
    if whole < count {
      ms_scatter_f(hits.state, hits.elements + whole, pulsed(hits, whole, event, cell), Int64(count &- whole))
    }
  }

  /// The weights of sixteen from `first` on after their pulses.
  @inline(__always)
  private func pulsed(
    _ hits: PulsedHits, _ first: Int, _ event: UInt64, _ cell: (UnsafePointer<Int32>) -> PulsedCell
  ) -> FloatLanes {
    let (n, up) = hits.pulses(first), elements = hits.elements + first
    let (next, allowed) = law.pulses(
      ms_gather_f(hits.state, elements), up: up, ms_int_to_f(n), hits.normals(first), cell(elements))
    return all(allowed) ? next : singly(hits, first, event)
  }

  /// The same where some have to come one by one.
  @inline(never)
  private func singly(_ hits: PulsedHits, _ first: Int, _ event: UInt64) -> FloatLanes {
    let (n, up) = hits.pulses(first), elements = hits.elements + first
    let (w, cell) = (ms_gather_f(hits.state, elements), planes.cell(elements, hits.records, own: planes.own.count))
    let (next, allowed) = law.pulses(w, up: up, ms_int_to_f(n), hits.normals(first), cell)
    let number = 4 &* hits.groups &+ first / 16
    let one = singly(w, up, n & ~allowed, cell, PulsedPurpose.singlesOfHits, group: number, event)
    return ms_select_f(allowed, next, one)
  }
}

extension PulsedHits {
  /// Draws the normals of the first `count`, and makes up what lies beyond the last.
  fileprivate func fill(_ count: Int, _ numbers: EventNormals?) {
    for k in count..<(count &+ 15) / 16 &* 16 { (elements[k], slots[k]) = (elements[0], 1) }
    for first in stride(from: 0, to: count, by: PulsedHits.group) {
      let z = numbers?.group(groups &+ first / PulsedHits.group) ?? (.zero, .zero, .zero, .zero)
      UnsafeMutableRawPointer(normals + first).storeBytes(of: z, as: type(of: z))
    }
  }

  /// Numbers of pulses, and where they are up.
  @inline(__always)
  fileprivate func pulses(_ first: Int) -> (IntLanes, up: IntLanes) {
    let words = UnsafeRawPointer(slots + first).load(as: WordLanes.self)
    return ((words & 0x7fff_ffff).ones, up: ms_less_i(IntLanes(repeating: -1), unsafeBitCast(words, to: IntLanes.self)))
  }

  @inline(__always)
  fileprivate func normals(_ first: Int) -> FloatLanes { UnsafeRawPointer(normals + first).load(as: FloatLanes.self) }
}

extension PulsedPlanes {
  @inline(__always)
  fileprivate func cell(_ elements: UnsafePointer<Int32>, _ records: UnsafePointer<Float>) -> PulsedCell {
    var four = (FloatLanes.zero, FloatLanes.zero, FloatLanes.zero, FloatLanes.zero)
    ms_records_f(records, elements, &four)
    return PulsedCell(up: four.0, down: four.1, most: four.2, least: four.3)
  }

  @inline(__always)
  fileprivate func cell(_ elements: UnsafePointer<Int32>, _ records: UnsafePointer<Float>?, own count: Int) -> PulsedCell {
    var cell: PulsedCell
    if let records {
      cell = self.cell(elements, records)
    } else {
      cell = PulsedCell(
        up: ms_gather_f(up.base, elements), down: ms_gather_f(down.base, elements), most: ms_gather_f(most.base, elements),
        least: ms_gather_f(least.base, elements))
    }
    if count > 0 { cell.a = ms_gather_f(own[0].base, elements) }
    if count > 1 { cell.b = ms_gather_f(own[1].base, elements) }
    if count > 2 { cell.c = ms_gather_f(own[2].base, elements) }
    return cell
  }
}
