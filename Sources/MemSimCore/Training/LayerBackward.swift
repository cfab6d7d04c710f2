/// Gradients of a layer by rows: each thread owns rows, so sums over samples come in order for any thread count.
///
/// Source: the chain rule over y = S sum a r exp(q t); S = w_max / (k_V (G_on - G_off)).
struct LayerBackward<L: LayerLanes> {
  /// Rows a thread takes at a time, a multiple of 4, and samples whose voltages are listed at a time.
  static var chunk: Int { 32 }
  static var segment: Int { 64 }

  let layer: MemristiveLayer
  let workspace: LayerWorkspace<L>
  let x: UnsafePointer<L.Scalar>
  let batch: Int
  /// dLoss/dI [batch x padded columns]; and, with read noise, this times sigma z / sqrt(sum of I²), I in units.
  let gamma: UnsafePointer<L.Scalar>
  let noisy: UnsafePointer<L.Scalar>?
  let weights: UnsafePointer<L.Scalar>
  /// [batch x inputs], or nil.
  let gradX: UnsafeMutablePointer<L.Scalar>?
  /// [rows x columns].
  let gradWeights: UnsafeMutablePointer<L.Scalar>
  /// [rows]: sums over the columns of gradient times weight.
  let dots: UnsafeMutablePointer<Double>

  private var plan: LayerPlan<L> { workspace.plan }
  var parts: Int { (plan.rows + LayerBackward.chunk - 1) / LayerBackward.chunk }

  /// Bytes of scratch that `run` takes.
  var scratchBytes: Int {
    let chunk = LayerBackward.chunk
    return chunk * DriveList<L>.bytes(LayerBackward.segment) + Scratch.bytes(DriveList<L>.self, chunk)
      + Scratch.bytes(Int.self, chunk) + Scratch.bytes(L.Scalar.self, slotElements)
      + Scratch.bytes(L.Scalar.self, tableElements)
  }

  private var slotElements: Int {
    gradX == nil ? 0 : LayerBackward.chunk * LayerBackward.segment * L.scalarCount
  }
  private var tableElements: Int { layer.redraw == .sample ? LayerBackward.chunk * 16 * 4 : 0 }

  /// The rows of one part, all samples.
  func run(_ part: Int, _ scratch: Scratch) {
    var scratch = scratch
    let rows = part * LayerBackward.chunk..<min(plan.rows, (part + 1) * LayerBackward.chunk)
    (gradWeights + rows.lowerBound * plan.columns).update(repeating: 0, count: rows.count * plan.columns)
    let listBytes = DriveList<L>.bytes(LayerBackward.segment)
    let memory = UnsafeMutableRawPointer(scratch.take(UInt8.self, LayerBackward.chunk * listBytes))
    let lists = scratch.take(DriveList<L>.self, LayerBackward.chunk)
    let cursors = scratch.take(Int.self, LayerBackward.chunk)
    let slots = scratch.take(L.Scalar.self, slotElements)
    let tables = scratch.take(L.Scalar.self, tableElements)
    for first in stride(from: 0, to: batch, by: LayerBackward.segment) {
      sweep(Segment(
        samples: first..<min(batch, first + LayerBackward.segment), rows: rows, memory: memory, listBytes: listBytes,
        lists: lists, cursors: cursors, slots: gradX == nil ? nil : slots, tables: tables))
    }
    for row in rows { dots[row] = dot(row) }
  }

  /// Some samples of a part's rows, and scratch for them.
  private struct Segment {
    let samples: Range<Int>
    let rows: Range<Int>
    let memory: UnsafeMutableRawPointer
    let listBytes: Int
    let lists: UnsafeMutablePointer<DriveList<L>>
    let cursors: UnsafeMutablePointer<Int>
    /// [rows x segment] vectors: sums for the inputs' gradient.
    let slots: UnsafeMutablePointer<L.Scalar>?
    let tables: UnsafeMutablePointer<L.Scalar>

    func slot(_ row: Int) -> UnsafeMutablePointer<L.Scalar>? {
      slots.map { $0 + (row - rows.lowerBound) * LayerBackward.segment * L.scalarCount }
    }
  }

  private func sweep(_ work: Segment) {
    for (k, row) in work.rows.enumerated() {
      (work.lists + k).initialize(to: drive(row, work.samples, work.memory + k * work.listBytes))
    }
    if let slots = work.slots { slots.update(repeating: 0, count: slotElements) }
    for block in 0..<plan.blocks {
      if layer.redraw == .call { shared(block, work) } else { own(block, work) }
    }
    if gradX != nil { inputs(work) }
  }

  /// The samples that give a row a voltage; all of them, if the inputs' gradient is wanted.
  private func drive(_ row: Int, _ samples: Range<Int>, _ memory: UnsafeMutableRawPointer) -> DriveList<L> {
    var list = DriveList<L>(memory, capacity: LayerBackward.segment)
    let scale = L.Scalar(layer.scale)
    for sample in samples {
      let value = row < layer.inputs ? x[sample &* layer.inputs &+ row] : 1
      list.append(scale * value, number: sample, all: gradX != nil)
    }
    list.complete(layer.law)
    return list
  }

  /// A block of columns whose devices all samples share.
  private func shared(_ block: Int, _ work: Segment) {
    for part in 0..<L.parts where (block * L.parts + part) * L.scalarCount < plan.columns {
      let strip = block * L.parts + part
      for (k, row) in work.rows.enumerated() {
        let at = row * plan.stride
        let list = work.lists[k]
        accumulate(list, 0..<list.count, row, strip, workspace.factors(strip) + at, workspace.slopes(strip) + at, work)
      }
    }
  }

