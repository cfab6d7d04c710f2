/// Column currents of a layer's devices, sample by sample: the bits of a sample depend neither on the others nor on
/// the threads.
struct LayerForward<L: LayerLanes> {
  /// Samples a thread takes at a time: a tile of tables serves them all from the first-level cache.
  static var chunk: Int { 16 }

  let layer: MemristiveLayer
  let workspace: LayerWorkspace<L>
  /// [batch x inputs] 1.
  let x: UnsafePointer<L.Scalar>
  let batch: Int
  private let header: LayerWorkspace<L>.Header
  private var plan: LayerPlan<L> { workspace.plan }

  init(_ layer: MemristiveLayer, _ workspace: LayerWorkspace<L>, _ x: UnsafePointer<L.Scalar>, _ batch: Int) {
    (self.layer, self.workspace, self.x, self.batch) = (layer, workspace, x, batch)
    header = workspace.header
  }

  /// Where sums go, for chunk's first sample on: currents, and where asked for their squares and the power.
  struct Sums {
    /// [samples x padded columns] A.
    let current: UnsafeMutablePointer<L.Scalar>
    /// The same of squares of A times `LayerPlan.unit`.
    let square: UnsafeMutablePointer<L.Scalar>?
    /// [samples x L.scalarCount] W.
    let power: UnsafeMutablePointer<L.Scalar>?
  }

  /// Bytes of scratch that `run` takes.
  var scratchBytes: Int {
    let chunk = LayerForward.chunk
    return chunk * DriveList<L>.bytes(plan.rows) + Scratch.bytes(DriveList<L>.self, chunk)
      + Scratch.bytes(Int.self, chunk) + Scratch.bytes(L.Scalar.self, tableElements)
  }

  /// Of a tile that one sample draws.
  private var tableElements: Int { layer.redraw == .sample ? LayerPlan<L>.tileRows * 16 * 4 : 0 }

  /// Sums of the samples, zeroed before.
  func run(_ samples: Range<Int>, _ sums: Sums, _ scratch: Scratch) {
    var scratch = scratch
    let listBytes = DriveList<L>.bytes(plan.rows)
    let memory = UnsafeMutableRawPointer(scratch.take(UInt8.self, LayerForward.chunk * listBytes))
    let lists = scratch.take(DriveList<L>.self, LayerForward.chunk)
    for (k, sample) in samples.enumerated() {
      (lists + k).initialize(to: drive(sample, memory + k * listBytes))
    }
    let positions = scratch.take(Int.self, LayerForward.chunk)
    sweep(samples, lists, positions, scratch.take(L.Scalar.self, tableElements), sums)
  }

  /// The rows of a sample that carry a voltage.
  private func drive(_ sample: Int, _ memory: UnsafeMutableRawPointer) -> DriveList<L> {
    var list = DriveList<L>(memory, capacity: plan.rows)
    let values = x + sample * layer.inputs
    var row = 0
    while row < layer.inputs {
      let lanes = min(L.scalarCount, layer.inputs - row)
      let volts = (lanes == L.scalarCount ? L.load(values + row) : L.some(values + row, 0, lanes)) * L.Scalar(layer.scale)
      list.append(volts, first: row, lanes: lanes)
      row += lanes
    }
    if layer.hasBias {
      list.append(L(repeating: L.Scalar(layer.scale)), first: row, lanes: 1)
    }
    list.complete(layer.law)
    return list
  }

  private func sweep(
    _ samples: Range<Int>, _ lists: UnsafeMutablePointer<DriveList<L>>, _ positions: UnsafeMutablePointer<Int>,
    _ tables: UnsafeMutablePointer<L.Scalar>, _ sums: Sums
  ) {
    for block in 0..<plan.blocks {
      positions.update(repeating: 0, count: samples.count)
      for tile in 0..<plan.tiles {
        let rows = plan.range(tile)
        for (k, sample) in samples.enumerated() {
          if layer.redraw == .sample { redraw(block, rows, sample, tables) }
          for part in 0..<L.parts where (block * L.parts + part) * L.scalarCount < plan.columns {
            let strip = block * L.parts + part
            let table = layer.redraw == .call
              ? workspace.factors(strip) + rows.lowerBound * plan.stride : tables + part * rows.count * plan.stride
            let isLast = part == L.parts - 1 || (strip + 1) * L.scalarCount >= plan.columns
            accumulate(lists[k], &positions[k], isLast, rows, table, strip, k, sums)
          }
        }
      }
    }
  }

