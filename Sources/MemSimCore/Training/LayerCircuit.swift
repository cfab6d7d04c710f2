/// A layer between wires that have resistance: every sample is a circuit of its own, solved with all its devices.
struct LayerCircuit<L: LayerLanes> {
  private let layer: MemristiveLayer
  private let workspace: LayerWorkspace<L>
  private let resistance: WireResistance
  /// [batch x inputs] 1.
  private let x: UnsafePointer<L.Scalar>
  private let batch: Int

  private var rows: Int { layer.rows }
  private var columns: Int { layer.columns }

  init(
    _ layer: MemristiveLayer, _ workspace: LayerWorkspace<L>, _ resistance: WireResistance,
    _ x: UnsafePointer<L.Scalar>, _ batch: Int
  ) {
    (self.layer, self.workspace, self.resistance) = (layer, workspace, resistance)
    (self.x, self.batch) = (x, batch)
  }

  // MARK: circuits

  /// Samples that share their devices, and these.
  private func circuits(
    _ body: (_ samples: Range<Int>, _ circuit: Circuit) throws(MemSimError) -> Void
  ) throws(MemSimError) {
    if batch == 0 { return }
    if layer.redraw == .call { return try body(0..<batch, try Circuit(layer, workspace, resistance)) }
    let own = try Storage<UInt8>(LayerWorkspace<L>.headerBytes + 2 * workspace.plan.region * MemoryLayout<L.Scalar>.stride)
    for sample in 0..<batch {
      let drawn = LayerWorkspace<L>(base: own.bytes.baseAddress!, plan: workspace.plan)
      layer.fill(
        drawn, LayerDraw<L>(layer, workspace.weights, maximum: workspace.header.maximum),
        workspace.header.key.draw(sample: sample))
      try body(sample..<sample + 1, try Circuit(layer, drawn, resistance))
    }
  }

  /// Devices of a draw between their wires.
  private struct Circuit {
    let wires: Wires
    /// Of ohmic devices, which change with the conductances asked for: [rows x columns].
    let slopes: Storage<Double>?

    init(_ layer: MemristiveLayer, _ drawn: LayerWorkspace<L>, _ resistance: WireResistance) throws(MemSimError) {
      let shape = WireShape(rows: layer.rows, columns: layer.columns)
      let isOhmic = layer.law.name == Ohmic.card.name
      let devices = isOhmic ? nil : try LawDevices(shape, layer.law)
      let slopes = isOhmic ? try Storage<Double>(layer.rows * layer.columns) : nil
      self.slopes = slopes
      wires = try Wires(
        shape,
        WireResistances(
          word: [resistance.word], bit: [resistance.bit], source: [resistance.source], sense: [resistance.sense]),
        // Single precision has no use for more.
        try WireTolerance(residual: L.Scalar.self == Float.self ? 1e-8 : 1e-14), layer.context
      ) { _, _, g in
        let places = (0..<shape.columns).map(shape.place)
        Circuit.each(drawn) { i, j, a, q, da, dq in
          devices?.set(i, place: places[j], a: a, q: q, da: da, dq: dq)
          if isOhmic { g[i * shape.paddedColumns + places[j]] = a }
          slopes?.base[i * layer.columns + j] = da
        }
        return devices
      }
    }

    /// Factors of every device.
    private static func each(
      _ drawn: LayerWorkspace<L>, _ body: (Int, Int, _ a: Double, _ q: Double, _ da: Double, _ dq: Double) -> Void
    ) {
      let plan = drawn.plan
      for j in 0..<plan.columns {
        let (strip, lane) = (j / plan.width, j % plan.width)
        for i in 0..<plan.rows {
          let (factor, slope) = (drawn.factors(strip) + i * plan.stride, drawn.slopes(strip) + i * plan.stride)
          let (q, dq) = plan.isExponential ? (factor[plan.width + lane], slope[plan.width + lane]) : (0, 0)
          body(i, j, Double(factor[lane]), Double(q), Double(slope[lane]), Double(dq))
        }
      }
    }
  }

  // MARK: calls

