import CMemSimSIMD

/// Makes the trains of the lines of one side.
struct PulseLines {
  let settings: UpdateSettings
  let key: UInt64
  let event: UInt64
  let slots: Int
  /// From |value| to probability.
  let factor: Float
  let isInput: Bool

  /// Writes words, `lineStride` from line to line, `wordStride` from word to word, and signs of `count` lines.
  func make(
    _ values: UnsafePointer<Float>, _ count: Int, _ words: UnsafeMutablePointer<UInt32>, lineStride: Int, wordStride: Int,
    _ signs: UnsafeMutablePointer<Int32>, negative: Int32, positive: Int32
  ) {
    for first in stride(from: 0, to: (count + 15) / 16 * 16, by: 16) {
      let value = load(values, first, count)
      let p = rounded(ms_abs_f(value) * factor, first / 16)
      let up = ms_less_f(.zero, value)
      let sign = ms_select_i(up, IntLanes(repeating: positive), IntLanes(repeating: negative))
      UnsafeMutableRawPointer(signs + first).storeBytes(of: sign, as: IntLanes.self)
      write(p, first, words, lineStride, wordStride)
    }
  }

  /// Lists those of `count` lines that have pulses, at most `PulsedLines.slots`; how many. `turned`: of the signs, which is
  /// the other way: 0 of negative values, -1 of others.
  func list(_ values: UnsafePointer<Float>, _ count: Int, turned: Int32, _ to: PulsedLines) -> Int {
    let found = slots == 1 ? listSingle(values, count, turned, to) : listTrains(values, count, turned, to)
    to.fill(found)
    return found
  }

  private func listTrains(_ values: UnsafePointer<Float>, _ count: Int, _ turned: Int32, _ to: PulsedLines) -> Int {
    var found = 0
    for first in stride(from: 0, to: count, by: 16) {
      let value = load(values, first, count), p = rounded(ms_abs_f(value) * factor, first / 16)
      add(slots <= 4 ? few(p, first) : many(p, first, 0), first, value, turned, to, &found)
    }
    return found
  }

  /// Trains of one slot: four blocks of lines share what is drawn at a time.
  private func listSingle(_ values: UnsafePointer<Float>, _ count: Int, _ turned: Int32, _ to: PulsedLines) -> Int {
    var found = 0
    for first in stride(from: 0, to: count, by: 64) {
      let random = words(first / 64)
      single(random.0, values, first, count, turned, to, &found)
      if first &+ 16 < count { single(random.1, values, first &+ 16, count, turned, to, &found) }
      if first &+ 32 < count { single(random.2, values, first &+ 32, count, turned, to, &found) }
      if first &+ 48 < count { single(random.3, values, first &+ 48, count, turned, to, &found) }
    }
    return found
  }

  @inline(__always)
  private func single(
    _ random: WordLanes, _ values: UnsafePointer<Float>, _ first: Int, _ count: Int, _ turned: Int32, _ to: PulsedLines,
    _ found: inout Int
  ) {
    let value = load(values, first, count), p = Digits(rounded(ms_abs_f(value) * factor, first / 16))
    add((slot(random, p.digits, 0) | p.certain) & 1, first, value, turned, to, &found)
  }

  @inline(__always)
  private func add(
    _ word: WordLanes, _ first: Int, _ value: FloatLanes, _ turned: Int32, _ to: PulsedLines, _ found: inout Int
  ) {
    let signs = unsafeBitCast(unsafeBitCast(value, to: IntLanes.self) ^ IntLanes(repeating: turned), to: WordLanes.self)
    found &+= to.add(first, word, turned: signs & PulsedLines.turned, at: found)
  }

  @inline(__always)
  private func load(_ values: UnsafePointer<Float>, _ first: Int, _ count: Int) -> FloatLanes {
    first &+ 16 <= count ? Float.load(values + first) : AsStored<Float>.load(values + first, count: count &- first)
  }

  @inline(__always)
  private func rounded(_ p: FloatLanes, _ block: Int) -> FloatLanes {
    let implicit = settings.pulses == .implicit
    let step = implicit ? (isInput ? settings.inputResolution : settings.outputResolution) : settings.resolution
    return step <= 0 ? p : rounded(p, block, step, atRandom: settings.rounds && !implicit)
  }

  @inline(never)
  private func rounded(_ p: FloatLanes, _ block: Int, _ step: Float, atRandom: Bool) -> FloatLanes {
    var steps = p / step
    if atRandom {
      let purpose = isInput ? PulsedPurpose.roundingOfInputs : PulsedPurpose.roundingOfOutputs
      let u = EventNormals(seed: key, purpose: purpose, event: event).sixteenUniforms(16 * block)
      steps = steps + u - 0.5
    }
    return step * ms_round_f(steps)
  }

