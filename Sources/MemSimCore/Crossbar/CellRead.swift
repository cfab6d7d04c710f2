import CMemSimSIMD

/// Column currents of cells whose current is any function of the voltage: every cell's current, then sums down the
/// columns in double precision and row order.
struct CellRead {
  private let array: DeviceArray
  private let volts: UnsafeRawPointer
  private let precision: Precision
  private let noise: ColumnNoise
  private let model: ReadNoise
  /// One vector's currents [A] and, with noise of whole columns, variances [A²].
  private let currents: Storage<Double>
  private let variances: Storage<Double>?

  /// Errors: memory.
  init(
    _ array: DeviceArray, _ volts: UnsafeRawPointer, _ precision: Precision, _ noise: ColumnNoise, _ model: ReadNoise
  ) throws(MemSimError) {
    (self.array, self.volts, self.precision) = (array, volts, precision)
    (self.noise, self.model) = (noise, model)
    currents = try Storage(array.blocks * 16)
    variances = noise == .perColumn ? try Storage(array.blocks * 16) : nil
  }

  func run(_ batch: Int, _ out: UnsafeMutableRawPointer) {
    for vector in 0..<batch {
      let lines = Operand(
        volts + vector * array.rows * (precision == .float ? 4 : 8), precision, count: array.rows)
      array.forEachChunk { read(lines, event: array.reads &+ UInt64(vector), $0) }
      array.context.parallel((array.columns + 63) / 64) { sum(vector, group: $0, out) }
    }
  }

  private func read(_ lines: Operand, event: UInt64, _ blocks: Range<Int>) {
    let normals = EventNormals(seed: DeviceArray.key(array.seed), purpose: ReadNoise.cellPurpose, event: event)
    var row = blocks.lowerBound * 16 / array.columns, column = blocks.lowerBound * 16 % array.columns
    for first in stride(from: blocks.lowerBound, to: blocks.upperBound, by: 4) {
      let z = noise == .perCell ? normals.group(first / 4) : (.zero, .zero, .zero, .zero)
      for block in first..<min(first + 4, blocks.upperBound) {
        let u = nextVolts(lines, &row, &column)
        let current = cellCurrents(block, noise == .none ? u : nonzero(u))
        let ownNormals = block == first ? z.0 : block == first + 1 ? z.1 : block == first + 2 ? z.2 : z.3
        write(block, current, nonzero(u), ownNormals)
      }
    }
  }

  /// The voltages of sixteen cells from (row, column) on, which move along.
  private func nextVolts(_ lines: Operand, _ row: inout Int, _ column: inout Int) -> WideLanes {
    var lanes = WideLanes(repeating: 0)
    for lane in 0..<16 where row < array.rows {
      lanes[lane] = lines.wideValue(row)
      column += 1
      if column == array.columns { (row, column) = (row + 1, 0) }
    }
    return lanes
  }

  private func cellCurrents(_ block: Int, _ u: WideLanes) -> WideLanes {
    switch precision {
    case .float: WideLanes(array.cells.currents(block: block, volts: u.floats))
    case .double: array.cells.currents(block: block, volts: u)
    }
  }

  private func write(_ block: Int, _ current: WideLanes, _ u: WideLanes, _ z: FloatLanes) {
    let variance = model.density(u.floats) * ms_abs_f(current.floats)
    let noisy = noise == .perCell ? current + WideLanes(z * ms_sqrt_f(variance)) : current
    store(noisy, to: currents.base, .double, at: block * 16, count: array.count)
    if let variances { store(WideLanes(variance), to: variances.base, .double, at: block * 16, count: array.count) }
  }

  /// Up to 64 columns.
  private func sum(_ vector: Int, group: Int, _ out: UnsafeMutableRawPointer) {
    let event = array.reads &+ UInt64(vector)
    let normals = EventNormals(seed: DeviceArray.key(array.seed), purpose: ReadNoise.sumPurpose, event: event).group(group)
    let z = [normals.0, normals.1, normals.2, normals.3]
    for column in group * 64..<min(group * 64 + 64, array.columns) {
      var total = 0.0, variance = 0.0
      for row in 0..<array.rows {
        total += currents.base[row * array.columns + column]
        if let variances { variance += variances.base[row * array.columns + column] }
      }
      let place = column - group * 64
      total += Double(z[place / 16][place % 16]) * variance.squareRoot()
      let index = vector * array.columns + column
      switch precision {
      case .float: out.storeBytes(of: Float(total), toByteOffset: index * 4, as: Float.self)
      case .double: out.storeBytes(of: total, toByteOffset: index * 8, as: Double.self)
      }
    }
  }
}