  /// A block of columns of which every sample has devices of its own.
  private func own(_ block: Int, _ work: Segment) {
    let header = workspace.header
    let draw = LayerDraw<L>(layer, workspace.weights, maximum: header.maximum)
    let size = work.rows.count * plan.stride
    let slopes = work.tables + L.parts * size
    work.cursors.update(repeating: 0, count: work.rows.count)
    for sample in work.samples {
      draw.tile(block, work.rows, header.key.draw(sample: sample), into: FactorTables(
        factors: (work.tables, work.tables + (L.parts - 1) * size), slopes: (slopes, slopes + (L.parts - 1) * size),
        columns: plan.columns - block * 16))
      for (k, row) in work.rows.enumerated() {
        let (list, at) = (work.lists[k], work.cursors[k])
        guard at < list.count, Int(list.index[at]) == sample else { continue }
        for part in 0..<L.parts where (block * L.parts + part) * L.scalarCount < plan.columns {
          let offset = part * size + k * plan.stride
          accumulate(list, at..<at + 1, row, block * L.parts + part, work.tables + offset, slopes + offset, work)
        }
        work.cursors[k] += 1
      }
    }
  }

  private func accumulate(
    _ list: DriveList<L>, _ range: Range<Int>, _ row: Int, _ strip: Int, _ factors: UnsafePointer<L.Scalar>,
    _ slopes: UnsafePointer<L.Scalar>, _ work: Segment
  ) {
    let column = strip * L.scalarCount
    let cell = Cell(
      list: list, range: range, factors: factors, slopes: slopes, gamma: gamma + column,
      noisy: noisy.map { $0 + column }, unit: plan.unit, pitch: plan.paddedColumns, slot: work.slot(row))
    let gradient = cell.run(isExponential: plan.isExponential, narrow: plan.isNarrow(strip))
    let out = gradWeights + row * plan.columns + column
    let lanes = plan.columns - column
    if lanes >= L.scalarCount {
      L.store(L.load(out) + gradient, out)
    } else {
      for lane in 0..<lanes { out[lane] += gradient[lane] }
    }
  }

  /// Sums over the columns for the inputs, which their scale then turns into gradients.
  private func inputs(_ work: Segment) {
    for (k, row) in work.rows.enumerated() where row < layer.inputs {
      let (slot, list) = (work.slot(row)!, work.lists[k])
      for i in 0..<list.count {
        let sum = L.sum(L.load(slot + i * L.scalarCount))
        gradX![Int(list.index[i]) * layer.inputs + row] = L.Scalar(layer.scale) * sum
      }
    }
  }

  /// Gradient times weight, summed over the columns of a row.
  func dot(_ row: Int) -> Double {
    let (g, w) = (gradWeights + row * plan.columns, weights + row * plan.columns)
    var (lanes, column) = (L.zero, 0)
    while column + L.scalarCount <= plan.columns {
      lanes.addProduct(L.load(g + column), L.load(w + column))
      column += L.scalarCount
    }
    var sum = Double(L.sum(lanes))
    while column < plan.columns {
      sum += Double(g[column]) * Double(w[column])
      column += 1
    }
    return sum
  }

  /// One device row of one strip over samples: the innermost loop.
  private struct Cell {
    let list: DriveList<L>
    let range: Range<Int>
    let factors, slopes: UnsafePointer<L.Scalar>
    let gamma: UnsafePointer<L.Scalar>
    let noisy: UnsafePointer<L.Scalar>?
    let unit: L.Scalar
    let pitch: Int
    let slot: UnsafeMutablePointer<L.Scalar>?

    /// dLoss/dG of the strip's devices.
    @inline(__always)
    func run(isExponential: Bool, narrow: Bool) -> L {
      switch (isExponential, slot != nil || noisy != nil, narrow) {
      case (true, false, false): sum(exponential: true, detailed: false, narrow: false)
      case (true, false, true): sum(exponential: true, detailed: false, narrow: true)
      case (false, false, false): sum(exponential: false, detailed: false, narrow: false)
      case (false, false, true): sum(exponential: false, detailed: false, narrow: true)
      case (true, true, _): sum(exponential: true, detailed: true, narrow: false)
      case (false, true, _): sum(exponential: false, detailed: true, narrow: false)
      }
    }

    @inline(__always)
    private func sum(exponential: Bool, detailed: Bool, narrow: Bool) -> L {
      let a = L.load(factors, narrow: narrow)
      let q = exponential ? L.load(factors + L.scalarCount, narrow: narrow) : .zero
      var (first, second) = (L.zero, L.zero)
      for i in range {
        let at = Int(list.index[i]) &* pitch
        let e = exponential ? L.expNormal(q * list.t[i]) : L(repeating: 1)
        var flow = L.load(gamma + at, narrow: narrow)
        if detailed, let noisy { flow.addProduct(L.load(noisy + at), a * e * (list.r[i] * unit)) }
        flow *= e
        first.addProduct(flow, L(repeating: list.r[i]))
        if exponential { second.addProduct(flow, L(repeating: list.r[i] * list.t[i])) }
        if detailed, let slot {
          let slope = L(repeating: list.dr[i]).addingProduct(q, L(repeating: list.rdt[i]))
          let place = slot + i &* L.scalarCount
          L.store(L.load(place).addingProduct(flow * a, slope), place)
        }
      }
      let linear = first * L.load(slopes, narrow: narrow)
      return exponential ? linear.addingProduct(second, L.load(slopes + L.scalarCount, narrow: narrow)) : linear
    }
  }
}