  /// The sample's own devices of a tile, where every sample draws them.
  private func redraw(_ block: Int, _ rows: Range<Int>, _ sample: Int, _ tables: UnsafeMutablePointer<L.Scalar>) {
    let draw = LayerDraw<L>(layer, workspace.weights, maximum: header.maximum)
    let size = rows.count * plan.stride
    let slopes = tables + L.parts * size
    draw.tile(block, rows, header.key.draw(sample: sample), into: FactorTables(
      factors: (tables, tables + (L.parts - 1) * size), slopes: (slopes, slopes + (L.parts - 1) * size),
      columns: plan.columns - block * 16))
  }

  /// Adds the rows of a tile to one strip of a sample's sums; `position` advances where the strip is the block's last.
  private func accumulate(
    _ list: DriveList<L>, _ position: inout Int, _ advance: Bool, _ rows: Range<Int>,
    _ table: UnsafePointer<L.Scalar>, _ strip: Int, _ k: Int, _ sums: Sums
  ) {
    var end = position
    while end < list.count, Int(list.index[end]) < rows.upperBound { end += 1 }
    let at = k * plan.paddedColumns + strip * L.scalarCount
    let work = Strip(
      list: list, range: position..<end, table: table - rows.lowerBound * plan.stride, stride: plan.stride, unit: plan.unit,
      current: sums.current + at, square: sums.square.map { $0 + at }, power: sums.power.map { $0 + k * L.scalarCount })
    work.run(isExponential: plan.isExponential, narrow: plan.isNarrow(strip))
    if advance { position = end }
  }

  /// One strip of one sample: the innermost loop.
  private struct Strip {
    let list: DriveList<L>
    let range: Range<Int>
    let table: UnsafePointer<L.Scalar>
    let stride: Int
    let unit: L.Scalar
    let current: UnsafeMutablePointer<L.Scalar>
    let square, power: UnsafeMutablePointer<L.Scalar>?

    @inline(__always)
    func run(isExponential: Bool, narrow: Bool) {
      let detailed = square != nil || power != nil
      switch (isExponential, detailed, narrow) {
      case (true, false, false): sum(exponential: true, detailed: false, narrow: false)
      case (true, false, true): sum(exponential: true, detailed: false, narrow: true)
      case (false, false, false): sum(exponential: false, detailed: false, narrow: false)
      case (false, false, true): sum(exponential: false, detailed: false, narrow: true)
      case (true, true, _): sum(exponential: true, detailed: true, narrow: false)
      case (false, true, _): sum(exponential: false, detailed: true, narrow: false)
      }
    }

    @inline(__always)
    private func sum(exponential: Bool, detailed: Bool, narrow: Bool) {
      var total = L.load(current, narrow: narrow)
      var squares = detailed && square != nil ? L.load(square!) : .zero
      var watts = detailed && power != nil ? L.load(power!) : .zero
      for i in range {
        let at = table + Int(list.index[i]) &* stride
        var factor = L.load(at, narrow: narrow)
        if exponential { factor *= L.expNormal(L.load(at + L.scalarCount, narrow: narrow) * list.t[i]) }
        total.addProduct(factor, L(repeating: list.r[i]))
        if detailed {
          let amperes = factor * list.r[i]
          let units = factor * (list.r[i] * unit)
          squares.addProduct(units, units)
          watts.addProduct(L.abs(amperes), L(repeating: abs(list.v[i])))
        }
      }
      L.store(total, current, narrow: narrow)
      if detailed, let square { L.store(squares, square) }
      if detailed, let power { L.store(watts, power) }
    }
  }
}
