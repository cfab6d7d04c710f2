/// Saved states of tiles: begun, checked, ended alike.
enum TileState {
  static func size(_ write: (inout StateWriter) -> Void) -> Int {
    var writer = StateWriter(nil)
    write(&writer)
    return writer.bytes + 8
  }

  static func save(to out: UnsafeMutableRawPointer, _ write: (inout StateWriter) -> Void) {
    var at = out
    var writer = StateWriter { piece in
      if let base = piece.baseAddress { at.copyMemory(from: base, byteCount: piece.count) }
      at += piece.count
      return true
    }
    write(&writer)
    at.storeBytes(of: writer.checksum.value.littleEndian, as: UInt64.self)
  }

  /// The state without its checksum, which is verified. Errors: format.
  static func reader(_ state: UnsafeRawBufferPointer) throws(MemSimError) -> StateReader {
    guard state.count >= 16, state.count % 8 == 0 else { throw .format("the state has \(state.count) bytes: it is truncated") }
    let body = UnsafeRawBufferPointer(rebasing: state[..<(state.count - 8)])
    var checksum = Checksum()
    checksum.update(body)
    let given = UInt64(littleEndian: state.loadUnaligned(fromByteOffset: state.count - 8, as: UInt64.self))
    guard checksum.value == given else { throw .format("the state's checksum is wrong: it is damaged") }
    return StateReader(body)
  }
}

/// Numbers and planes of a state, checked but not taken yet. The first two numbers are inputs and outputs.
struct TilePart {
  private(set) var numbers: [UInt64] = []
  private var pieces: [UnsafeRawBufferPointer] = []

  static func write(_ numbers: [UInt64], _ planes: [Storage<Float>], to writer: inout StateWriter) {
    for number in numbers { writer.write(number) }
    writer.write(UInt64(planes.count))
    for plane in planes { writer.write(plane: UnsafeRawBufferPointer(plane.bytes)) }
  }

  /// Errors: format, unless there are as many numbers and planes as `own`, of the same extents.
  init(_ reader: inout StateReader, numbers own: [UInt64], planes: [Storage<Float>]) throws(MemSimError) {
    for _ in own { numbers.append(try reader.number()) }
    guard numbers[0] == own[0], numbers[1] == own[1] else {
      throw .format("the state has \(numbers[0]) inputs and \(numbers[1]) outputs, this tile \(own[0]) and \(own[1])")
    }
    guard try reader.count(atMost: 64) == planes.count else { throw .format("the state is of a device with other parameters") }
    for plane in planes {
      let piece = try reader.plane()
      guard piece.count == plane.bytes.count else { throw .format("the state is of a device with other parameters") }
      pieces.append(piece)
    }
  }

  func copy(to planes: [Storage<Float>]) {
    for (plane, piece) in zip(planes, pieces) { plane.bytes.copyMemory(from: piece) }
  }
}

extension StateReader {
  /// Errors: format.
  mutating func expect(_ magic: UInt64, version: UInt64, _ kind: String) throws(MemSimError) {
    guard try number() == magic else { throw .format("the state is not one of \(kind)") }
    let found = try number()
    guard found == version else { throw .format("the state has version \(found), this library reads \(version)") }
  }

  /// Errors: format.
  func end() throws(MemSimError) {
    guard isAtEnd else { throw .format("the state goes on beyond its end: it is damaged") }
  }
}

extension TileProducts {
  /// What a saved state has besides planes.
  var numbers: [UInt64] { [forward.reads, backward.reads, UInt64(average.bitPattern)] }
  var planes: [Storage<Float>] { forward.planes + backward.planes }

  func take(_ numbers: ArraySlice<UInt64>) {
    let first = numbers.startIndex
    (forward.reads, backward.reads) = (numbers[first], numbers[first + 1])
    average = Float(bitPattern: UInt32(truncatingIfNeeded: numbers[first + 2]))
    weightsChange()
  }
}
