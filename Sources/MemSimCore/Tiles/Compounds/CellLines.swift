/// Columns, or rows, of cells: how compounds read and write them, through converters and by pulses.
struct CellLines {
  let inputs, outputs: Int
  /// Whether a line is what belongs to an input; else to an output.
  let areColumns: Bool

  /// Lines, and devices of one.
  var count: Int { areColumns ? inputs : outputs }
  var length: Int { areColumns ? outputs : inputs }

  /// Where device `k` of a line is in a plane.
  func element(_ line: Int, _ k: Int) -> Int {
    let stride = (outputs + 15) / 16 * 16
    return areColumns ? line * stride + k : k * stride + line
  }

  /// Reads `n` lines from `start` on, going round, to `values` [n x length], all finite. Errors: memory.
  func read(
    _ cell: AnalogTile, _ start: Int, _ n: Int, into values: UnsafeMutablePointer<Float>
  ) throws(MemSimError) {
    let chosen = try oneHot(start, n), weights = cell.planes.weights.base
    if areColumns {
      try cell.products.forward(weights, chosen.base, n, into: values, sparse: true)
    } else {
      try cell.products.backward(weights, chosen.base, n, into: values, sparse: true)
    }
    for i in 0..<n * length { values[i] = PulsePlan.finite(values[i]) }
    withExtendedLifetime(chosen) {}
  }

  /// Pulses by which `n` lines from `start` on change by rate times values [n x length] in the mean. Errors: memory.
  func write(
    _ cell: AnalogTile, _ start: Int, _ n: Int, _ values: UnsafePointer<Float>, rate: Double, _ settings: UpdateSettings
  ) throws(MemSimError) {
    let chosen = try oneHot(start, n)
    let run = areColumns
      ? PulseRun(x: UnsafePointer(chosen.base), d: values, count: n) { _ in -rate }
      : PulseRun(x: values, d: UnsafePointer(chosen.base), count: n) { _ in -rate }
    try cell.pulse(run, cell.ownPlan(settings))
    withExtendedLifetime(chosen) {}
  }

  /// Vectors [n x count] that choose a line each.
  private func oneHot(_ start: Int, _ n: Int) throws(MemSimError) -> Storage<Float> {
    let vectors = try Storage<Float>(n * count)
    for i in 0..<n { vectors.base[i * count + (start + i) % count] = 1 }
    return vectors
  }
}
