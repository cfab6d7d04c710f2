import CMemSimSIMD

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
