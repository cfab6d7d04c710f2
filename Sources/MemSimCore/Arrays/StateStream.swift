/// Writes a saved state piece by piece: little-endian, every piece padded to 8 bytes, a checksum kept along.
struct StateWriter {
  /// Takes each piece in order; returns false if it could not be stored. nil: only bytes are counted.
  private let sink: ((UnsafeRawBufferPointer) -> Bool)?
  private(set) var checksum = Checksum()
  private(set) var bytes = 0
  private(set) var failed = false

  init(_ sink: ((UnsafeRawBufferPointer) -> Bool)?) { self.sink = sink }

  /// Writes what `body` does and the checksum behind it to `out`, which has room for `size(body)` bytes.
  static func fill(_ out: UnsafeMutableRawPointer, _ body: (inout StateWriter) -> Void) {
    var at = out
    var writer = StateWriter { piece in
      if let base = piece.baseAddress { at.copyMemory(from: base, byteCount: piece.count) }
      at += piece.count
      return true
    }
    body(&writer)
    at.storeBytes(of: writer.checksum.value.littleEndian, as: UInt64.self)
  }

  /// Bytes of `fill`.
  static func size(_ body: (inout StateWriter) -> Void) -> Int {
    var writer = StateWriter(nil)
    body(&writer)
    return writer.bytes + 8
  }

  mutating func write(raw piece: UnsafeRawBufferPointer) {
    bytes += piece.count
    guard let sink else { return }
    checksum.update(piece)
    if !failed { failed = !sink(piece) }
  }

  mutating func write(_ value: UInt64) {
    withUnsafeBytes(of: value.littleEndian) { write(raw: $0) }
  }

  mutating func write(_ text: String) {
    var padded = Array(text.utf8)
    write(UInt64(padded.count))
    padded.append(contentsOf: repeatElement(0, count: padding(padded.count)))
    padded.withUnsafeBytes { write(raw: $0) }
  }

  mutating func write(_ values: [Double]) {
    write(UInt64(values.count))
    for value in values { write(value.bitPattern) }
  }

  /// A length, the bytes, zeros up to a multiple of 8.
  mutating func write(plane: UnsafeRawBufferPointer) {
    write(UInt64(plane.count))
    let whole = plane.count / 8 * 8
    write(raw: UnsafeRawBufferPointer(rebasing: plane[..<whole]))
    if whole < plane.count {
      var last = [UInt8](plane[whole...])
      last.append(contentsOf: repeatElement(0, count: padding(plane.count)))
      last.withUnsafeBytes { write(raw: $0) }
    }
  }
}

private func padding(_ count: Int) -> Int { (8 - count % 8) % 8 }

/// Reads what `StateWriter` wrote, from a buffer whose checksum has been verified; still trusts no length in it.
struct StateReader {
  private var rest: UnsafeRawBufferPointer

  init(_ bytes: UnsafeRawBufferPointer) { rest = bytes }

  /// What `StateWriter.fill` wrote, without its checksum. Errors: format.
  init(verifying state: UnsafeRawBufferPointer) throws(MemSimError) {
    guard state.count >= 16, state.count % 8 == 0 else { throw .format("the state has \(state.count) bytes: it is truncated") }
    let body = UnsafeRawBufferPointer(rebasing: state[..<(state.count - 8)])
    var checksum = Checksum()
    checksum.update(body)
    let given = UInt64(littleEndian: state.loadUnaligned(fromByteOffset: state.count - 8, as: UInt64.self))
    guard checksum.value == given else { throw .format("the state's checksum is wrong: it is damaged") }
    self.init(body)
  }

  var isAtEnd: Bool { rest.isEmpty }

  private mutating func take(_ count: Int) throws(MemSimError) -> UnsafeRawBufferPointer {
    guard count >= 0, count <= rest.count else { throw .format("the state ends early: it is damaged") }
    defer { rest = UnsafeRawBufferPointer(rebasing: rest[count...]) }
    return UnsafeRawBufferPointer(rebasing: rest[..<count])
  }

  mutating func number() throws(MemSimError) -> UInt64 {
    UInt64(littleEndian: try take(8).loadUnaligned(as: UInt64.self))
  }

  mutating func count(atMost limit: Int) throws(MemSimError) -> Int {
    let value = try number()
    guard value <= UInt64(limit) else { throw .format("the state has a count of \(value) where at most \(limit) fit: it is damaged") }
    return Int(value)
  }

  mutating func text() throws(MemSimError) -> String {
    String(decoding: try plane(), as: UTF8.self)
  }

  mutating func doubles() throws(MemSimError) -> [Double] {
    let count = try count(atMost: rest.count / 8)
    var values: [Double] = []
    for _ in 0..<count { values.append(Double(bitPattern: try number())) }
    return values
  }

  mutating func plane() throws(MemSimError) -> UnsafeRawBufferPointer {
    let count = try count(atMost: rest.count)
    let bytes = try take(count)
    _ = try take(padding(count))
    return bytes
  }
}
