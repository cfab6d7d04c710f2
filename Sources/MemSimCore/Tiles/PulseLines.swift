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

  /// Lists those of `count` lines that have pulses, at most `ListedLines.slots` a line; how many. `turned`: 0 if lines of
  /// negative values are those that move devices the other way, -1 if lines of positive ones are.
  func list(_ values: UnsafePointer<Float>, _ count: Int, turned: Int32, _ to: ListedLines) -> Int {
    let found = switch slots {
    case 1: listSingle(values, count, turned, to)
    case 2: listFew(values, count, turned, to, width: 2)
    case ...4: listFew(values, count, turned, to, width: 4)
    case ...8: listFew(values, count, turned, to, width: 8)
    default: listMany(values, count, turned, to)
    }
    to.fill(found)
    return found
  }

  private func listMany(_ values: UnsafePointer<Float>, _ count: Int, _ turned: Int32, _ to: ListedLines) -> Int {
    var found = 0
    for first in stride(from: 0, to: count, by: 16) {
      let value = load(values, first, count), p = rounded(ms_abs_f(value) * factor, first / 16)
      add(many(p, first, 0), first, value, turned, to, &found)
    }
    return found
  }

  /// Trains of one slot: a number for each line, four vectors of them a draw.
  private func listSingle(_ values: UnsafePointer<Float>, _ count: Int, _ turned: Int32, _ to: ListedLines) -> Int {
    var found = 0
    for first in stride(from: 0, to: count, by: 64) {
      func block(_ k: Int) -> FloatLanes {
        first &+ 16 &* k < count ? load(values, first &+ 16 &* k, count) : .zero
      }
      let v = (block(0), block(1), block(2), block(3))
      // Of images and of what rectifiers leave, many are zero.
      if all(ms_equal_zero_f(v.0) & ms_equal_zero_f(v.1) & ms_equal_zero_f(v.2) & ms_equal_zero_f(v.3)) { continue }
      let random = words(first / 64, 0)
      single(random.0, v.0, first, turned, to, &found)
      if first &+ 16 < count { single(random.1, v.1, first &+ 16, turned, to, &found) }
      if first &+ 32 < count { single(random.2, v.2, first &+ 32, turned, to, &found) }
      if first &+ 48 < count { single(random.3, v.3, first &+ 48, turned, to, &found) }
    }
    return found
  }

  @inline(__always)
  private func single(
    _ random: WordLanes, _ value: FloatLanes, _ first: Int, _ turned: Int32, _ to: ListedLines, _ found: inout Int
  ) {
    let p = Digits(rounded(ms_abs_f(value) * factor, first / 16))
    add((less(random &>> 1, p.digits) | p.certain) & 1, first, value, turned, to, &found)
  }

  /// Trains of few slots: a number of sixteen bits for each slot, `width` of them a line, eight vectors of them a draw.
  @inline(__always)
  private func listFew(
    _ values: UnsafePointer<Float>, _ count: Int, _ turned: Int32, _ to: ListedLines, width: Int
  ) -> Int {
    let lines = 128 / width
    var found = 0
    withUnsafeTemporaryAllocation(of: WordLanes.self, capacity: 8) { numbers in
      let numbers = numbers.baseAddress!
      for first in stride(from: 0, to: count, by: lines) {
        draw(first / lines, 0, to: numbers)
        for block in 0..<8 / width where first &+ 16 &* block < count {
          let at = first &+ 16 &* block, value = load(values, at, count)
          let p = Digits(rounded(ms_abs_f(value) * factor, at / 16))
          add(few(p, numbers + block &* width, first / lines, block &* width, width), at, value, turned, to, &found)
        }
      }
    }
    return found
  }

  @inline(__always)
  private func add(
    _ word: WordLanes, _ first: Int, _ value: FloatLanes, _ turned: Int32, _ to: ListedLines, _ found: inout Int
  ) {
    let signs = unsafeBitCast(unsafeBitCast(value, to: IntLanes.self) ^ IntLanes(repeating: turned), to: WordLanes.self)
    found &+= to.add(first, word, turned: signs & ListedLines.turned, at: found)
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

  /// As `many`, of up to `width` slots, whose numbers begin with the `first` of a draw: sixteen digits at once, the others
  /// where those are alike.
  @inline(__always)
  private func few(_ p: Digits, _ numbers: UnsafePointer<WordLanes>, _ draw: Int, _ first: Int, _ width: Int) -> WordLanes {
    let upper = p.digits &>> 15, slots = width == 2 ? width : slots
    var (bits, open) = (WordLanes.zero, WordLanes.zero)
    for slot in 0..<slots {
      let random = numbers[slot], one = WordLanes(repeating: 1 &<< UInt32(truncatingIfNeeded: slot))
      bits |= less(random, upper) & one
      open |= unsafeBitCast(ms_equal_u(random, upper), to: WordLanes.self) & one
    }
    open &= ~(p.certain | p.never)
    if any(~ms_equal_zero_i(unsafeBitCast(open, to: IntLanes.self))) { bits |= open & lower(p.digits, draw, first) }
    return bits | (p.certain & ((1 &<< UInt32(truncatingIfNeeded: slots)) &- 1))
  }

  /// Slots whose lower fifteen digits are below those of p.
  @inline(never)
  private func lower(_ digits: WordLanes, _ number: Int, _ first: Int) -> WordLanes {
    var bits = WordLanes.zero
    withUnsafeTemporaryAllocation(of: WordLanes.self, capacity: 8) { numbers in
      draw(number, 1, to: numbers.baseAddress!)
      for slot in 0..<slots {
        bits |= less(numbers[first &+ slot] &>> 1, digits & 0x7fff) & (1 &<< UInt32(truncatingIfNeeded: slot))
      }
    }
    return bits
  }

  /// Eight vectors of numbers of sixteen bits; `part` 1: their continuation.
  @inline(__always)
  private func draw(_ number: Int, _ part: UInt32, to: UnsafeMutablePointer<WordLanes>) {
    let words = words(number, part)
    (to[0], to[1], to[2], to[3]) = (words.0 & 0xffff, words.1 & 0xffff, words.2 & 0xffff, words.3 & 0xffff)
    (to[4], to[5], to[6], to[7]) = (words.0 &>> 16, words.1 &>> 16, words.2 &>> 16, words.3 &>> 16)
  }

  @inline(__always)
  private func words(_ number: Int, _ part: UInt32) -> (WordLanes, WordLanes, WordLanes, WordLanes) {
    let purpose = (isInput ? PulsedPurpose.slotsOfInputs : PulsedPurpose.slotsOfOutputs) + part
    return EventNormals(seed: key, purpose: purpose, event: event).randomWords(number)
  }

  /// Where a < b, both below 2^31.
  @inline(__always)
  private func less(_ a: WordLanes, _ b: WordLanes) -> WordLanes {
    unsafeBitCast(ms_less_i(unsafeBitCast(a, to: IntLanes.self), unsafeBitCast(b, to: IntLanes.self)), to: WordLanes.self)
  }

  /// Where random numbers are below `digits` of 31 digits, in the slots that are `open`.
  private func below(_ digits: WordLanes, _ block: Int, _ word: Int, open: WordLanes) -> WordLanes {
    var (open, bits, digit) = (open, WordLanes.zero, UInt32(31))
    while any(~ms_equal_zero_i(unsafeBitCast(open, to: IntLanes.self))), digit > 0 {
      let random = words(block, UInt32(8 * word) + (31 - digit) / 4)
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
