import CMemSimSIMD

extension AnalogTile {
  public func setWeights(_ weights: UnsafePointer<Float>) throws(MemSimError) {
    try exclusively { () throws(MemSimError) in
      try requireFinite(weights, inputs * outputs, "weights")
      try settle(weights)
    }
  }

  private func settle(_ weights: UnsafePointer<Float>) throws(MemSimError) {
    let settle = devices.settle
    try event { (event) throws(MemSimError) in
      try byRows(of: weights) { row, line in settle(row, line, event) }
    }
  }

  /// Calls `body` for every input with a line of scratch that holds its column of `matrix` [outputs x inputs].
  private func byRows(
    of matrix: UnsafePointer<Float>, _ body: (_ row: Int, _ line: UnsafeMutablePointer<Float>) -> Void
  ) throws(MemSimError) {
    try byRows { row, line in
      for output in 0..<stride { line[output] = output < outputs ? matrix[output * inputs + row] : 0 }
      body(row, line)
    }
  }

  /// Calls `body` for every input with a line of scratch.
  func byRows(_ body: (_ row: Int, _ line: UnsafeMutablePointer<Float>) -> Void) throws(MemSimError) {
    try context.parallel(rowParts, scratch: Scratch.bytes(Float.self, stride)) { part, scratch in
      var scratch = scratch
      let line = scratch.take(Float.self, stride)
      for row in rows(part) { body(row, line) }
    }
  }

  /// The number of the next event; whatever has one changes weights.
  func nextEvent(_ count: Int = 1) -> UInt64 {
    products.weightsChange()
    defer { events &+= UInt64(count) }
    return events
  }

  /// Runs `body` with the number of the next event. One that fails does not count.
  func event(_ count: Int = 1, _ body: (UInt64) throws(MemSimError) -> Void) throws(MemSimError) {
    products.weightsChange()
    try body(events)
    events &+= UInt64(count)
  }

  public func weights(into out: UnsafeMutablePointer<Float>) throws(MemSimError) {
    try exclusively { () throws(MemSimError) in show(planes.weights, into: out) }
  }

  private func show(_ plane: Storage<Float>, into out: UnsafeMutablePointer<Float>) {
    transposed(plane.base, inputs: inputs, outputs: outputs, into: out, context)
  }

  public func hidden(_ name: String, into out: UnsafeMutablePointer<Float>) throws(MemSimError) {
    try exclusively { () throws(MemSimError) in
      let index = try quantity(name)
      if let physical = devices.physical, physical.has(index) {
        let plane = try Storage<Float>(inputs * stride)
        eachRow { physical.state(index, row: $0, into: plane.base + $0 * stride) }
        return show(plane, into: out)
      }
      if let plane = devices.plane(name) { return show(plane, into: out) }
      out.update(repeating: devices.common.shared(name), count: inputs * outputs)
    }
  }

  /// Its index on the card. Errors: argument.
  private func quantity(_ name: String) throws(MemSimError) -> Int {
    guard let index = device.card.states.firstIndex(where: { $0.name == name }) else {
      throw .argument(
        "pulsed device \"\(device.card.name)\" has no quantity \"\(name)\"; it has \(device.card.states.map(\.name).joined(separator: ", "))")
    }
    return index
  }

  public func setHidden(_ name: String, _ values: UnsafePointer<Float>) throws(MemSimError) {
    try exclusively { () throws(MemSimError) in
      let index = try quantity(name)
      try requireFinite(values, inputs * outputs, "values")
      if let physical = devices.physical, physical.has(index) { return try set(physical, index, values) }
      if name == "persistent_weights" { return try settle(values) }
      guard let plane = devices.plane(name) else {
        throw .argument("\(name) is not kept: give the device a lifetime, diffusion, reset, drift or spread of w_max for it")
      }
      let settle = devices.settle, state = planes.state
      try event { (event) throws(MemSimError) in
        try byRows(of: values) { row, line in
          (plane.base + row * stride).update(from: line, count: outputs)
          settle(row, state.base + row * stride, event)
        }
      }
      planes.devicesChange()
    }
  }

  private func set(_ physical: PhysicalCells, _ index: Int, _ values: UnsafePointer<Float>) throws(MemSimError) {
    try physical.check(index, values, inputs * outputs)
    try event { (event) throws(MemSimError) in
      try byRows(of: values) { physical.setState(index, row: $0, $1, event: event) }
    }
  }

  public func step() throws(MemSimError) {
    try exclusively { () throws(MemSimError) in
      if !devices.steps { return }
      let event = nextEvent(), step = devices.step
      eachRow { step($0, event) }
    }
  }

  public func drift(seconds: Double) throws(MemSimError) {
    try exclusively { () throws(MemSimError) in
      try TileChecks.seconds(seconds)
      guard let own = planes.drift else { return }
      let settle = devices.settle, law = devices.common.drift, planes = planes, stride = stride
      try event { (event) throws(MemSimError) in
        try byRows { row, line in
          law.drift(row, of: planes, own, seconds: seconds, event: event, into: line)
          settle(row, line, event)
          (own.last.base + row * stride).update(from: planes.state.base + row * stride, count: stride)
        }
      }
    }
  }

  public func reset(start: Int, count: Int, probability: Double) throws(MemSimError) {
    try exclusively { () throws(MemSimError) in
      try TileChecks.lines(start: start, count: count, of: inputs, probability: probability)
      let event = nextEvent(), reset = devices.reset
      for row in start..<start + count { reset(row % inputs, Float(probability), event) }
    }
  }

  /// Resets those devices of an input that `hits` [outputs] says.
  func reset(row: Int, where hits: [Bool]) {
    let event = nextEvent(), at = row * stride, bias = planes.plane("reset_bias", ownNames: [])
    let normals = EventNormals(seed: key, purpose: PulsedPurpose.resets, event: event)
    var line = Array(UnsafeBufferPointer(start: planes.state.base + at, count: stride))
    for output in hits.indices where hits[output] {
      let z = normals.sixteen((at + output) / 16 * 16)[output % 16]
      line[output] = (bias?.base[at + output] ?? 0) + Float(devices.common.resetStd) * z
    }
    devices.settle(row, line, event)
  }
}

extension PulsedDevices {
  func plane(_ name: String) -> Storage<Float>? { planes.plane(name, ownNames: ownNames) }
}
