import CMemSimSIMD

/// The trains of some vectors: the lines that have pulses, or bit words of every input and output, or what their counts
/// are the product of.
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
  private let listedInputs, listedOutputs: ListedLines

  struct Vector {
    /// 0: no pulses.
    var slots: Int
    /// Factor of the product of two lines' numbers where counts are not of bits; 0: they are.
    var scale: Float = 0
    /// How many are listed; 0: all have words and signs.
    var inputs = 0, outputs = 0
  }

  static func bytes(vectors: Int, inputs: Int, stride: Int, words: Int) -> Int {
    let inputs = (inputs + 15) / 16 * 16
    return Scratch.bytes(Vector.self, vectors) + Scratch.bytes(UInt32.self, vectors * inputs * (words + 3))
      + Scratch.bytes(UInt32.self, vectors * stride * (words + 3)) + 8 * 64
  }

  init(_ scratch: inout Scratch, vectors count: Int, inputs: Int, stride: Int, words: Int) {
    (self.inputs, self.stride, self.words) = ((inputs + 15) / 16 * 16, stride, words)
    vectors = scratch.take(Vector.self, count)
    inputWords = scratch.take(UInt32.self, count * self.inputs * words)
    outputWords = scratch.take(UInt32.self, count * stride * words)
    inputSigns = scratch.take(Int32.self, count * self.inputs)
    outputSigns = scratch.take(Int32.self, count * stride)
    listedInputs = ListedLines(&scratch, count * self.inputs)
    listedOutputs = ListedLines(&scratch, count * stride)
  }

  /// Where the lines with pulses of vector `v` are listed.
  func listed(_ v: Int) -> (inputs: ListedLines, outputs: ListedLines) {
    (listedInputs.from(v &* inputs), listedOutputs.from(v &* stride))
  }

  /// Gives all lines of vector `v`, whose listed ones have their pulses in one word, words and signs.
  func spread(_ v: Int, inputs rows: Int, outputs columns: Int) {
    let lines = listed(v)
    lines.inputs.spread(rows, of: inputs, inputWords + v &* inputs &* words, each: words, inputSigns + v &* inputs)
    lines.outputs.spread(columns, of: stride, outputWords + v &* stride &* words, each: 1, outputSigns + v &* stride)
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
      for word in 0..<used { sum = sum &+ (load(d + (word &* stride &+ at)) & WordLanes(repeating: x[word])).ones }
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
}

/// Lines that have pulses, in one word each.
struct ListedLines: @unchecked Sendable {
  /// Ascending.
  let numbers: UnsafeMutablePointer<Int32>
  /// Slots, up to 31; the last bit: what it has pulses with moves the other way.
  let words: UnsafeMutablePointer<UInt32>
  static let slots = 31, turned = UInt32(1) &<< 31

  init(_ scratch: inout Scratch, _ count: Int) {
    numbers = scratch.take(Int32.self, count)
    words = scratch.take(UInt32.self, count)
  }

  private init(_ lines: ListedLines, _ first: Int) { (numbers, words) = (lines.numbers + first, lines.words + first) }

  func from(_ first: Int) -> ListedLines { ListedLines(self, first) }

  /// Those of `first` ..< `first` + 16 that have pulses, at `index`; how many.
  @inline(__always)
  func add(_ first: Int, _ word: WordLanes, turned: WordLanes, at index: Int) -> Int {
    let bits = ms_bits(~ms_equal_zero_i(unsafeBitCast(word, to: IntLanes.self)))
    let number = IntLanes(repeating: Int32(truncatingIfNeeded: first)) &+ unsafeBitCast(WordLanes.numbers, to: IntLanes.self)
    numbers.store(number, of: bits, at: index)
    words.store(word | turned, of: bits, at: index)
    return bits.nonzeroBitCount
  }

  /// Makes up those after `count`, up to whole vectors.
  func fill(_ count: Int) {
    for k in count..<(count &+ 15) / 16 &* 16 { (numbers[k], words[k]) = (0, 0) }
  }

  /// Gives all of `all` lines words, `each` apart, and signs.
  fileprivate func spread(
    _ count: Int, of all: Int, _ to: UnsafeMutablePointer<UInt32>, each: Int, _ signs: UnsafeMutablePointer<Int32>
  ) {
    for line in 0..<all { (to[line &* each], signs[line]) = (0, 1) }
    for k in 0..<count {
      let line = Int(numbers[k])
      (to[line &* each], signs[line]) = (words[k] & ~ListedLines.turned, words[k] & ListedLines.turned == 0 ? 1 : -1)
    }
  }
}
