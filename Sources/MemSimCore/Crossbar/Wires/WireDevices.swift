import CMemSimSIMD

/// Devices whose current is no multiple of the voltage, as a whole field.
protocol WireDevices: Sendable {
  /// Currents [A] and slopes [S], not negative, at voltages [V]. `memo` begins with zeros and is the devices' own.
  func evaluate(_ volts: Field, current: Field, slope: Field, memo: Field)
  /// dI/dG [V] of a law's devices at voltages; nil of cells, which have no such parameter.
  var byConductance: ((_ volts: Field, _ memo: Field, _ out: Field) -> Void)? { get }
}

/// Devices of an I-V law I = a r(V) exp(q t(V)), a selector perhaps in series.
struct LawDevices: WireDevices, @unchecked Sendable {
  let shape: WireShape
  let law: CurrentLaw
  let selector: Selector?
  private let memory: Storage<Double>
  private var a: Field { memory.base }
  private var q: Field { memory.base + shape.spaced }
  private var da: Field { memory.base + 2 * shape.spaced }
  private var dq: Field { memory.base + 3 * shape.spaced }

  /// - Parameters: conductances of open cells 0; normals [rows x columns x 2], or nil for 0. Errors: argument
  ///   (a normal that is not finite), memory.
  init(
    _ shape: WireShape, _ law: CurrentLaw, _ g: Field, normals: UnsafePointer<Double>?, selector: Selector?
  ) throws(MemSimError) {
    (self.shape, self.law, self.selector) = (shape, law, selector)
    memory = try Storage(4 * shape.spaced)
    if let normals {
      for at in 0..<2 * shape.rows * shape.columns where !normals[at].isFinite {
        throw .argument("normals must be finite, got \(normals[at]) at index \(at)")
      }
    }
    let places = (0..<shape.columns).map(shape.place)
    for i in 0..<shape.rows {
      for first in stride(from: 0, to: shape.columns, by: 8) {
        set(i, first..<min(first + 8, shape.columns), places, g, normals)
      }
    }
  }

  /// Devices whose factors are drawn elsewhere, all open until `set`. Errors: memory.
  init(_ shape: WireShape, _ law: CurrentLaw) throws(MemSimError) {
    (self.shape, self.law, selector) = (shape, law, nil)
    memory = try Storage(4 * shape.spaced)
  }

  /// I = a r exp(q t) and dI/dG = (da + dq t) r exp(q t) of one device.
  func set(_ row: Int, place: Int, a: Double, q: Double, da: Double, dq: Double) {
    let at = row * shape.paddedColumns + place
    (self.a[at], self.q[at], self.da[at], self.dq[at]) = (a, q, da, dq)
  }

  /// Up to eight devices of row i.
  private func set(_ i: Int, _ columns: Range<Int>, _ places: [Int], _ g: Field, _ normals: UnsafePointer<Double>?) {
    var (conductance, z, y) = (DoubleLanes.zero, DoubleLanes.zero, DoubleLanes.zero)
    for (lane, j) in columns.enumerated() {
      conductance[lane] = g[i * shape.paddedColumns + places[j]]
      let at = 2 * (i * shape.columns + j)
      if let normals { (z[lane], y[lane]) = (normals[at], normals[at + 1]) }
    }
    let factors = law.device(conductance, (z, y))
    for (lane, j) in columns.enumerated() {
      let a = conductance[lane] == 0 ? 0 : factors.a[lane]
      set(i, place: places[j], a: a, q: factors.q[lane], da: factors.da[lane], dq: factors.dq[lane])
    }
  }

  func evaluate(_ volts: Field, current: Field, slope: Field, memo: Field) {
    for at in stride(from: 0, to: shape.count, by: 8) {
      let v = volts[lanes: at]
      let both: Flow
      if let selector {
        let gate = DoubleLanes(repeating: selector.gate(at / shape.paddedColumns))
        let series = selector.inSeries(v, gate, start: memo[lanes: at]) { device(at, $0) }
        memo[lanes: at] = series.selectorVolts
        both = series.flow
      } else {
        both = device(at, v)
      }
      current[lanes: at] = both.current
      slope[lanes: at] = both.slope
    }
  }

