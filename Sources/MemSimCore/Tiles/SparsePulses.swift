import CMemSimSIMD

/// The coincidences of a vector whose lines with pulses are listed: those alone are looked at, over many inputs.
struct SparsePulses {
  private let lines: (inputs: ListedLines, outputs: ListedLines)
  /// How many are listed.
  private let inputs, outputs: Int
  private let planes: PulsedPlanes
  private let memory: UnsafeMutableRawPointer
  private let pulse: (PulsedHits, Int, UInt64) -> Void

  /// `scratch`: `PulsedHits.bytes`.
  init(
    _ trains: PulseTrains, _ v: Int, _ planes: PulsedPlanes, _ scratch: UnsafeMutableRawPointer,
    _ pulse: @escaping (PulsedHits, Int, UInt64) -> Void
  ) {
    (inputs, outputs, lines) = (trains.vectors[v].inputs, trains.vectors[v].outputs, trains.listed(v))
    (self.planes, memory, self.pulse) = (planes, scratch, pulse)
  }

  /// Pulses the devices of some inputs.
  func run(_ rows: Range<Int>, _ event: UInt64) {
    var hits = PulsedHits(planes, from: rows.lowerBound, memory)
    let stride = planes.stride
    for k in 0..<inputs where rows.contains(Int(lines.inputs.numbers[k])) {
      let base = IntLanes(repeating: Int32(truncatingIfNeeded: Int(lines.inputs.numbers[k]) &* stride))
      let word = lines.inputs.words[k], slots = WordLanes(repeating: word & ~ListedLines.turned)
      let kept = slots | ListedLines.turned, turned = WordLanes(repeating: word & ListedLines.turned)
      for first in Swift.stride(from: 0, to: outputs, by: 16) {
        let other = UnsafeRawPointer(lines.outputs.words + first).load(as: WordLanes.self)
        let bits = ms_bits(~ms_equal_zero_i(unsafeBitCast(other & slots, to: IntLanes.self)))
        let number = UnsafeRawPointer(lines.outputs.numbers + first).load(as: IntLanes.self)
        // Whether there are any is anyone's guess: to go on as if there were costs less than to ask.
        if hits.add(bits, elements: base &+ number, slots: (other & kept) ^ turned) {
          let whole = hits.whole
          pulse(hits, whole, event)
          hits.drop(whole)
        }
      }
    }
    pulse(hits, hits.count, event)
  }
}
