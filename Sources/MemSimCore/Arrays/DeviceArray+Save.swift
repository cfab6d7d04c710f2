import Glibc

/// Format: magic, version, total length; model, shape, seed, reads; parameters and options by name; planes; checksum.
private let magic: UInt64 = 0x0a31_4d49_534d_454d  // "MEMSIM1\n"
private let formatVersion: UInt64 = 1

extension DeviceArray {
  /// Hash of the whole state, equal for equal arrays. Errors: busy.
  public func hash() throws(MemSimError) -> UInt64 {
    try exclusively { () throws(MemSimError) in encode { _ in true }.checksum.value }
  }

  /// Bytes that `write` needs. Errors: busy.
  public func savedSize() throws(MemSimError) -> Int {
    try exclusively { () throws(MemSimError) in encode(nil).bytes + 8 }
  }

  /// Writes the state into a buffer. Errors: shape (the buffer is too small; nothing is then written), busy.
  public func write(into buffer: UnsafeMutableRawBufferPointer) throws(MemSimError) {
    let size = try savedSize()
    guard buffer.count >= size else { throw .shape("capacity must be at least \(size) bytes, got \(buffer.count)") }
    try exclusively { () throws(MemSimError) in
      var offset = 0
      finish(size) { piece in
        if let base = piece.baseAddress { (buffer.baseAddress! + offset).copyMemory(from: base, byteCount: piece.count) }
        offset += piece.count
        return true
      }
    }
  }

  /// Saves to a file, by way of a new one beside it that takes its place when complete. Errors: file, busy.
  public func save(_ path: String) throws(MemSimError) { try save(FilePath(path)) }

  /// As above, to a path as the system has it, which need not be UTF-8.
  public func save(_ path: FilePath) throws(MemSimError) {
    let size = try savedSize()
    let partial = try path.createBeside()
    do throws(MemSimError) {
      var stored = false
      try exclusively { () throws(MemSimError) in
        stored = finish(size) { piece in fwrite(piece.baseAddress, 1, piece.count, partial.file) == piece.count }
      }
      try partial.close(stored, replacing: path)
    } catch {
      partial.discard()
      throw error
    }
  }

  /// The whole state and its checksum; whether every piece was stored.
  @discardableResult
  private func finish(_ size: Int, _ sink: @escaping (UnsafeRawBufferPointer) -> Bool) -> Bool {
    var writer = encode(length: size, sink)
    writer.write(writer.checksum.value)
    return !writer.failed
  }

  private func encode(length: Int = 0, _ sink: ((UnsafeRawBufferPointer) -> Bool)?) -> StateWriter {
    var writer = StateWriter(sink)
    for number in [magic, formatVersion, UInt64(length)] { writer.write(number) }
    writer.write(model.card.name)
    for number in [UInt64(rows), UInt64(columns), seed, reads] { writer.write(number) }
    writer.write(UInt64(model.card.parameters.count))
    for (card, values) in zip(model.card.parameters, settings.parameters) {
      writer.write(card.name)
      writer.write(values)
    }
    writer.write(UInt64(model.card.options.count))
    for (card, choice) in zip(model.card.options, settings.options) {
      writer.write(card.name)
      writer.write(card.choices[choice])
    }
    let planes = cells.planes
    writer.write(UInt64(planes.count))
    for plane in planes { writer.write(plane: UnsafeRawBufferPointer(plane)) }
    return writer
  }
}

extension DeviceArray {
  /// An array from a file. Errors: file, format (not a state, damaged, or from a newer version), memory.
  public static func load(_ path: String, context: Context = .shared) throws(MemSimError) -> DeviceArray {
    try load(FilePath(path), context: context)
  }

  /// As above, from a path as the system has it, which need not be UTF-8.
  public static func load(_ path: FilePath, context: Context = .shared) throws(MemSimError) -> DeviceArray {
    let buffer = try path.contents()
    return try load(UnsafeRawBufferPointer(buffer.bytes), context: context)
  }

  /// An array from what `write` wrote. Errors: format, memory.
  public static func load(_ bytes: UnsafeRawBufferPointer, context: Context = .shared) throws(MemSimError) -> DeviceArray {
    var reader = StateReader(try verified(bytes))
    let model = try model(named: try reader.text())
    let (rows, columns) = (try reader.count(atMost: .max), try reader.count(atMost: .max))
    let (seed, reads) = (try reader.number(), try reader.number())
    let array = try wellFormed { () throws(MemSimError) in
      let settings = try settings(of: model.card, from: &reader)
      return try DeviceArray(
        blank: model, rows: rows, columns: columns, seed: seed, settings: settings, context: context)
    }
    array.reads = reads
    try array.loadPlanes(from: &reader)
    return array
  }

  /// What a caller's argument could not be, a state's content cannot either.
  private static func wellFormed<R>(_ body: () throws(MemSimError) -> R) throws(MemSimError) -> R {
    do {
      return try body()
    } catch {
      switch error {
      case .argument(let text), .shape(let text): throw .format("the state does not fit this version: \(text)")
      default: throw error
      }
    }
  }

  /// The part between length and checksum, if magic, version, length and checksum are right.
  private static func verified(_ bytes: UnsafeRawBufferPointer) throws(MemSimError) -> UnsafeRawBufferPointer {
    var reader = StateReader(bytes)
    guard bytes.count >= 32, try reader.number() == magic else { throw .format("this is not a memsim state") }
    let version = try reader.number()
    guard version <= formatVersion else {
      throw .format("the state has format \(version), this version reads up to \(formatVersion)")
    }
    let length = try reader.number()
    guard length == UInt64(bytes.count), length % 8 == 0 else {
      throw .format("the state has \(bytes.count) bytes, it should have \(length): it is damaged")
    }
    var checksum = Checksum()
    checksum.update(UnsafeRawBufferPointer(rebasing: bytes[..<(bytes.count - 8)]))
    guard checksum.value == UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: bytes.count - 8, as: UInt64.self)) else {
      throw .format("the state's checksum is wrong: it is damaged")
    }
    return UnsafeRawBufferPointer(rebasing: bytes[24..<bytes.count - 8])
  }

  private static func model(named name: String) throws(MemSimError) -> DeviceModel {
    guard let model = DeviceModel.models.first(where: { $0.card.name == name }) else {
      throw .format("the state is of model \"\(name)\", which this version does not have")
    }
    return model
  }

  private static func settings(of card: ModelCard, from reader: inout StateReader) throws(MemSimError) -> ModelSettings {
    var parameters: [(name: String, values: [Double])] = []
    for _ in 0..<(try reader.count(atMost: 1 << 16)) { parameters.append((try reader.text(), try reader.doubles())) }
    var options: [(name: String, choice: String)] = []
    for _ in 0..<(try reader.count(atMost: 1 << 16)) { options.append((try reader.text(), try reader.text())) }
    return try ModelSettings(card, parameters: parameters, options: options)
  }

  private func loadPlanes(from reader: inout StateReader) throws(MemSimError) {
    let count = try reader.count(atMost: 64)
    try cells.expect(planes: count)
    let planes = cells.planes
    guard count == planes.count else { throw .format("the state lacks planes: it is damaged") }
    for plane in planes {
      let saved = try reader.plane()
      guard saved.count == plane.count else { throw .format("a plane has \(saved.count) bytes, it should have \(plane.count)") }
      plane.copyMemory(from: saved)
    }
    guard reader.isAtEnd else { throw .format("the state has bytes to spare: it is damaged") }
  }
}
