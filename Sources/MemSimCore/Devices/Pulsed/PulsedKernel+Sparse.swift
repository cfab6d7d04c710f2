import CMemSimSIMD

/// Rows of which few devices are hit: those are gathered, sixteen at a time, and get the bits that they would in their
/// own place.
extension PulsedKernel {
  /// Pulses the devices hit of an input, if at most a quarter of them are; else nothing, and false.
  func pulseSparsely(row: Int, _ counts: UnsafePointer<Int32>, event: UInt64) -> Bool {
    let stride = planes.stride, most = stride / 4
    if stride < 64 { return false }
    var count = 0
    for first in Swift.stride(from: 0, to: stride, by: 16) { count &+= hits(counts, first).nonzeroBitCount }
    if count > most { return false }
    withUnsafeTemporaryAllocation(of: Int32.self, capacity: most + 16) { list in
      var end = 0
      for first in Swift.stride(from: 0, to: stride, by: 16) {
        var bits = hits(counts, first)
        while bits != 0 {
          list[end] = Int32(truncatingIfNeeded: first &+ bits.trailingZeroBitCount)
          end &+= 1
          bits &= bits &- 1
        }
      }
      for at in Swift.stride(from: 0, to: count, by: 16) {
        pulse(row, list.baseAddress! + at, min(16, count &- at), counts, event)
      }
    }
    return true
  }

  /// A bit for each of sixteen devices, set where it is hit.
  @inline(__always)
  private func hits(_ counts: UnsafePointer<Int32>, _ first: Int) -> UInt32 {
    ms_bits(~ms_equal_zero_i(UnsafeRawPointer(counts + first).load(as: IntLanes.self)))
  }

  /// Pulses up to sixteen devices of an input, `hits` [16] of them; what lies beyond `count` is made up.
  @inline(__always)
  private func pulse(
    _ row: Int, _ hits: UnsafeMutablePointer<Int32>, _ count: Int, _ counts: UnsafePointer<Int32>, _ event: UInt64
  ) {
    for lane in count..<max(count, 16) { hits[lane] = hits[0] }
    let index = UnsafeRawPointer(hits).loadUnaligned(as: IntLanes.self), base = row &* planes.stride
    let n = unsafeBitCast(ms_gather_f(UnsafeRawPointer(counts).assumingMemoryBound(to: Float.self), index), to: IntLanes.self)
    let state = planes.state.base + base
    let (w, cell) = (ms_gather_f(state, index), planes.cell(base, index))
    let up = ms_less_i(.zero, n)
    let z = law.isNoisy ? normals(row, index, event) : .zero
    let (next, allowed) = law.pulses(w, up: up, ms_int_to_f(ms_abs_i(n)), z, cell)
    let bits = ms_bits(allowed)
    for lane in 0..<count {
      if bits & (1 &<< UInt32(lane)) != 0 {
        state[Int(index[lane])] = next[lane]
      } else {
        pulseSingly(Int(index[lane]), base, n[lane], event)
      }
    }
  }

  /// Those of the devices' own places in the event.
  @inline(__always)
  private func normals(_ row: Int, _ index: IntLanes, _ event: UInt64) -> FloatLanes {
    let groups = row &* ((planes.stride / 16 &+ 3) / 4)
    let position = unsafeBitCast(index, to: WordLanes.self)
    let group = (position &>> 6) &+ UInt32(truncatingIfNeeded: groups)
    return EventNormals(seed: planes.key, purpose: PulsedPurpose.pulses, event: event)
      .normals((group &<< 4) | (position & 15), quarter: unsafeBitCast((position &>> 4) & 3, to: IntLanes.self))
  }

  /// One device whose pulses come one after the other.
  @inline(never)
  private func pulseSingly(_ column: Int, _ base: Int, _ n: Int32, _ event: UInt64) {
    let at = base &+ column & ~15
    var (up, size) = (IntLanes.zero, IntLanes.zero)
    (up[column % 16], size[column % 16]) = (n > 0 ? -1 : 0, abs(n))
    planes.store(singly(planes.load(planes.state, at), up, size, planes.cell(at), at, event), planes.state, at)
  }
}

extension PulsedPlanes {
  /// Devices `index` from element `base` on.
  @inline(__always)
  fileprivate func cell(_ base: Int, _ index: IntLanes) -> PulsedCell {
    var cell = PulsedCell(
      up: ms_gather_f(up.base + base, index), down: ms_gather_f(down.base + base, index),
      most: ms_gather_f(most.base + base, index), least: ms_gather_f(least.base + base, index))
    if own.count > 0 { cell.a = ms_gather_f(own[0].base + base, index) }
    if own.count > 1 { cell.b = ms_gather_f(own[1].base + base, index) }
    if own.count > 2 { cell.c = ms_gather_f(own[2].base + base, index) }
    return cell
  }
}
