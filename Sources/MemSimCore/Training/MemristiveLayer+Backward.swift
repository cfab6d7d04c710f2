extension MemristiveLayer {
  /// Gradients of a loss by the inputs and the weights, the path through the largest weight included.
  ///
  /// - Parameters:
  ///   - weights: those that were drawn.
  ///   - y, gradY: [batch x outputs], outputs of `forward` and the loss's derivatives by them.
  ///   - penalty: lambda of a term lambda sum |w| of the loss.
  ///   - gradX: [batch x inputs], or nil. - gradWeights: [rows x columns].
  ///
  /// Errors: argument, if the workspace holds no devices of this layer for these weights; memory. Allocates scratch.
  func backward<L: LayerLanes>(
    _ base: UnsafeMutableRawPointer, _ weights: UnsafePointer<L.Scalar>, _ x: UnsafePointer<L.Scalar>,
    _ y: UnsafePointer<L.Scalar>, _ gradY: UnsafePointer<L.Scalar>, batch: Int, penalty: Double,
    gradX: UnsafeMutablePointer<L.Scalar>?, gradWeights: UnsafeMutablePointer<L.Scalar>, _: L.Type
  ) throws(MemSimError) {
    let workspace = try LayerWorkspace<L>.drawn(base, self)
    let header = workspace.header
    guard Double(weights[Int(header.firstOfTies)]) == header.maximum else {
      throw .argument("weights are not those that the workspace's devices were drawn for")
    }
    try header.key.check(batch: batch)
    let size = batch * workspace.plan.paddedColumns
    let bytes = 2 * Scratch.bytes(L.Scalar.self, size) + Scratch.bytes(Double.self, rows)
    var failure: MemSimError?
    try Scratch.with(bytes) { scratch in
      var scratch = scratch
      let gamma = scratch.take(L.Scalar.self, size)
      let noisy = noise == nil ? nil : scratch.take(L.Scalar.self, size)
      let work = LayerBackward<L>(
        layer: self, workspace: workspace, x: x, batch: batch, gamma: gamma, noisy: noisy, weights: weights,
        gradX: gradX, gradWeights: gradWeights, dots: scratch.take(Double.self, rows))
      outputGradients(workspace, gradY, batch, into: gamma)
      do throws(MemSimError) {
        if let noisy { try noiseGradients(workspace, x, batch, gamma, into: noisy) }
        if let wires {
          try LayerCircuit<L>(self, workspace, wires, x, batch)
            .backward(gamma, gradX: gradX, gradWeights: gradWeights)
          for row in 0..<rows { work.dots[row] = work.dot(row) }
        } else {
          try context.parallel(work.parts, scratch: work.scratchBytes) { part, scratch in work.run(part, scratch) }
        }
      } catch {
        failure = error
        return
      }
      let gain = (window.on - window.off) / header.maximum
      let dots = UnsafeBufferPointer(start: work.dots, count: rows).reduce(0, +)
      let share = (total(y, gradY, batch * outputs) - gain * dots) / header.maximum
      finish(L.self, weights, gain, penalty, share / Double(header.ties), header.maximum, gradWeights)
    }
    if let failure { throw failure }
  }

  /// dLoss/dI of every column.
  private func outputGradients<L: LayerLanes>(
    _ workspace: LayerWorkspace<L>, _ gradY: UnsafePointer<L.Scalar>, _ batch: Int,
    into gamma: UnsafeMutablePointer<L.Scalar>
  ) {
    let gain = L.Scalar(LayerCurrents(self, workspace).gain)
    let size = workspace.plan.paddedColumns
    for sample in 0..<batch {
      let row = gamma + sample * size
      for output in 0..<outputs {
        let g = gain * gradY[sample * outputs + output]
        row[2 * output] = g
        row[2 * output + 1] = -g
      }
      (row + columns).update(repeating: 0, count: size - columns)
    }
  }

  /// The same times sigma z / sqrt(sum of I²), from the currents' squares anew; I times `LayerPlan.unit`.
  private func noiseGradients<L: LayerLanes>(
    _ workspace: LayerWorkspace<L>, _ x: UnsafePointer<L.Scalar>, _ batch: Int, _ gamma: UnsafePointer<L.Scalar>,
    into noisy: UnsafeMutablePointer<L.Scalar>
  ) throws(MemSimError) {
    let currents = LayerCurrents<L>(self, workspace)
    let size = workspace.plan.paddedColumns
    try LayerForward<L>(self, workspace, x, batch).chunks(squares: true, power: false) { samples, sums in
      for (k, sample) in samples.enumerated() {
        (noisy + sample * size).update(repeating: 0, count: size)
        currents.eachDeviate(currents.noise(sample)!) { column, z in
          let square = sums.square![k * size + column]
          guard square > 0 else { return }
          noisy[sample * size + column] =
            gamma[sample * size + column] * L.Scalar(noise!.sigma * z) / square.squareRoot()
        }
      }
    }
  }

  private func total<T: BinaryFloatingPoint>(_ y: UnsafePointer<T>, _ gradY: UnsafePointer<T>, _ count: Int) -> Double {
    var sum = 0.0
    for i in 0..<count { sum += Double(y[i]) * Double(gradY[i]) }
    return sum
  }

  /// From dLoss/dG to dLoss/dw: the scale, the penalty, and what the largest weights add through the scale.
  private func finish<L: LayerLanes>(
    _: L.Type, _ weights: UnsafePointer<L.Scalar>, _ gain: Double, _ penalty: Double, _ share: Double,
    _ maximum: Double, _ gradient: UnsafeMutablePointer<L.Scalar>
  ) {
    let (gain, penalty) = (L.Scalar(gain), L.Scalar(penalty))
    let (share, maximum) = (L.Scalar(share), L.Scalar(maximum))
    for i in 0..<rows * columns {
      var g = gradient[i] * gain
      if weights[i] > 0 { g += penalty }
      if weights[i] == maximum { g += share }
      gradient[i] = g
    }
  }
}
