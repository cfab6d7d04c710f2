import CMemSimSIMD

/// The trains of some vectors: bit words of every input and output, or what their counts are the product of.
struct PulseTrains: @unchecked Sendable {
  let inputs, stride: Int
  /// Words of a line at most.
  let words: Int
  /// [vectors].
  let vectors: UnsafeMutablePointer<Vector>
  /// Words of inputs [vectors x inputs x words], of outputs [vectors x words x stride]; as floats, what counts are made of.
  let inputWords, outputWords: UnsafeMutablePointer<UInt32>
  /// 1 or -1 [vectors x inputs], [vectors x stride].
  let inputSigns, outputSigns: UnsafeMutablePointer<Int32>
  /// Inputs and outputs with any pulse [vectors x inputs], [vectors x stride], 0 up to whole vectors.
  let activeInputs, activeOutputs: UnsafeMutablePointer<Int32>

  struct Vector {
    /// 0: no pulses.
    var slots: Int
    /// How many have any pulse, where they are few enough to look at them alone; else 0.
    var inputs = 0, outputs = 0
    /// Factor of the product of two lines' numbers where counts are not of bits; 0: they are.
    var scale: Float
  }

  static func bytes(vectors: Int, inputs: Int, stride: Int, words: Int) -> Int {
    let inputs = (inputs + 15) / 16 * 16
    return Scratch.bytes(Vector.self, vectors) + Scratch.bytes(UInt32.self, vectors * inputs * (words + 2))
      + Scratch.bytes(UInt32.self, vectors * stride * (words + 2)) + 256
  }

  init(_ scratch: inout Scratch, vectors count: Int, inputs: Int, stride: Int, words: Int) {
    (self.inputs, self.stride, self.words) = ((inputs + 15) / 16 * 16, stride, words)
    vectors = scratch.take(Vector.self, count)
    inputWords = scratch.take(UInt32.self, count * self.inputs * words)
    outputWords = scratch.take(UInt32.self, count * stride * words)
    inputSigns = scratch.take(Int32.self, count * self.inputs)
    outputSigns = scratch.take(Int32.self, count * stride)
    activeInputs = scratch.take(Int32.self, count * self.inputs)
    activeOutputs = scratch.take(Int32.self, count * stride)
  }

  /// Finds what has any pulse of vector `v`, if half of all devices can be hit at most, and in one word.
  func findActive(_ v: Int) {
    if vectors[v].scale != 0 || vectors[v].slots == 0 || vectors[v].slots > 32 { return }
    let rows = find(inputWords + v &* inputs &* words, inputs, each: words, activeInputs + v &* inputs)
    let columns = find(outputWords + v &* stride &* words, stride, each: 1, activeOutputs + v &* stride)
    if 2 &* rows &* columns > inputs &* stride { return }
    (vectors[v].inputs, vectors[v].outputs) = (rows, columns)
  }

  /// Lists the lines of whole vectors of them whose first word is not 0; how many.
  private func find(
    _ lines: UnsafePointer<UInt32>, _ count: Int, each words: Int, _ list: UnsafeMutablePointer<Int32>
  ) -> Int {
    var (found, numbers) = (0, unsafeBitCast(WordLanes.numbers, to: IntLanes.self))
    for at in Swift.stride(from: 0, to: count, by: 16) {
      var first = WordLanes.zero
      if words == 1 { first = load(lines + at) } else { for lane in 0..<16 { first[lane] = lines[(at &+ lane) &* words] } }
      let bits = ms_bits(~ms_equal_zero_i(unsafeBitCast(first, to: IntLanes.self)))
      list.store(numbers, of: bits, at: found)
      found &+= bits.nonzeroBitCount
      numbers = numbers &+ 16
    }
    for k in found..<(found &+ 15) / 16 &* 16 { list[k] = 0 }
    return found
  }

