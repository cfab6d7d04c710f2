extension MemristiveLayer {
  /// Bytes of the workspace that a draw fills.
  func workspaceBytes<L: LayerLanes>(_: L.Type) -> Int { LayerWorkspace<L>.bytes(self) }

  /// Draws the devices for weights and keeps them in a workspace.
  ///
  /// - Parameters:
  ///   - weights: [rows x columns] >= 0, finite, not all 0.
  ///   - replay: normals that the I-V law takes instead of drawn ones, [rows x columns x 2].
  ///
  /// Errors: argument (key, weights); the workspace then holds no devices.
  func draw<L: LayerLanes>(
    _ weights: UnsafePointer<L.Scalar>, _ key: LayerKey, replay: UnsafePointer<Double>? = nil,
    into base: UnsafeMutableRawPointer, _: L.Type
  ) throws(MemSimError) {
    base.storeBytes(of: 0, as: UInt64.self)
    try key.check()
    if replay != nil, redraw == .sample {
      throw .argument("normals can be given only where devices are drawn once a call")
    }
    let largest = try largestWeight(weights, L.self)
    let workspace = LayerWorkspace<L>(base: base, plan: LayerPlan(self))
    switch redraw {
    case .sample: workspace.weights.update(from: weights, count: rows * columns)
    case .call: fill(workspace, LayerDraw<L>(self, weights, maximum: largest.value), key.shared(replay: replay))
    }
    workspace.header = .init(
      layer: identity, rows: UInt32(rows), columns: UInt32(columns), kind: LayerWorkspace<L>.kind(self), seed: key.seed,
      stream: key.stream, call: key.call, firstSample: key.firstSample, sampleStep: key.sampleStep,
      maximum: largest.value, ties: Int64(largest.ties), firstOfTies: Int64(largest.first))
  }

  /// The largest weight. Errors: argument, also where it gives no scale in this precision.
  private func largestWeight<L: LayerLanes>(
    _ weights: UnsafePointer<L.Scalar>, _: L.Type
  ) throws(MemSimError) -> LargestWeight<L> {
    let largest = try LargestWeight<L>(weights, rows: rows, columns: columns)
    let gain = L.Scalar((window.on - window.off) / largest.value)
    guard gain.isNormal, (1 / gain).isNormal else {
      throw .argument("weights must have a largest one that scales the window in this precision, got \(largest.value)")
    }
    return largest
  }

  func fill<L: LayerLanes>(_ workspace: LayerWorkspace<L>, _ draw: LayerDraw<L>, _ key: DrawKey) {
    let plan = workspace.plan
    context.parallel(plan.blocks * plan.tiles) { part in
      let (block, rows) = (part / plan.tiles, plan.range(part % plan.tiles))
      let (strip, at) = (block * L.parts, rows.lowerBound * plan.stride)
      let last = strip + L.parts - 1
      draw.tile(block, rows, key, into: FactorTables(
        factors: (workspace.factors(strip) + at, workspace.factors(last) + at),
        slopes: (workspace.slopes(strip) + at, workspace.slopes(last) + at), columns: plan.columns - block * 16))
    }
  }

  /// Conductances of the devices that a draw gives sample 0, all changes made: [rows x columns] S.
  ///
  /// Errors: as for `draw`.
  func conductances<L: LayerLanes>(
    _ weights: UnsafePointer<L.Scalar>, _ key: LayerKey, into out: UnsafeMutablePointer<L.Scalar>, _: L.Type
  ) throws(MemSimError) {
    try key.check()
    let largest = try largestWeight(weights, L.self)
    let draw = LayerDraw<L>(self, weights, maximum: largest.value)
    let (plan, devices) = (draw.plan, redraw == .call ? key.shared() : key.draw(sample: 0))
    context.parallel(plan.blocks * plan.tiles) { part in
      let (block, rows) = (part / plan.tiles, plan.range(part % plan.tiles))
      draw.disturbed(block, rows, devices) { tile in
        for row in rows {
          let source = tile.conductance + (row - rows.lowerBound) * 16
          (out + row * plan.columns + block * 16).update(from: source, count: min(16, plan.columns - block * 16))
        }
      }
    }
  }
}

/// The largest weight, which fixes the scale, and where it stands.
struct LargestWeight<L: DeviceLanes> {
  let value: Double
  let ties: Int
  let first: Int

  /// Errors: argument, for a weight that is negative or not finite, or if all are 0.
  init(_ weights: UnsafePointer<L.Scalar>, rows: Int, columns: Int) throws(MemSimError) {
    let count = rows * columns
    var (least, most) = (L(repeating: .infinity), L.zero)
    var i = 0
    while i + L.scalarCount <= count {
      let w = L.load(weights + i)
      // A NaN stays in `least`: atMost keeps what is in its first argument.
      least = L.atMost(w - w + least, w)
      most = L.atLeast(most, w)
      i += L.scalarCount
    }
    var (low, high) = (L.Scalar.infinity, L.Scalar.zero)
    for lane in 0..<L.scalarCount {
      if !low.isNaN, !(least[lane] >= low) { low = least[lane] }
      high = max(high, most[lane])
    }
    while i < count {
      if !low.isNaN, !(weights[i] >= low) { low = weights[i] }
      high = max(high, weights[i])
      i += 1
    }
    guard low >= 0, high < .infinity else { throw LargestWeight.fault(weights, count, columns) }
    guard high > 0 else { throw .argument("weights must not all be 0: the largest sets the scale of the layer") }
    var (ties, first) = (0, -1)
    for i in 0..<count where weights[i] == high {
      if ties == 0 { first = i }
      ties += 1
    }
    (value, self.ties, self.first) = (Double(high), ties, first)
  }

  private static func fault(_ weights: UnsafePointer<L.Scalar>, _ count: Int, _ columns: Int) -> MemSimError {
    let index = (0..<count).first { !(weights[$0] >= 0 && weights[$0] < .infinity) } ?? 0
    return .argument(
      "weights must be finite and >= 0, got \(weights[index]) at row \(index / columns), column \(index % columns)")
  }
}