  /// Outputs [batch x outputs], and the power [batch] W of the sources or nil. Errors: memory, convergence.
  func forward(into y: UnsafeMutablePointer<L.Scalar>, power: UnsafeMutablePointer<L.Scalar>?) throws(MemSimError) {
    let gain = LayerCurrents<L>(layer, workspace).gain
    try circuits { (samples, circuit) throws(MemSimError) in
      try solve(samples, circuit.wires) { sample, work in
        let shape = circuit.wires.shape
        let currents = work.sums + (rows - 1) * shape.paddedColumns
        for k in 0..<layer.outputs {
          let difference = currents[shape.place(2 * k)] - currents[shape.place(2 * k + 1)]
          y[sample * layer.outputs + k] = L.Scalar(gain * difference)
        }
        guard let power else { return }
        if circuit.wires.devices == nil { work.fillCurrents(circuit.wires.g, shape) }
        var watts = 0.0
        for i in 0..<rows { watts += work.sources.word[i] * circuit.wires.rowSum(work.current, i) }
        power[sample] = L.Scalar(watts)
      }
    }
  }

  /// From dLoss/d column currents, `gamma` [batch x padded columns], gradients [batch x inputs] by the inputs, or nil, and
  /// by the conductances asked for [rows x columns]. The forward circuits are solved anew. Errors: memory, convergence.
  func backward(
    _ gamma: UnsafePointer<L.Scalar>, gradX: UnsafeMutablePointer<L.Scalar>?,
    gradWeights: UnsafeMutablePointer<L.Scalar>
  ) throws(MemSimError) {
    let sums = try Storage<Double>(rows * columns)
    let most = min(batch, layer.redraw == .call ? layer.context.threads : 1)
    let volts = try Storage<Double>(most * rows * columns), psi = try Storage<Double>(most * columns)
    let byVolts = try Storage<Double>(most * rows), part = try Storage<Double>(rows * columns)
    try circuits { (samples, circuit) throws(MemSimError) in
      part.base.update(repeating: 0, count: part.count)
      for first in stride(from: samples.lowerBound, to: samples.upperBound, by: most) {
        let some = first..<min(first + most, samples.upperBound)
        try solve(some, circuit.wires) { sample, work in
          circuit.wires.shape.gather(work.volts, volts.base + (sample - first) * rows * columns)
          let from = gamma + sample * workspace.plan.paddedColumns
          for j in 0..<columns { psi.base[(sample - first) * columns + j] = Double(from[j]) }
        }
        var out = WireGradients()
        (out.conductance, out.volts) = (part.base, byVolts.base)
        try circuit.wires.accumulate(volts.base, batch: some.count, psi.base, into: out)
        for sample in some { inputs(sample, byVolts.base + (sample - first) * rows, gradX) }
      }
      for at in 0..<sums.count { sums.base[at] += part.base[at] * (circuit.slopes?.base[at] ?? 1) }
    }
    for at in 0..<sums.count { gradWeights[at] = L.Scalar(sums.base[at]) }
  }

  private func inputs(_ sample: Int, _ byVolts: UnsafePointer<Double>, _ gradX: UnsafeMutablePointer<L.Scalar>?) {
    guard let gradX else { return }
    for i in 0..<layer.inputs { gradX[sample * layer.inputs + i] = L.Scalar(layer.scale * byVolts[i]) }
  }

  /// Solves samples and hands on their fields.
  private func solve(
    _ samples: Range<Int>, _ wires: Wires, _ body: (_ sample: Int, _ work: WireWork) -> Void
  ) throws(MemSimError) {
    let report = try wires.eachVector(samples.count) { k, work in
      let sample = samples.lowerBound + k
      return withUnsafeTemporaryAllocation(of: Double.self, capacity: rows) { volts in
        for i in 0..<rows {
          volts[i] = i < layer.inputs ? layer.scale * Double(x[sample * layer.inputs + i]) : layer.scale
        }
        var solve = WireSolve(wires, work)
        let report = solve.run(volts.baseAddress!, nil)
        body(sample, work)
        return report
      }
    }
    try wires.check(report)
  }
}
