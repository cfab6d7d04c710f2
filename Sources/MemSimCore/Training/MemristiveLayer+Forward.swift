extension MemristiveLayer {
  /// Outputs of a batch for the devices drawn.
  ///
  /// - Parameters:
  ///   - x: [batch x inputs] 1.
  ///   - y: [batch x outputs] 1.
  ///   - power: [batch] W that the devices turn into heat, or nil.
  ///
  /// Errors: argument, if the workspace holds no devices of this layer; memory. Allocates scratch.
  func forward<L: LayerLanes>(
    _ base: UnsafeMutableRawPointer, _ x: UnsafePointer<L.Scalar>, batch: Int, into y: UnsafeMutablePointer<L.Scalar>,
    power: UnsafeMutablePointer<L.Scalar>?, _: L.Type
  ) throws(MemSimError) {
    let workspace = try LayerWorkspace<L>.drawn(base, self)
    try workspace.header.key.check(batch: batch)
    if let wires {
      return try LayerCircuit<L>(self, workspace, wires, x, batch).forward(into: y, power: power)
    }
    let forward = LayerForward<L>(self, workspace, x, batch)
    let currents = LayerCurrents<L>(self, workspace)
    try forward.chunks(squares: noise != nil, power: power != nil) { samples, sums in
      for (k, sample) in samples.enumerated() {
        currents.outputs(sums, k, currents.noise(sample), into: y + sample * outputs)
        if let power { power[sample] = L.sum(L.load(sums.power! + k * L.scalarCount)) }
      }
    }
  }
}

extension LayerForward {
  /// Calls `body` with the sums of every chunk of samples, on any thread. Errors: memory.
  func chunks(
    squares: Bool, power: Bool, _ body: (_ samples: Range<Int>, _ sums: Sums) -> Void
  ) throws(MemSimError) {
    let most = min(LayerForward.chunk, batch)
    let (size, lanes) = (most * workspace.plan.paddedColumns, most * L.scalarCount)
    let bytes = 3 * Scratch.bytes(L.Scalar.self, max(size, lanes)) + scratchBytes
    try layer.context.parallel((batch + LayerForward.chunk - 1) / LayerForward.chunk, scratch: bytes) { part, scratch in
      var scratch = scratch
      let samples = part * LayerForward.chunk..<min(batch, (part + 1) * LayerForward.chunk)
      let sums = Sums(
        current: zeroed(&scratch, size), square: squares ? zeroed(&scratch, size) : nil,
        power: power ? zeroed(&scratch, lanes) : nil)
      run(samples, sums, scratch)
      body(samples, sums)
    }
  }

  private func zeroed(_ scratch: inout Scratch, _ count: Int) -> UnsafeMutablePointer<L.Scalar> {
    let memory = scratch.take(L.Scalar.self, count)
    memory.update(repeating: 0, count: count)
    return memory
  }
}

/// From column currents to outputs: y_k = (I_2k - I_2k+1) w_max / (k_V (G_on - G_off)), with read noise.
struct LayerCurrents<L: LayerLanes> {
  let layer: MemristiveLayer
  let plan: LayerPlan<L>
  private let key: LayerKey
  /// y per A.
  let gain: Double

  init(_ layer: MemristiveLayer, _ workspace: LayerWorkspace<L>) {
    let header = workspace.header
    (self.layer, plan, key) = (layer, workspace.plan, header.key)
    gain = header.maximum / (layer.scale * (layer.window.on - layer.window.off))
  }

  /// Normals of a sample's read; samples are told apart whether or not they draw their own devices.
  func noise(_ sample: Int) -> EventNormals? {
    layer.noise == nil ? nil : key.draw(sample: sample).normals(position: layer.noisePosition, channel: 0)
  }

  func outputs(
    _ sums: LayerForward<L>.Sums, _ k: Int, _ noise: EventNormals?, into y: UnsafeMutablePointer<L.Scalar>
  ) {
    let current = sums.current + k * plan.paddedColumns
    if let noise {
      let square = sums.square! + k * plan.paddedColumns
      eachDeviate(noise) { column, z in
        current[column] += L.Scalar(layer.noise!.sigma * z) * (square[column].squareRoot() / plan.unit)
      }
    }
    for output in 0..<layer.outputs { y[output] = L.Scalar(gain) * (current[2 * output] - current[2 * output + 1]) }
  }

  /// Every column's standard normal.
  func eachDeviate(_ noise: EventNormals, _ body: (_ column: Int, _ z: Double) -> Void) {
    for group in 0..<(plan.columns + 63) / 64 {
      let four = noise.group(group)
      for i in 0..<4 {
        let z = quarter(i, of: four)
        for lane in 0..<16 where group * 64 + i * 16 + lane < plan.columns {
          body(group * 64 + i * 16 + lane, Double(z[lane]))
        }
      }
    }
  }
}
