import CMemSimSIMD

/// Devices anywhere in a matrix that an update hits: what is rare is gathered, sixteen at a time.
package struct PulsedHits: @unchecked Sendable {
  /// Hits at a time.
  static let most = 16
  /// Elements of the planes, and their positions among the numbers of an event.
  let elements, positions: UnsafeMutablePointer<Int32>
  /// Pulses: > 0 up.
  let counts: UnsafeMutablePointer<Int32>
  package private(set) var count = 0

  /// Bytes of `init`.
  package static var bytes: Int { 3 * most * 4 }

  package init(_ memory: UnsafeMutableRawPointer) {
    elements = memory.bindMemory(to: Int32.self, capacity: 3 * PulsedHits.most)
    (positions, counts) = (elements + PulsedHits.most, elements + 2 * PulsedHits.most)
  }

  /// Whether there are sixteen now.
  @inline(__always)
  package mutating func add(_ element: Int, _ position: Int, _ pulses: Int32) -> Bool {
    elements[count] = Int32(truncatingIfNeeded: element)
    positions[count] = Int32(truncatingIfNeeded: position)
    counts[count] = pulses
    count &+= 1
    return count == PulsedHits.most
  }

  @inline(__always)
  package mutating func clear() { count = 0 }
}

extension PulsedKernel {
  /// Pulses devices, which get the bits that they would among those of their row.
  func pulse(_ hits: PulsedHits, event: UInt64) {
    // What lies beyond the last is made up.
    for lane in hits.count..<max(hits.count, PulsedHits.most) {
      (hits.elements[lane], hits.positions[lane], hits.counts[lane]) = (hits.elements[0], hits.positions[0], 0)
    }
    let index = lanes(hits.elements), n = lanes(hits.counts), state = planes.state.base
    let (w, cell) = (ms_gather_f(state, index), planes.cell(gathered: index))
    let z = law.isNoisy ? normals(lanes(hits.positions), event) : .zero
    let (next, allowed) = law.pulses(w, up: ms_less_i(.zero, n), ms_int_to_f(ms_abs_i(n)), z, cell)
    let bits = ms_bits(allowed)
    for lane in 0..<hits.count {
      if bits & (1 &<< UInt32(lane)) != 0 {
        state[Int(index[lane])] = next[lane]
      } else {
        pulseSingly(Int(index[lane]), n[lane], event)
      }
    }
  }

  @inline(__always)
  private func lanes(_ from: UnsafeMutablePointer<Int32>) -> IntLanes { UnsafeRawPointer(from).loadUnaligned(as: IntLanes.self) }

  @inline(__always)
  private func normals(_ positions: IntLanes, _ event: UInt64) -> FloatLanes {
    let position = unsafeBitCast(positions, to: WordLanes.self)
    return EventNormals(seed: planes.key, purpose: PulsedPurpose.pulses, event: event).normals(
      ((position &>> 6) &<< 4) | (position & 15), vector: unsafeBitCast((position &>> 4) & 3, to: IntLanes.self))
  }

  /// One device whose pulses come one after the other.
  @inline(never)
  private func pulseSingly(_ element: Int, _ n: Int32, _ event: UInt64) {
    let at = element & ~15, lane = element & 15
    var (up, size) = (IntLanes.zero, IntLanes.zero)
    (up[lane], size[lane]) = (n > 0 ? -1 : 0, abs(n))
    planes.store(singly(planes.load(planes.state, at), up, size, planes.cell(at), at, event), planes.state, at)
  }
}

extension PulsedPlanes {
  /// Positions of a row's devices among the numbers of an event begin at this times the row.
  package var positions: Int { (stride + 63) / 64 * 64 }

  @inline(__always)
  fileprivate func cell(gathered index: IntLanes) -> PulsedCell {
    var cell = PulsedCell(
      up: ms_gather_f(up.base, index), down: ms_gather_f(down.base, index), most: ms_gather_f(most.base, index),
      least: ms_gather_f(least.base, index))
    if own.count > 0 { cell.a = ms_gather_f(own[0].base, index) }
    if own.count > 1 { cell.b = ms_gather_f(own[1].base, index) }
    if own.count > 2 { cell.c = ms_gather_f(own[2].base, index) }
    return cell
  }
}