  /// Coincidences of an input of vector `v` with every output, to `counts` [stride]: > 0 up. Whether there are any.
  func count(_ v: Int, row: Int, into counts: UnsafeMutablePointer<Int32>) -> Bool {
    let vector = vectors[v]
    if vector.slots == 0 { return false }
    let x = inputWords + ((v &* inputs &+ row) &* words)
    let sign = IntLanes(repeating: inputSigns[v &* inputs &+ row])
    let d = outputWords + (v &* stride &* words), signs = outputSigns + (v &* stride)
    if vector.scale != 0 { return product(x, d, sign, signs, vector, counts) }
    let used = (vector.slots &+ 31) / 32
    var silent = UInt32(0)
    for word in 0..<used { silent |= x[word] }
    if silent == 0 { return false }
    for at in Swift.stride(from: 0, to: stride, by: 16) {
      var sum = IntLanes.zero
      for word in 0..<used { sum = sum &+ PulseTrains.ones(load(d + (word &* stride &+ at)) & WordLanes(repeating: x[word])) }
      store(sum &* sign &* loadSigns(signs + at), counts + at)
    }
    return true
  }

  private func product(
    _ x: UnsafePointer<UInt32>, _ d: UnsafePointer<UInt32>, _ sign: IntLanes, _ signs: UnsafePointer<Int32>, _ vector: Vector,
    _ counts: UnsafeMutablePointer<Int32>
  ) -> Bool {
    let value = Float(bitPattern: x[0])
    if value == 0 { return false }
    for at in Swift.stride(from: 0, to: stride, by: 16) {
      let other = unsafeBitCast(load(d + at), to: FloatLanes.self)
      let size = ms_float_to_int(ms_round_f(vector.scale * other * value))
      store(size &* sign &* loadSigns(signs + at), counts + at)
    }
    return true
  }

  @inline(__always)
  private func load(_ at: UnsafePointer<UInt32>) -> WordLanes { UnsafeRawPointer(at).load(as: WordLanes.self) }

  @inline(__always)
  private func loadSigns(_ at: UnsafePointer<Int32>) -> IntLanes { UnsafeRawPointer(at).load(as: IntLanes.self) }

  @inline(__always)
  private func store(_ values: IntLanes, _ at: UnsafeMutablePointer<Int32>) {
    UnsafeMutableRawPointer(at).storeBytes(of: values, as: IntLanes.self)
  }

