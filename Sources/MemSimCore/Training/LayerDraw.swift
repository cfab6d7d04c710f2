/// Which devices a draw gives.
public struct LayerKey: Sendable {
  public var seed, stream: UInt64
  /// Number of the call: every one draws anew. Below 2^32.
  public var call: UInt64
  /// Where every sample draws its own devices, sample b of a batch is number first + b step. Both below 2^32.
  public var firstSample, sampleStep: UInt64

  public init(seed: UInt64 = 0, stream: UInt64 = 0, call: UInt64 = 0, firstSample: UInt64 = 0, sampleStep: UInt64 = 1) {
    (self.seed, self.stream, self.call) = (seed, stream, call)
    (self.firstSample, self.sampleStep) = (firstSample, sampleStep)
  }

  /// Of a sample that draws for itself.
  func draw(sample: Int) -> DrawKey {
    DrawKey(seed: seed, stream: stream, call: call, sample: firstSample &+ UInt64(sample) &* sampleStep)
  }

  /// Of all samples of a call, whatever their numbers.
  func shared(replay: UnsafePointer<Double>? = nil) -> DrawKey {
    DrawKey(seed: seed, stream: stream, call: call, sample: 0, replay: replay)
  }

  func check() throws(MemSimError) {
    for (value, name) in [(call, "call"), (firstSample, "first_sample"), (sampleStep, "sample_step")] where value >= 1 << 32 {
      throw .argument("\(name) must be below 2^32, got \(value)")
    }
  }

  /// Errors: argument, if numbers of a batch's samples would be those of another call.
  func check(batch: Int) throws(MemSimError) {
    guard batch == 0 || firstSample + UInt64(batch - 1) * sampleStep < 1 << 32 else {
      throw .argument(
        "first_sample + (batch - 1) sample_step must be below 2^32, got \(firstSample), \(batch), \(sampleStep)")
    }
  }
}

/// From weights to the devices of a layer.
struct LayerDraw<L: LayerLanes> {
  let layer: MemristiveLayer
  let plan: LayerPlan<L>
  /// [rows x columns] >= 0.
  let weights: UnsafePointer<L.Scalar>
  /// k_G [S].
  let gain: L.Scalar

  init(_ layer: MemristiveLayer, _ weights: UnsafePointer<L.Scalar>, maximum: Double) {
    (self.layer, plan, self.weights) = (layer, LayerPlan(layer), weights)
    gain = L.Scalar((layer.window.on - layer.window.off) / maximum)
  }

  /// Devices of a tile of a block, into tables that begin at the tile's first row.
  func tile(_ block: Int, _ rows: Range<Int>, _ key: DrawKey, into tables: FactorTables<L>) {
    disturbed(block, rows, key) { tile in
      L.factors(layer.law, tile, key, layer.lawPosition, tables)
    }
  }

  /// The tile's conductances after all changes, in scratch.
  func disturbed(_ block: Int, _ rows: Range<Int>, _ key: DrawKey, _ body: (DeviceTile<L>) -> Void) {
    let size = rows.count * 16
    withUnsafeTemporaryAllocation(of: L.Scalar.self, capacity: 2 * size) { scratch in
      let base = scratch.baseAddress!
      let tile = DeviceTile<L>(
        conductance: base, slope: base + size, rows: rows.count, group: plan.group(block, rows.lowerBound),
        window: layer.window, first: rows.lowerBound * plan.columns + block * 16, columns: plan.columns)
      program(tile, block, rows)
      for (position, step) in layer.steps.enumerated() { L.change(step, tile, key, position) }
      body(tile)
    }
  }

  /// G = k_G w + G_off.
  private func program(_ tile: DeviceTile<L>, _ block: Int, _ rows: Range<Int>) {
    let columns = min(16, plan.columns - block * 16)
    for row in rows {
      let source = weights + row * plan.columns + block * 16
      for k in 0..<L.parts {
        let at = (row - rows.lowerBound) * 16 + k * L.scalarCount
        let w = columns == 16 ? L.load(source + k * L.scalarCount) : L.some(source, k, columns)
        L.store(L.all(layer.window.off).addingProduct(w, L(repeating: gain)), tile.conductance + at)
        L.store(L.all(1), tile.slope + at)
      }
    }
  }
}

extension DeviceLanes {
  /// Part k of a block of which only some columns exist, the others 0.
  @inline(never)
  static func some(_ source: UnsafePointer<Scalar>, _ k: Int, _ columns: Int) -> Self {
    var lanes = Self.zero
    for lane in 0..<scalarCount where k * scalarCount + lane < columns { lanes[lane] = source[k * scalarCount + lane] }
    return lanes
  }
}

/// Lanes of a layer: which of a law's compiled forms is theirs.
package protocol LayerLanes: DeviceLanes {
  static func change(_ step: ConductanceStep, _ tile: DeviceTile<Self>, _ key: DrawKey, _ position: Int)
  static func factors(
    _ law: CurrentLaw, _ tile: DeviceTile<Self>, _ key: DrawKey, _ position: Int, _ tables: FactorTables<Self>)
  static func drive(_ law: CurrentLaw, _ volts: Self) -> DriveFactors<Self>
}

extension SIMD16<Float>: LayerLanes {
  package static func change(_ step: ConductanceStep, _ tile: DeviceTile<Self>, _ key: DrawKey, _ position: Int) {
    step.float(tile, key, position)
  }
  package static func factors(
    _ law: CurrentLaw, _ tile: DeviceTile<Self>, _ key: DrawKey, _ position: Int, _ tables: FactorTables<Self>
  ) { law.floatTile(tile, key, position, tables) }
  package static func drive(_ law: CurrentLaw, _ volts: Self) -> DriveFactors<Self> { law.floatDrive(volts) }
}

extension SIMD8<Double>: LayerLanes {
  package static func change(_ step: ConductanceStep, _ tile: DeviceTile<Self>, _ key: DrawKey, _ position: Int) {
    step.double(tile, key, position)
  }
  package static func factors(
    _ law: CurrentLaw, _ tile: DeviceTile<Self>, _ key: DrawKey, _ position: Int, _ tables: FactorTables<Self>
  ) { law.doubleTile(tile, key, position, tables) }
  package static func drive(_ law: CurrentLaw, _ volts: Self) -> DriveFactors<Self> { law.doubleDrive(volts) }
}
