import CMemSimSIMD

/// The coincidences of a vector of which few lines have pulses: those alone are looked at, over many inputs.
struct SparsePulses {
  private let trains: PulseTrains
  private let v: Int
  private let planes: PulsedPlanes
  /// Outputs with any pulse, their words and signs, rounded up to whole vectors.
  private let outputs: Int
  private let list, signs: UnsafeMutablePointer<Int32>
  private let words: UnsafeMutablePointer<UInt32>
  private let memory: UnsafeMutableRawPointer
  private let pulse: (PulsedHits, Int, UInt64) -> Void

  /// `scratch`: 8 bytes an output, and those of hits.
  init(
    _ trains: PulseTrains, _ v: Int, _ planes: PulsedPlanes, _ scratch: UnsafeMutableRawPointer,
    _ pulse: @escaping (PulsedHits, Int, UInt64) -> Void
  ) {
    let stride = trains.stride
    (self.trains, self.v, self.planes, self.pulse) = (trains, v, planes, pulse)
    (outputs, list) = (trains.vectors[v].outputs, trains.activeOutputs + v &* stride)
    words = scratch.bindMemory(to: UInt32.self, capacity: stride)
    signs = (scratch + 4 &* stride).bindMemory(to: Int32.self, capacity: stride)
    memory = scratch + 8 &* stride
    let d = trains.outputWords + v &* stride &* trains.words, sign = trains.outputSigns + v &* stride
    for k in 0..<(outputs &+ 15) / 16 &* 16 {
      let column = Int(list[k])
      (words[k], signs[k]) = (k < outputs ? d[column] : 0, sign[column])
    }
  }

  /// Pulses the devices of some inputs.
  func run(_ rows: Range<Int>, _ event: UInt64) {
    var hits = PulsedHits(planes, from: rows.lowerBound, memory)
    let stride = planes.stride
    let active = trains.activeInputs + v &* trains.inputs
    for k in 0..<trains.vectors[v].inputs where rows.contains(Int(active[k])) {
      let row = Int(active[k]), x = trains.inputWords[(v &* trains.inputs &+ row) &* trains.words]
      let sign = IntLanes(repeating: trains.inputSigns[v &* trains.inputs &+ row])
      let base = IntLanes(repeating: Int32(truncatingIfNeeded: row &* stride))
      for first in Swift.stride(from: 0, to: outputs, by: 16) {
        let n = counts(first, x) &* sign
        let bits = ms_bits(~ms_equal_zero_i(n))
        // Whether there are any is anyone's guess: to go on as if there were costs less than to ask.
        if hits.add(bits, elements: base &+ lanes(list + first), counts: n) {
          let whole = hits.whole
          pulse(hits, whole, event)
          hits.drop(whole)
        }
      }
    }
    pulse(hits, hits.count, event)
  }

  /// Signed by the output.
  @inline(__always)
  private func counts(_ first: Int, _ x: UInt32) -> IntLanes {
    let both = UnsafeRawPointer(words + first).loadUnaligned(as: WordLanes.self) & WordLanes(repeating: x)
    return PulseTrains.ones(both) &* lanes(signs + first)
  }

  @inline(__always)
  private func lanes(_ from: UnsafePointer<Int32>) -> IntLanes { UnsafeRawPointer(from).loadUnaligned(as: IntLanes.self) }
}