  private func write(
    _ p: FloatLanes, _ first: Int, _ words: UnsafeMutablePointer<UInt32>, _ lineStride: Int, _ wordStride: Int
  ) {
    switch settings.pulses {
    case .implicit: number(ms_at_most_f(p, FloatLanes(repeating: 1)), first, words, lineStride)
    case .mean:
      let length = Float(slots)
      number(FloatLanes.clamp(ms_round_f(p * length), .zero, FloatLanes(repeating: length)), first, words, lineStride)
    default:
      for word in 0..<(slots + 31) / 32 {
        let bits = many(p, first, word)
        for lane in 0..<16 { words[(first + lane) * lineStride + word * wordStride] = bits[lane] }
      }
    }
  }

  private func number(_ values: FloatLanes, _ first: Int, _ words: UnsafeMutablePointer<UInt32>, _ lineStride: Int) {
    for lane in 0..<16 { words[(first + lane) * lineStride] = values[lane].bitPattern }
  }

  /// Probabilities to 31 binary digits.
  private struct Digits {
    let digits: WordLanes
    /// -1 where a slot's bit is set, or is not, whatever the random number.
    let certain, never: WordLanes

    @inline(__always)
    init(_ p: FloatLanes) {
      let one = FloatLanes(repeating: 1)
      certain = unsafeBitCast(ms_less_equal_f(one, p), to: WordLanes.self)
      never = unsafeBitCast(ms_less_equal_f(p, .zero), to: WordLanes.self)
      let fraction = ms_at_least_f(ms_at_most_f(p, one), .zero)
      digits = unsafeBitCast(ms_float_to_int(fraction * 0x1.fffffep30), to: WordLanes.self) & ~never
    }
  }

  /// A slot's bit is set with probability p: digits of random numbers are compared with those of p, one word for 32 slots,
  /// until they differ in every slot of sixteen lines: after about ten.
  @inline(never)
  private func many(_ p: FloatLanes, _ first: Int, _ word: Int) -> WordLanes {
    let used = WordLanes(repeating: UInt32(truncatingIfNeeded: (1 &<< min(slots - 32 * word, 32)) - 1)), p = Digits(p)
    return below(p.digits, first / 16, word, open: used & ~(p.certain | p.never)) | (p.certain & used)
  }

  /// As `many`, of up to four slots: a random number for each.
  @inline(__always)
  private func few(_ p: FloatLanes, _ first: Int) -> WordLanes {
    let p = Digits(p)
    var bits = WordLanes.zero
    if any(~ms_equal_zero_i(unsafeBitCast(p.digits, to: IntLanes.self))) {
      let random = words(first / 16)
      bits = slot(random.0, p.digits, 0) | slot(random.1, p.digits, 1) | slot(random.2, p.digits, 2) | slot(random.3, p.digits, 3)
    }
    return (bits | p.certain) & WordLanes(repeating: (1 &<< UInt32(slots)) &- 1)
  }

  /// Random words of up to four slots.
  @inline(__always)
  private func words(_ group: Int) -> (WordLanes, WordLanes, WordLanes, WordLanes) {
    let purpose = isInput ? PulsedPurpose.slotsOfInputs : PulsedPurpose.slotsOfOutputs
    return EventNormals(seed: key, purpose: purpose, event: event).randomWords(group)
  }

  @inline(__always)
  private func slot(_ random: WordLanes, _ digits: WordLanes, _ number: UInt32) -> WordLanes {
    let below = ms_less_i(unsafeBitCast(random &>> 1, to: IntLanes.self), unsafeBitCast(digits, to: IntLanes.self))
    return unsafeBitCast(below, to: WordLanes.self) & (1 &<< number)
  }

  /// Where random numbers are below `digits` of 31 digits, in the slots that are `open`.
  private func below(_ digits: WordLanes, _ block: Int, _ word: Int, open: WordLanes) -> WordLanes {
    var (open, bits, digit) = (open, WordLanes.zero, UInt32(31))
    while any(~ms_equal_zero_i(unsafeBitCast(open, to: IntLanes.self))), digit > 0 {
      let purpose = (isInput ? PulsedPurpose.slotsOfInputs : PulsedPurpose.slotsOfOutputs) + UInt32(8 * word) + (31 - digit) / 4
      let random = EventNormals(seed: key, purpose: purpose, event: event).randomWords(block)
      compare(random.0, digits, &digit, &open, &bits)
      compare(random.1, digits, &digit, &open, &bits)
      compare(random.2, digits, &digit, &open, &bits)
      compare(random.3, digits, &digit, &open, &bits)
    }
    return bits
  }

  /// One digit: a slot whose random one is below p's is set, and one where they differ is decided.
  @inline(__always)
  private func compare(
    _ random: WordLanes, _ digits: WordLanes, _ digit: inout UInt32, _ open: inout WordLanes, _ bits: inout WordLanes
  ) {
    guard digit > 0 else { return }
    digit &-= 1
    let ones = WordLanes.zero &- ((digits &>> digit) & 1)
    bits |= open & ones & ~random
    open &= ~(random ^ ones)
  }
}