  private func device(_ at: Int, _ v: DoubleLanes) -> Flow {
    let f = law.doubleDrive(v)
    let e = a[lanes: at] * DoubleLanes.expNormal(q[lanes: at] * f.t)
    return Flow(current: e * f.r, slope: e * (f.dr + q[lanes: at] * f.rdt))
  }

  /// Of the whole: the device's own, times the selector's part of the slope where there is one.
  var byConductance: ((_ volts: Field, _ memo: Field, _ out: Field) -> Void)? {
    { volts, memo, out in
      for at in stride(from: 0, to: shape.count, by: 8) {
        var (v, share) = (volts[lanes: at], DoubleLanes(repeating: 1))
        if let selector {
          let x = memo[lanes: at]
          v -= x
          let s = selector.flow(x, DoubleLanes(repeating: selector.gate(at / shape.paddedColumns))).slope
          let sum = s + device(at, v).slope
          share = ms_select_d(ms_equal_d(sum, .zero), .zero, s / sum)
        }
        let f = law.doubleDrive(v)
        let e = f.r * DoubleLanes.expNormal(q[lanes: at] * f.t)
        out[lanes: at] = (da[lanes: at] + dq[lanes: at] * f.t) * e * share
      }
    }
  }
}

/// The cells of an array, as they are.
struct CellDevices: WireDevices, @unchecked Sendable {
  let shape: WireShape
  let cells: any Cells
  let selector: Selector?
  /// 0 for a cut line.
  let live: (rows: [Double], places: [Double])
  let context: Context

  var byConductance: ((_ volts: Field, _ memo: Field, _ out: Field) -> Void)? { nil }

  func evaluate(_ volts: Field, current: Field, slope: Field, memo: Field) {
    let blocks = (shape.rows * shape.columns + 15) / 16
    context.parallel((blocks + 15) / 16) { part in
      for block in part * 16..<min(part * 16 + 16, blocks) { evaluate(block, volts, current, slope, memo) }
    }
  }

  private func evaluate(_ block: Int, _ volts: Field, _ current: Field, _ slope: Field, _ memo: Field) {
    let count = shape.rows * shape.columns
    var (v, x, gate) = (WideLanes.zero, WideLanes.zero, WideLanes.zero)
    eachCell(block, count) { lane, row, place in
      v[lane] = volts[row * shape.paddedColumns + place]
      x[lane] = memo[row * shape.paddedColumns + place]
      if let selector { gate[lane] = selector.gate(row) }
    }
    let (flow, y) = flow(block, v, x, gate)
    eachCell(block, count) { lane, row, place in
      let (at, isLive) = (row * shape.paddedColumns + place, live.rows[row] * live.places[place])
      (current[at], slope[at]) = (flow.current[lane] * isLive, flow.slope[lane] * isLive)
      memo[at] = y[lane]
    }
  }

  private func flow(_ block: Int, _ v: WideLanes, _ x: WideLanes, _ gate: WideLanes) -> (WideFlow, WideLanes) {
    guard let selector else { return (cells.flow(block: block, volts: v), .zero) }
    let series = selector.inSeries(v, gate, start: x) { cells.flow(block: block, volts: $0) }
    return (series.flow, series.selectorVolts)
  }

  @inline(__always)
  private func eachCell(_ block: Int, _ count: Int, _ body: (_ lane: Int, _ row: Int, _ place: Int) -> Void) {
    var row = block * 16 / shape.columns, column = block * 16 % shape.columns
    for lane in 0..<min(16, count - block * 16) {
      body(lane, row, shape.place(column))
      column += 1
      if column == shape.columns { (row, column) = (row + 1, 0) }
    }
  }
}
