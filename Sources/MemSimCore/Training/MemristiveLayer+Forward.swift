extension MemristiveLayer {
  /// Outputs of a batch for the devices drawn.
  ///
  /// - Parameters:
  ///   - x: [batch x inputs] 1.
  ///   - y: [batch x outputs] 1.
  ///   - power: [batch] W that the devices turn into heat, or nil.
  ///
  /// Errors: argument, if the workspace holds no devices of this layer. Allocates scratch.
  func forward<L: LayerLanes>(
    _ base: UnsafeMutableRawPointer, _ x: UnsafePointer<L.Scalar>, batch: Int, into y: UnsafeMutablePointer<L.Scalar>,
    power: UnsafeMutablePointer<L.Scalar>?, _: L.Type
  ) throws(MemSimError) {
    let workspace = try LayerWorkspace<L>.drawn(base, self)
    let forward = LayerForward<L>(self, workspace, x, batch)
    let currents = LayerCurrents<L>(self, workspace)
    forward.chunks { samples, sums in
      for (k, sample) in samples.enumerated() {
        let noise = currents.noise(sample)
        currents.outputs(sums, k, noise, into: y + sample * outputs)
        if let power { power[sample] = L.sum(L.load(sums.power! + k * L.scalarCount)) }
      }
    } wanting: { (squares: noise != nil, power: power != nil) }
  }
}

extension LayerForward {
  /// Calls `body` with the sums of every chunk of samples, on any thread.
  func chunks(
    _ body: (_ samples: Range<Int>, _ sums: Sums) -> Void, wanting: () -> (squares: Bool, power: Bool)
  ) {
    let (squares, power) = wanting()
    let size = workspace.plan.paddedColumns
    layer.context.parallel((batch + LayerForward.chunk - 1) / LayerForward.chunk) { part in
      let samples = part * LayerForward.chunk..<min(batch, (part + 1) * LayerForward.chunk)
      let count = samples.count * (size * (squares ? 2 : 1) + (power ? L.scalarCount : 0))
      withUnsafeTemporaryAllocation(of: L.Scalar.self, capacity: count) { memory in
        memory.update(repeating: 0)
        let base = memory.baseAddress!
        let after = base + samples.count * size
        let sums = Sums(
          current: base, square: squares ? after : nil, power: power ? after + (squares ? samples.count * size : 0) : nil)
        run(samples, sums)
        body(samples, sums)
      }
    }
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
      eachDeviate(noise) { column, z in current[column] += L.Scalar(layer.noise!.sigma * z) * square[column].squareRoot() }
    }
    for output in 0..<layer.outputs { y[output] = L.Scalar(gain) * (current[2 * output] - current[2 * output + 1]) }
  }

  /// Every column's standard normal.
  func eachDeviate(_ noise: EventNormals, _ body: (_ column: Int, _ z: Double) -> Void) {
    for group in 0..<(plan.columns + 63) / 64 {
      let four = noise.group(group)
      for i in 0..<4 {
        let z = row(i, of: four)
        for lane in 0..<16 where group * 64 + i * 16 + lane < plan.columns {
          body(group * 64 + i * 16 + lane, Double(z[lane]))
        }
      }
    }
  }
}
