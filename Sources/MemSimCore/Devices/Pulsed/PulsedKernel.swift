import CMemSimSIMD

/// Pulses on the devices of one law.
struct PulsedKernel<Law: PulsedLaw>: @unchecked Sendable {
  let law: Law
  let planes: PulsedPlanes
  private var key: UInt64 { planes.key }

  /// Gives the devices of an input n pulses, n from `counts` [stride]: > 0 up, < 0 down. `event` numbers the update.
  func pulse(row: Int, _ counts: UnsafePointer<Int32>, event: UInt64) {
    let blocks = planes.stride / 16
    let normals = EventNormals(seed: key, purpose: PulsedPurpose.pulses, event: event)
    for first in stride(from: 0, to: blocks, by: 4) {
      let last = min(first + 4, blocks)
      var some = IntLanes.zero
      for block in first..<last { some |= lanes(counts, block) }
      if !any(~ms_equal_zero_i(some)) { continue }
      let group = row &* ((blocks + 3) / 4) &+ first / 4
      let z = Law.aggregates && law.isNoisy ? normals.group(group) : (.zero, .zero, .zero, .zero)
      pulse(row, first, lanes(counts, first), z.0, event)
      if first + 1 < last { pulse(row, first + 1, lanes(counts, first + 1), z.1, event) }
      if first + 2 < last { pulse(row, first + 2, lanes(counts, first + 2), z.2, event) }
      if first + 3 < last { pulse(row, first + 3, lanes(counts, first + 3), z.3, event) }
    }
  }

  @inline(__always)
  private func lanes(_ counts: UnsafePointer<Int32>, _ block: Int) -> IntLanes {
    UnsafeRawPointer(counts + (block &* 16)).load(as: IntLanes.self)
  }

  @inline(__always)
  private func pulse(_ row: Int, _ block: Int, _ counts: IntLanes, _ z: FloatLanes, _ event: UInt64) {
    let idle = ms_equal_zero_i(counts)
    if all(idle) { return }
    let at = row &* planes.stride &+ block &* 16
    let (w, cell) = (planes.load(planes.state, at), planes.cell(at))
    let up = ms_less_i(.zero, counts), size = ms_abs_i(counts)
    var (next, left) = (w, ~idle)
    if Law.aggregates {
      let (sum, allowed) = law.pulses(w, up: up, ms_int_to_f(size), z, cell)
      next = ms_select_f(left & allowed, sum, w)
      left &= ~allowed
    }
    if any(left) { next = singly(next, up, left & size, cell, PulsedPurpose.singles, group: at / 16, event) }
    planes.store(next, planes.state, at)
    if law.writeNoise > 0 { planes.see(next, ~idle, at, event, deviation: law.writeNoise) }
  }

  /// One pulse after the other, four to a group of normals; `first` is the purpose of those of the first four.
  @inline(never)
  func singly(
    _ start: FloatLanes, _ up: IntLanes, _ counts: IntLanes, _ cell: PulsedCell, _ first: UInt32, group: Int, _ event: UInt64
  ) -> FloatLanes {
    var (w, left, four) = (start, counts, UInt32(0))
    while any(ms_less_i(.zero, left)) {
      let normals = EventNormals(seed: key, purpose: first &+ four, event: event)
      let z = law.isNoisy ? normals.sharedGroup(group) : (.zero, .zero, .zero, .zero)
      one(&w, up, &left, z.0, cell)
      one(&w, up, &left, z.1, cell)
      one(&w, up, &left, z.2, cell)
      one(&w, up, &left, z.3, cell)
      four &+= 1
    }
    return w
  }

  @inline(__always)
  private func one(_ w: inout FloatLanes, _ up: IntLanes, _ left: inout IntLanes, _ z: FloatLanes, _ cell: PulsedCell) {
    let now = ms_less_i(.zero, left)
    w = ms_select_f(now, law.pulse(w, up: up, z, cell), w)
    left = left &+ now
  }

  /// Makes the devices of an input.
  func draw(row: Int, _ common: PulsedCommon) {
    let perfect = IntLanes(repeating: common.perfectBias && row == planes.inputs - 1 ? -1 : 0)
    for at in stride(from: row * planes.stride, to: (row + 1) * planes.stride, by: 16) {
      let z = PulsedNormals(key: key, at / 16)
      var cell = common.cell(z, perfect: perfect)
      law.spread(&cell, z.own)
      planes.store(cell, at)
      planes.draw(common, z, at)
      settle(.zero, at, event: 0)
    }
  }

  /// Sets sixteen weights, within their bounds.
  @inline(never)
  func settle(_ w: FloatLanes, _ at: Int, event: UInt64) {
    let cell = planes.cell(at), reference = law.reference(planes.cell(at))
    let inside = FloatLanes.clamp(w, cell.least - reference, cell.most - reference)
    planes.store(inside, planes.state, at)
    if law.writeNoise > 0 { planes.see(inside, IntLanes(repeating: -1), at, event, deviation: law.writeNoise) }
  }
}
