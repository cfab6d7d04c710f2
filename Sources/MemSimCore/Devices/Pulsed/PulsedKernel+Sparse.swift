import CMemSimSIMD

/// Devices anywhere in a matrix that an update hits: what is rare is gathered, sixteen at a time.
package struct PulsedHits: @unchecked Sendable {
  /// Hits at a time; as many more wait while what they need comes nearer.
  static let most = 16
  /// Of the planes: weights, and records where there are any.
  fileprivate let state: UnsafeMutablePointer<Float>
  fileprivate let records: UnsafePointer<Float>?
  /// Elements of the planes.
  let elements: UnsafeMutablePointer<Int32>
  /// Pulses: > 0 up.
  let counts: UnsafeMutablePointer<Int32>
  /// Standard normals of sixty-four hits.
  fileprivate let normals: UnsafeMutablePointer<Float>
  /// Sixteens of hits that the vector has had: where the next one's normals are.
  fileprivate private(set) var sixteens: Int
  package private(set) var count = 0

  /// Bytes of `init`.
  package static var bytes: Int { (2 * 4 + 4) * most * 4 }

  /// `memory` is aligned to 64 bytes; the devices are those of rows from `row` on, whose number keeps the normals of parts
  /// of a vector apart: there are no more sixteens of hits than of devices.
  package init(_ planes: PulsedPlanes, from row: Int, _ memory: UnsafeMutableRawPointer) {
    (state, records) = (planes.state.base, planes.records)
    elements = memory.bindMemory(to: Int32.self, capacity: 8 * PulsedHits.most)
    counts = elements + 4 * PulsedHits.most
    normals = (memory + 32 * PulsedHits.most).bindMemory(to: Float.self, capacity: 4 * PulsedHits.most)
    sixteens = (row &* planes.stride / 16 + 3) / 4 * 4
  }

  /// Whether twice sixteen are there now.
  @inline(__always)
  package mutating func add(_ bits: UInt32, elements hit: IntLanes, counts pulses: IntLanes) -> Bool {
    UnsafeMutableRawPointer(elements + count).storeBytes(of: ms_compress_i(bits, hit), as: IntLanes.self)
    UnsafeMutableRawPointer(counts + count).storeBytes(of: ms_compress_i(bits, pulses), as: IntLanes.self)
    count &+= bits.nonzeroBitCount
    return count >= 2 * PulsedHits.most
  }

  /// The first sixteen have had their pulses.
  @inline(__always)
  package mutating func drop() {
    count = max(count &- PulsedHits.most, 0)
    sixteens &+= 1
    advance(elements)
    advance(counts)
  }

  @inline(__always)
  private func advance(_ numbers: UnsafeMutablePointer<Int32>) {
    let raw = UnsafeMutableRawPointer(numbers)
    raw.storeBytes(of: raw.load(fromByteOffset: 64, as: IntLanes.self), as: IntLanes.self)
    raw.storeBytes(of: raw.load(fromByteOffset: 128, as: IntLanes.self), toByteOffset: 64, as: IntLanes.self)
  }
}

extension PulsedKernel {
  /// Pulses the first sixteen devices, or as many as there are.
  func pulse(_ hits: PulsedHits, event: UInt64) {
    let count = min(hits.count, PulsedHits.most), state = hits.state
    if let records = hits.records {
      for k in PulsedHits.most..<max(min(hits.count, 2 * PulsedHits.most), PulsedHits.most) {
        ms_prefetch(state + Int(hits.elements[k]))
        ms_prefetch(records + 4 &* Int(hits.elements[k]))
      }
    }
    // What lies beyond the last is made up.
    let there = ms_less_i(unsafeBitCast(WordLanes.numbers, to: IntLanes.self), IntLanes(repeating: Int32(count)))
    let index = ms_select_i(there, lanes(hits.elements), IntLanes(repeating: hits.elements[0])), n = lanes(hits.counts) & there
    let (w, cell) = (ms_gather_f(state, index), planes.cell(gathered: index, hits.records))
    let z = law.isNoisy ? normals(hits, event) : .zero
    let up = ms_less_i(.zero, n), size = ms_abs_i(n)
    var (next, allowed) = law.pulses(w, up: up, ms_int_to_f(size), z, cell)
    let left = size & ~allowed
    if any(ms_less_i(.zero, left)) {
      let one = singly(w, up, left, cell, PulsedPurpose.singlesOfHits, group: hits.sixteens, event)
      next = ms_select_f(allowed, next, one)
    }
    withUnsafeBytes(of: next) { next in
      let next = next.baseAddress!.assumingMemoryBound(to: Float.self)
      for lane in 0..<count { state[Int(hits.elements[lane])] = next[lane] }
    }
  }

  @inline(__always)
  private func lanes(_ from: UnsafeMutablePointer<Int32>) -> IntLanes { UnsafeRawPointer(from).load(as: IntLanes.self) }

  /// By the number of the hit: every fourth sixteen draws for the next ones.
  @inline(__always)
  private func normals(_ hits: PulsedHits, _ event: UInt64) -> FloatLanes {
    let memory = UnsafeMutableRawPointer(hits.normals), quarter = hits.sixteens & 3
    if quarter == 0 {
      let four = EventNormals(seed: planes.key, purpose: PulsedPurpose.hits, event: event).group(hits.sixteens / 4)
      memory.storeBytes(of: four.0, as: FloatLanes.self)
      memory.storeBytes(of: four.1, toByteOffset: 64, as: FloatLanes.self)
      memory.storeBytes(of: four.2, toByteOffset: 128, as: FloatLanes.self)
      memory.storeBytes(of: four.3, toByteOffset: 192, as: FloatLanes.self)
    }
    return memory.load(fromByteOffset: 64 &* quarter, as: FloatLanes.self)
  }
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
