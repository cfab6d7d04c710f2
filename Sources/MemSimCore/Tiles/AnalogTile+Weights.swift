import CMemSimSIMD

extension AnalogTile {
  /// Sets W [outputs x inputs], each weight within the bounds of its device. Errors: argument (not finite), memory, busy.
  public func setWeights(_ weights: UnsafePointer<Float>) throws(MemSimError) {
    try exclusively { () throws(MemSimError) in
      try checkFinite(weights, inputs * outputs, "weights")
      try settle(weights)
    }
  }

  private func settle(_ weights: UnsafePointer<Float>) throws(MemSimError) {
    let event = nextEvent(), settle = devices.settle
    try byRows { row, line in
      for output in 0..<outputs { line[output] = weights[output * inputs + row] }
      for output in outputs..<stride { line[output] = 0 }
      settle(row, line, event)
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
    transposedIsFresh = false
    defer { events &+= UInt64(count) }
    return events
  }

  /// W [outputs x inputs] as products see it. Errors: busy.
  public func weights(into out: UnsafeMutablePointer<Float>) throws(MemSimError) {
    try exclusively { () throws(MemSimError) in transpose(planes.weights.base, into: out) }
  }

  /// From a plane to [outputs x inputs].
  private func transpose(_ plane: UnsafePointer<Float>, into out: UnsafeMutablePointer<Float>) {
    let stride = stride, inputs = inputs, outputs = outputs
    context.parallel((outputs + 15) / 16) { part in
      for row in 0..<inputs {
        for output in part * 16..<min(outputs, part * 16 + 16) { out[output * inputs + row] = plane[row * stride + output] }
      }
    }
  }

  /// A quantity of every device [outputs x inputs]. Errors: argument (unknown name), busy.
  public func hidden(_ name: String, into out: UnsafeMutablePointer<Float>) throws(MemSimError) {
    try exclusively { () throws(MemSimError) in
      let index = try quantity(name)
      if let physical = devices.physical {
        let plane = try Storage<Float>(inputs * stride)
        eachRow { physical.state(index, row: $0, into: plane.base + $0 * stride) }
        return transpose(plane.base, into: out)
      }
      if let plane = devices.plane(name) { return transpose(plane.base, into: out) }
      out.update(repeating: name == "decay_scales" ? 1 : 0, count: inputs * outputs)
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

  /// Sets a quantity of every device [outputs x inputs]; weights then follow their bounds.
  ///
  /// Errors: argument (unknown name, not finite, a quantity that this tile does not keep), memory, busy.
  public func setHidden(_ name: String, _ values: UnsafePointer<Float>) throws(MemSimError) {
    try exclusively { () throws(MemSimError) in
      let index = try quantity(name)
      try checkFinite(values, inputs * outputs, "values")
      if let physical = devices.physical { return try set(physical, index, values) }
      guard let plane = devices.plane(name) else {
        throw .argument("\(name) is not kept: give the device a lifetime, diffusion or reset for it")
      }
      for row in 0..<inputs {
        for output in 0..<outputs { plane.base[row * stride + output] = values[output * inputs + row] }
      }
      let event = nextEvent(), settle = devices.settle, state = planes.state
      eachRow { row in settle(row, state.base + row * stride, event) }
    }
  }

  private func set(_ physical: PhysicalCells, _ index: Int, _ values: UnsafePointer<Float>) throws(MemSimError) {
    try physical.check(index, values, inputs * outputs)
    _ = nextEvent()
    try byRows { row, line in
      for output in 0..<stride { line[output] = output < outputs ? values[output * inputs + row] : 0 }
      physical.setState(index, row: row, line)
    }
  }

  /// Diffusion, then decay, once an optimiser's step. Errors: busy.
  public func step() throws(MemSimError) {
    try exclusively { () throws(MemSimError) in
      if !devices.steps { return }
      let event = nextEvent(), step = devices.step
      eachRow { step($0, event) }
    }
  }

  /// Resets the devices of `count` inputs from `start` on, going round, each with `probability`.
  ///
  /// Errors: argument, busy.
  public func reset(start: Int, count: Int, probability: Double) throws(MemSimError) {
    try exclusively { () throws(MemSimError) in
      guard (0..<inputs).contains(start) else { throw .argument("start must be 0...\(inputs - 1), got \(start)") }
      guard (0...inputs).contains(count) else { throw .argument("count must be 0...\(inputs), got \(count)") }
      guard probability >= 0, probability <= 1 else { throw .argument("probability must be 0...1, got \(probability)") }
      let event = nextEvent(), reset = devices.reset
      for row in start..<start + count { reset(row % inputs, Float(probability), event) }
    }
  }
}

extension PulsedDevices {
  func plane(_ name: String) -> Storage<Float>? { planes.plane(name, ownNames: ownNames) }
}