  /// Bits set.
  @inline(__always)
  static func ones(_ words: WordLanes) -> IntLanes {
    let pairs = words &- ((words &>> 1) & 0x5555_5555)
    let fours = (pairs & 0x3333_3333) &+ ((pairs &>> 2) & 0x3333_3333)
    let eights = (fours &+ (fours &>> 4)) & 0x0f0f_0f0f
    let sixteens = eights &+ (eights &>> 8)
    return unsafeBitCast((sixteens &+ (sixteens &>> 16)) & 0x3f, to: IntLanes.self)
  }
}

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
    var single = SingleSlots(lines: self)
    for first in stride(from: 0, to: (count + 15) / 16 * 16, by: 16) {
      let value = first + 16 <= count ? Float.load(values + first) : AsStored<Float>.load(values + first, count: count - first)
      let p = rounded(ms_abs_f(value) * factor, first / 16)
      let up = ms_less_f(.zero, value)
      let sign = ms_select_i(up, IntLanes(repeating: positive), IntLanes(repeating: negative))
      UnsafeMutableRawPointer(signs + first).storeBytes(of: sign, as: IntLanes.self)
      write(p, first, words, lineStride, wordStride, &single)
    }
  }

  private func rounded(_ p: FloatLanes, _ block: Int) -> FloatLanes {
    let implicit = settings.pulses == .implicit
    let step = implicit ? (isInput ? settings.inputResolution : settings.outputResolution) : settings.resolution
    if step <= 0 { return p }
    var steps = p / step
    if settings.rounds && !implicit {
      let purpose = isInput ? PulsedPurpose.roundingOfInputs : PulsedPurpose.roundingOfOutputs
      let u = EventNormals(seed: key, purpose: purpose, event: event).sixteenUniforms(16 * block)
      steps = steps + u - 0.5
    }
    return step * ms_round_f(steps)
  }

  private func write(
    _ p: FloatLanes, _ first: Int, _ words: UnsafeMutablePointer<UInt32>, _ lineStride: Int, _ wordStride: Int,
    _ single: inout SingleSlots
  ) {
    switch settings.pulses {
    case .implicit: number(ms_at_most_f(p, FloatLanes(repeating: 1)), first, words, lineStride)
    case .mean:
      let length = Float(slots)
      number(FloatLanes.clamp(ms_round_f(p * length), .zero, FloatLanes(repeating: length)), first, words, lineStride)
    default: bits(p, first, words, lineStride, wordStride, &single)
    }
  }

  private func number(_ values: FloatLanes, _ first: Int, _ words: UnsafeMutablePointer<UInt32>, _ lineStride: Int) {
    for lane in 0..<16 { words[(first + lane) * lineStride] = values[lane].bitPattern }
  }

  /// A slot's bit is set with probability p, to 31 binary digits: digits of random numbers are compared with those of p,
  /// one word for 32 slots, until they differ in every slot of sixteen lines: after about ten.
  private func bits(
    _ p: FloatLanes, _ first: Int, _ words: UnsafeMutablePointer<UInt32>, _ lineStride: Int, _ wordStride: Int,
    _ single: inout SingleSlots
  ) {
    let one = FloatLanes(repeating: 1)
    let certain = unsafeBitCast(ms_less_equal_f(one, p), to: WordLanes.self)
    let digits = unsafeBitCast(ms_float_to_int(ms_at_least_f(ms_at_most_f(p, one), .zero) * 0x1.fffffep30), to: WordLanes.self)
    let never = unsafeBitCast(ms_less_equal_f(p, .zero), to: WordLanes.self)
    if slots <= 4 {
      let bits = fewBits(digits & ~never, certain, first, &single)
      if lineStride == 1 { return UnsafeMutableRawPointer(words + first).storeBytes(of: bits, as: WordLanes.self) }
      for lane in 0..<16 { words[(first + lane) * lineStride] = bits[lane] }
      return
    }
    for word in 0..<(slots + 31) / 32 {
      let used = WordLanes(repeating: UInt32(truncatingIfNeeded: (1 &<< min(slots - 32 * word, 32)) - 1))
      let bits = below(digits, first / 16, word, open: used & ~(certain | never)) | (certain & used)
      for lane in 0..<16 { words[(first + lane) * lineStride + word * wordStride] = bits[lane] }
    }
  }

  /// As `bits`, of up to four slots: a random number for each.
  @inline(__always)
  private func fewBits(_ digits: WordLanes, _ certain: WordLanes, _ first: Int, _ single: inout SingleSlots) -> WordLanes {
    var bits = WordLanes.zero
    if any(~ms_equal_zero_i(unsafeBitCast(digits, to: IntLanes.self))) {
      if slots == 1 {
        bits = slot(single.words(first / 16), digits, 0)
      } else {
        let random = words(first / 16)
        bits = slot(random.0, digits, 0) | slot(random.1, digits, 1) | slot(random.2, digits, 2) | slot(random.3, digits, 3)
      }
    }
    return (bits | certain) & WordLanes(repeating: (1 &<< UInt32(slots)) &- 1)
  }

  /// Random words of up to four slots.
  @inline(__always)
  fileprivate func words(_ group: Int) -> (WordLanes, WordLanes, WordLanes, WordLanes) {
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

/// Random words of trains of one slot: four blocks of lines share what is drawn at a time.
private struct SingleSlots {
  let lines: PulseLines
  private var group = -1
  private var four = (WordLanes.zero, WordLanes.zero, WordLanes.zero, WordLanes.zero)

  init(lines: PulseLines) { self.lines = lines }

  @inline(__always)
  mutating func words(_ block: Int) -> WordLanes {
    if group != block / 4 { (group, four) = (block / 4, lines.words(block / 4)) }
    return switch block % 4 {
    case 0: four.0
    case 1: four.1
    case 2: four.2
    default: four.3
    }
  }
}
