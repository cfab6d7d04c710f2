extension CompoundTile {
  public func forward(_ x: UnsafePointer<Float>, batch: Int, into y: UnsafeMutablePointer<Float>) throws(MemSimError) {
    try exclusively { () throws(MemSimError) in
      try requireFinite(x, batch * inputs, "x")
      try products.forward(try visible(), x, batch, into: y)
    }
  }

  public func backward(_ d: UnsafePointer<Float>, batch: Int, into out: UnsafeMutablePointer<Float>) throws(MemSimError) {
    try exclusively { () throws(MemSimError) in
      try requireFinite(d, batch * outputs, "d")
      try products.backward(try visible(), d, batch, into: out)
    }
  }

  public func update(x: UnsafePointer<Float>, d: UnsafePointer<Float>, batch: Int, rate: Double) throws(MemSimError) {
    try exclusively { () throws(MemSimError) in
      try TileChecks.rate(rate)
      try requireFinite(x, batch * inputs, "x")
      try requireFinite(d, batch * outputs, "d")
      if batch == 0 || rate == 0 { return }
      weightsChange()
      let all = CompoundRun(x: x, d: d, count: batch, first: vectors, batch: batch, rate: rate, key: key)
      var done = 0
      while done < batch {
        let left = all.part(done, batch - done, inputs: inputs, outputs: outputs)
        let run = left.part(0, rule.length(left), inputs: inputs, outputs: outputs)
        try rule.pulse(run)
        try rule.finish(run)
        done += run.count
        vectors = run.last
      }
    }
  }

  public func step() throws(MemSimError) { try onCells { (cell) throws(MemSimError) in try cell.step() } }

  public func drift(seconds: Double) throws(MemSimError) {
    try onCells { (cell) throws(MemSimError) in try cell.drift(seconds: seconds) }
  }

  public func reset(start: Int, count: Int, probability: Double) throws(MemSimError) {
    try onCells { (cell) throws(MemSimError) in try cell.reset(start: start, count: count, probability: probability) }
  }

  private func onCells(_ body: (AnalogTile) throws(MemSimError) -> Void) throws(MemSimError) {
    try exclusively { () throws(MemSimError) in
      weightsChange()
      for cell in cells { try body(cell) }
    }
  }

  // MARK: weights

  public func weights(into out: UnsafeMutablePointer<Float>) throws(MemSimError) {
    try exclusively { () throws(MemSimError) in
      transposed(try visible(), inputs: inputs, outputs: outputs, into: out, context)
    }
  }

  public func setWeights(_ weights: UnsafePointer<Float>) throws(MemSimError) {
    try exclusively { () throws(MemSimError) in
      let count = inputs * outputs
      try requireFinite(weights, count, "weights")
      let part = try Storage<Float>(count)
      weightsChange()
      for (number, cell) in cells.enumerated() {
        let share = rule.share(number)
        if case .none = share { continue }
        for i in 0..<count { part.base[i] = share(weights[i]) }
        try cell.setWeights(part.base)
      }
    }
  }

  public func hidden(_ name: String, into out: UnsafeMutablePointer<Float>) throws(MemSimError) {
    try exclusively { () throws(MemSimError) in
      if let (cell, quantity) = try ofCell(name) {
        return quantity == "weights" ? try cell.weights(into: out) : try cell.hidden(quantity, into: out)
      }
      transposed(try matrix(name).base, inputs: inputs, outputs: outputs, into: out, context)
    }
  }

  public func setHidden(_ name: String, _ values: UnsafePointer<Float>) throws(MemSimError) {
    try exclusively { () throws(MemSimError) in
      if let (cell, quantity) = try ofCell(name) {
        weightsChange()
        return quantity == "weights" ? try cell.setWeights(values) : try cell.setHidden(quantity, values)
      }
      let plane = try matrix(name)
      try requireFinite(values, inputs * outputs, "values")
      for row in 0..<inputs {
        for output in 0..<outputs { plane.base[row * products.stride + output] = values[output * inputs + row] }
      }
    }
  }

  /// Of "k/quantity"; nil: the name has no slash. Errors: argument.
  private func ofCell(_ name: String) throws(MemSimError) -> (AnalogTile, String)? {
    guard let slash = name.utf8.firstIndex(of: 47) else { return nil }
    guard let cell = Int(name[..<slash]), cells.indices.contains(cell) else {
      throw .argument("a quantity of a cell must begin with 0...\(cells.count - 1) and a slash, got \"\(name)\"")
    }
    return (cells[cell], String(name[name.utf8.index(after: slash)...]))
  }

  /// Errors: argument.
  private func matrix(_ name: String) throws(MemSimError) -> Storage<Float> {
    let own = rule.matrices
    if let found = own.first(where: { $0.name == name }) { return found.plane }
    let known = own.map(\.name) + ["those of cells, as \"0/weights\""]
    throw .argument("compound \"\(compound.card.name)\" has no quantity \"\(name)\"; it has \(known.joined(separator: ", "))")
  }

  // MARK: state

  private static var magic: UInt64 { 0x6f6c_6974_6d69_736d }
  private static var version: UInt64 { 1 }

  public var stateSize: Int { StateWriter.size(write) }

  public func save(to out: UnsafeMutableRawPointer) throws(MemSimError) {
    try exclusively { () throws(MemSimError) in StateWriter.fill(out, write) }
  }

  private var numbers: [UInt64] { [UInt64(inputs), UInt64(outputs), key, vectors] + products.numbers + rule.numbers }
  private var kept: [StatePlane] { products.planes + (rule.lines + rule.matrices.map(\.plane)).map(\.bytes) }

  private func write(to writer: inout StateWriter) {
    writer.write(CompoundTile.magic)
    writer.write(CompoundTile.version)
    writer.write(compound.card.name)
    TilePart.write(numbers, kept, to: &writer)
    writer.write(UInt64(cells.count))
    for cell in cells { cell.write(to: &writer) }
  }

  public func load(_ state: UnsafeRawBufferPointer) throws(MemSimError) {
    try exclusively { () throws(MemSimError) in
      var reader = try StateReader(verifying: state)
      try reader.expect(CompoundTile.magic, version: CompoundTile.version, "a compound tile")
      let name = try reader.text()
      guard name == compound.card.name else {
        throw .format("the state is of the compound \"\(name)\", this tile of \"\(compound.card.name)\"")
      }
      let own = try TilePart(&reader, numbers: numbers) { _, _ in kept }
      let count = try reader.count(atMost: 1 << 20)
      guard count == cells.count else { throw .format("the state is of \(count) cells, this tile of \(cells.count)") }
      var parts: [TilePart] = []
      for cell in cells { parts.append(try cell.read(&reader)) }
      try reader.end()
      own.copy(to: kept)
      (key, vectors, products.key) = (own.numbers[2], own.numbers[3], own.numbers[2])
      products.take(own.numbers[4..<7])
      rule.numbers = Array(own.numbers[7...])
      for (cell, part) in zip(cells, parts) { cell.take(part) }
      weightsChange()
    }
  }
}
