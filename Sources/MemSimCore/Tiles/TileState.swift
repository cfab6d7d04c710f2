typealias StatePlane = UnsafeMutableRawBufferPointer

/// Numbers and planes of a state, checked but not taken yet. The first two numbers are inputs and outputs.
struct TilePart {
  private(set) var numbers: [UInt64] = []
  private var pieces: [UnsafeRawBufferPointer] = []
  /// Cells of a device model, made for the state.
  var cells: (any Cells)?

  static func write(_ numbers: [UInt64], _ planes: [StatePlane], to writer: inout StateWriter) {
    for number in numbers { writer.write(number) }
    writer.write(UInt64(planes.count))
    for plane in planes { writer.write(plane: UnsafeRawBufferPointer(plane)) }
  }

  /// Errors: format, unless there are as many numbers as `own`, of the same extents, and
  /// planes like those that `planes` gives for the numbers and their count.
  init(_ reader: inout StateReader, numbers own: [UInt64], planes: ([UInt64], Int) throws(MemSimError) -> [StatePlane]) throws(MemSimError) {
    for _ in own { numbers.append(try reader.number()) }
    guard numbers[0] == own[0], numbers[1] == own[1] else {
      throw .format("the state has \(numbers[0]) inputs and \(numbers[1]) outputs, this tile \(own[0]) and \(own[1])")
    }
    let count = try reader.count(atMost: 64), planes = try planes(numbers, count)
    guard count == planes.count else { throw .format("the state is of a device with other parameters") }
    for plane in planes {
      let piece = try reader.plane()
      guard piece.count == plane.count else { throw .format("the state is of a device with other parameters") }
      pieces.append(piece)
    }
  }

  func copy(to planes: [StatePlane]) {
    for (plane, piece) in zip(planes, pieces) { plane.copyMemory(from: piece) }
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
  var planes: [StatePlane] { (forward.planes + backward.planes).map(\.bytes) }

  func take(_ numbers: ArraySlice<UInt64>) {
    let first = numbers.startIndex
    (forward.reads, backward.reads) = (numbers[first], numbers[first + 1])
    average = Float(bitPattern: UInt32(truncatingIfNeeded: numbers[first + 2]))
    weightsChange()
  }
}
