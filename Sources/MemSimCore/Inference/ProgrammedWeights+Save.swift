extension ProgrammedWeights {
  private static var magic: UInt64 { 0x6d67_7270_6d69_736d }
  private static var version: UInt64 { 1 }

  /// Bytes of `save`.
  public var stateSize: Int { StateWriter.size { write(to: &$0) } }

  /// The whole state, the position in the random numbers included, to `out` [stateSize bytes]. Errors: busy.
  public func save(to out: UnsafeMutableRawPointer) throws(MemSimError) {
    try exclusively { () throws(MemSimError) in StateWriter.fill(out) { write(to: &$0) } }
  }

  private func write(to writer: inout StateWriter) {
    for number in [ProgrammedWeights.magic, ProgrammedWeights.version] { writer.write(number) }
    writer.write(model.card.name)
    writer.write(converter.card.name)
    for number in [UInt64(inputs), UInt64(outputs), key, reads, UInt64(storages.count)] { writer.write(number) }
    for storage in storages { writer.write(plane: UnsafeRawBufferPointer(storage.bytes)) }
  }

  /// Restores what `save` wrote of weights of the same model, converter and extents; the seed is restored too.
  ///
  /// Errors: format (nothing is then changed), busy.
  public func load(_ state: UnsafeRawBufferPointer) throws(MemSimError) {
    try exclusively { () throws(MemSimError) in
      var reader = try StateReader(verifying: state)
      guard try reader.number() == ProgrammedWeights.magic else {
        throw .format("the state is not one of programmed weights")
      }
      let version = try reader.number()
      guard version == ProgrammedWeights.version else {
        throw .format("the state has version \(version), this library reads \(ProgrammedWeights.version)")
      }
      let names = (try reader.text(), try reader.text())
      guard names == (model.card.name, converter.card.name) else {
        let own = (model.card.name, converter.card.name)
        throw .format("the state is of \(names.0) and \(names.1), these weights of \(own.0) and \(own.1)")
      }
      let extents = (try reader.number(), try reader.number())
      guard extents == (UInt64(inputs), UInt64(outputs)) else {
        let own = "\(inputs) and \(outputs)"
        throw .format("the state has \(extents.0) inputs and \(extents.1) outputs, these weights \(own)")
      }
      let numbers = (try reader.number(), try reader.number())
      let others = MemSimError.format("the state is of a converter with other parameters")
      guard try reader.count(atMost: 256) == storages.count else { throw others }
      var pieces: [UnsafeRawBufferPointer] = []
      for storage in storages {
        let piece = try reader.plane()
        guard piece.count == storage.bytes.count else { throw others }
        pieces.append(piece)
      }
      guard reader.isAtEnd else { throw .format("the state goes on beyond its end: it is damaged") }
      for (storage, piece) in zip(storages, pieces) { storage.bytes.copyMemory(from: piece) }
      (key, reads) = numbers
      findMap()
    }
  }
}
