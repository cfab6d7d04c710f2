/// Where derivatives of a loss go; nil: not wanted.
public struct WireGradients: @unchecked Sendable {
  /// [batch x rows] and [batch x columns].
  public var volts, bitVolts: UnsafeMutablePointer<Double>?
  /// Summed over the batch: [rows x columns] by conductances, [rows] and [columns] by each line's segments.
  public var conductance, word, bit: UnsafeMutablePointer<Double>?

  public init() {}
}

extension Wires {
  /// Derivatives of a loss by the adjoint circuit: the same one, its devices' slopes for conductances, with sources
  /// dLoss/d output along the bit lines.
  ///
  /// With v the devices' voltages, primes marking the adjoint circuit: dL/dV_i = sum_j J'_ij, dL/dE_j = -sum_i J'_ij,
  /// dL/dG_ij = dI/dG v'_ij, dL/dr = -sum of I I' over a line's segments.
  ///
  /// - Parameters:
  ///   - volts: [batch x rows x columns] V across the devices, of the solution.
  ///   - gradient: [batch x columns] dLoss/d output.
  ///
  /// Errors: argument, convergence (what was written is then not to be used), memory, busy.
  public func backward(
    _ volts: UnsafePointer<Double>, batch: Int, _ gradient: UnsafePointer<Double>, into out: WireGradients
  ) throws(MemSimError) {
    guard out.conductance == nil || array == nil else {
      throw .argument("grad_conductance must be NULL: the devices are an array's cells, not conductances")
    }
    try check(gradient, "grad_output", batch * columns)
    try check(volts, "device_volts", batch * rows * columns)
    try exclusively { () throws(MemSimError) in
      try accumulate(volts, batch: batch, gradient, into: out, anew: true)
    }
  }

  /// Adds up sums over the batch in its order: some vectors at once, then their parts one after the other.
  func accumulate(
    _ volts: UnsafePointer<Double>, batch: Int, _ gradient: UnsafePointer<Double>, into out: WireGradients,
    anew: Bool = false
  ) throws(MemSimError) {
    let wave = min(context.threads, batch)
    var adjoints: [WireAdjoint] = []
    for _ in 0..<wave { adjoints.append(try WireAdjoint(self)) }
    try reserve(wave)
    if anew {
      out.conductance?.update(repeating: 0, count: rows * columns)
      out.word?.update(repeating: 0, count: rows)
      out.bit?.update(repeating: 0, count: columns)
    }
    for first in stride(from: 0, to: batch, by: max(wave, 1)) {
      let count = min(wave, batch - first)
      let parts = adjoints
      let report = try eachVector(count) { k, work in
        let vector = first + k
        return parts[k].solve(work, volts + vector * rows * columns, gradient + vector * columns, out, vector)
      }
      try check(report)
      for k in 0..<count { adjoints[k].add(to: out) }
    }
  }

  private func check(_ values: UnsafePointer<Double>, _ name: String, _ count: Int) throws(MemSimError) {
    for at in 0..<count where !values[at].isFinite {
      throw .argument("\(name) must be finite, got \(values[at]) at index \(at)")
    }
  }
}

/// One vector's part of the gradients.
private final class WireAdjoint: @unchecked Sendable {
  private let wires: Wires
  private let memory: Storage<Double>
  private var shape: WireShape { wires.shape }
  private var conductance: Field { memory.base }
  private var scratch: Field { memory.base + shape.count }
  private var forward: Field { memory.base + 2 * shape.count }
  private var word: Field { memory.base + 3 * shape.count }
  private var bit: Field { word + shape.paddedRows }
  private var psi: Field { bit + shape.paddedColumns }

  init(_ wires: Wires) throws(MemSimError) {
    self.wires = wires
    memory = try Storage(3 * wires.shape.count + wires.shape.paddedRows + 2 * wires.shape.paddedColumns)
  }

  func solve(
    _ work: WireWork, _ volts: UnsafePointer<Double>, _ gradient: UnsafePointer<Double>, _ out: WireGradients, _ vector: Int
  ) -> WireReport {
    let (rows, columns, places) = (shape.rows, shape.columns, wires.places)
    // Of the forward solution: currents, and dI/dG.
    work.clear(shape)
    work.volts.update(repeating: 0, count: shape.count)
    shape.spread(volts, work.volts)
    if let devices = wires.devices {
      devices.evaluate(work.volts, current: forward, slope: work.slope!, memo: work.memo!)
      if out.conductance != nil { devices.byConductance!(work.volts, work.memo!, conductance) }
    } else {
      for at in 0..<shape.count {
        forward[at] = wires.g[at] * work.volts[at]
        conductance[at] = work.volts[at]
      }
    }
    for (j, place) in places.enumerated() { psi[j] = wires.bits.isFloating[place] ? 0 : -gradient[j] }
    var adjoint = WireSolve(wires, work).linearized
    let report = adjoint.run(nil, psi)
    work.fillCurrents(wires.devices == nil ? wires.g : work.slope!, shape)
    for at in 0..<shape.count { conductance[at] *= work.volts[at] }
    for i in 0..<rows {
      out.volts?[vector * rows + i] = wires.words.isFloating[i] ? 0 : wires.rowSum(work.current, i)
    }
    let bottom = work.sums + (rows - 1) * shape.paddedColumns
    for (j, place) in places.enumerated() {
      out.bitVolts?[vector * columns + j] = wires.bits.isFloating[place] ? 0 : -bottom[place]
    }
    if out.word != nil { wordSegments(work) }
    if out.bit != nil { bitSegments(work) }
    return report
  }

  /// word[i] = -sum over the segments of I I'.
  private func wordSegments(_ work: WireWork) {
    let (width, places) = (shape.paddedColumns, wires.places)
    for i in 0..<shape.rows {
      var (a, b) = (wires.wordEntry(forward, i), wires.wordEntry(work.current, i))
      var sum = 0.0
      for place in places {
        sum += a * b
        a -= forward[i * width + place]
        b -= work.current[i * width + place]
      }
      if wires.words.far[i] > 0 { sum += a * b }
      word[i] = wires.words.isCut[i] ? 0 : -sum
    }
  }

  private func bitSegments(_ work: WireWork) {
    let width = shape.paddedColumns
    bit.update(repeating: 0, count: width)
    scratch.update(repeating: 0, count: width)
    for i in 0..<shape.rows {
      for j in 0..<width {
        scratch[j] += forward[i * width + j]
        bit[j] -= scratch[j] * work.sums[i * width + j]
      }
    }
  }

  func add(to out: WireGradients) {
    let places = wires.places
    if let sum = out.conductance {
      for i in 0..<shape.rows {
        let row = conductance + i * shape.paddedColumns
        for (j, place) in places.enumerated() { sum[i * shape.columns + j] += row[place] }
      }
    }
    if let sum = out.word { for i in 0..<shape.rows { sum[i] += word[i] } }
    if let sum = out.bit { for (j, place) in places.enumerated() { sum[j] += bit[place] } }
  }
}
