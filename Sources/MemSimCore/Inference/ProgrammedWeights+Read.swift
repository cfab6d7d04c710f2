extension ProgrammedWeights {
  /// Weights [outputs x inputs] `seconds` after programming; at 0 as programmed, without read noise.
  ///
  /// Errors: argument (a time < 0, or not known to the model), memory, busy; nothing is then written.
  public func weights(at seconds: Double, into out: UnsafeMutablePointer<Float>) throws(MemSimError) {
    try exclusively { () throws(MemSimError) in
      guard seconds >= 0, seconds <= 1e12 else { throw .argument("t must be 0...1e12 s, got \(seconds)") }
      let read = seconds > 0 ? try kernel.reader(seconds) : nil
      let number = reads, size = ProgrammedWeights.block
      try eachBlock(scratch: 3 * size) { first, groups, scratch in
        let (sum, g, target) = (scratch, scratch + size, scratch + 2 * size)
        let elements = groups.count * 64
        sum.update(repeating: map.offset, count: elements)
        for plane in 0..<planes {
          let block = block(plane, groups, target)
          if kernel.seesTargets { targets(plane, first, into: target) }
          if let read { read(block, g, number) }
          ProgrammedWeights.add(read == nil ? block.programmed : g, map.planes[plane].factor, to: sum, elements)
        }
        write(sum, first, min(elements, count - first), to: out)
      }
      if read != nil { reads &+= 1 }
    }
  }

  /// Weights of a block; those of a by-output converter get their sign and gain.
  private func write(_ sum: UnsafePointer<Float>, _ first: Int, _ elements: Int, to out: UnsafeMutablePointer<Float>) {
    guard let gains else { return (out + first).update(from: sum, count: elements) }
    for at in 0..<elements {
      let w = sum[at] * gains.base[(first + at) / inputs]
      out[first + at] = reference.base[first + at] < 0 ? -w : w
    }
  }

  /// A quantity of every device on the model's card: out [planes x outputs x inputs].
  ///
  /// Errors: argument, memory, busy.
  public func state(_ name: String, into out: UnsafeMutablePointer<Float>) throws(MemSimError) {
    try exclusively { () throws(MemSimError) in
      let names = model.card.states.map(\.name)
      guard let index = names.firstIndex(of: name) else {
        let known = names.joined(separator: ", ")
        throw .argument("model \"\(model.card.name)\" has no quantity \"\(name)\"; it has \(known)")
      }
      if index > 0 {
        for (plane, storage) in (index == 1 ? programmed : kept).enumerated() {
          (out + plane * count).update(from: storage.base, count: count)
        }
        return
      }
      try eachBlock(scratch: ProgrammedWeights.block) { first, groups, target in
        for plane in 0..<planes {
          targets(plane, first, into: target)
          (out + plane * count + first).update(from: target, count: min(groups.count * 64, count - first))
        }
      }
    }
  }
}
