/// How a write went.
public struct WriteReport: Sendable {
  /// Steps of time, and those taken back.
  public internal(set) var steps = 0
  public internal(set) var rejected = 0
  /// J from all terminals, and of it in devices and selectors.
  public internal(set) var energy = 0.0
  public internal(set) var deviceEnergy = 0.0
}

extension Wires {
  /// Holds the terminals at voltages for a time while the array's cells switch: their voltages are solved anew as they do.
  ///
  /// A step holds every cell at the mean of its voltages at the beginning and, by a trial step, at the end: second order.
  /// A step in which a cell's voltage changes by more than `tolerance` of the largest applied is taken back and cut,
  /// down to 1e-9 of the duration.
  ///
  /// - Parameters:
  ///   - volts: [rows] V. - bitVolts: [columns] V, or nil for 0. - duration: 0...1e12 s. - tolerance: 1e-6...1.
  ///
  /// Errors: argument (no array, a model without time), convergence, memory, busy; the cells are then unchanged.
  public func write(
    _ volts: UnsafePointer<Double>, bitVolts: UnsafePointer<Double>? = nil, duration: Double, tolerance: Double
  ) throws(MemSimError) -> WriteReport {
    guard let array else { throw .argument("wires must be of an array to be written through") }
    guard duration >= 0, duration <= DeviceArray.durationLimit else {
      throw .argument("duration must be 0...\(DeviceArray.durationLimit) s, got \(duration)")
    }
    guard tolerance >= 1e-6, tolerance <= 1 else { throw .argument("tolerance must be 1e-6...1, got \(tolerance)") }
    return try exclusively { () throws(MemSimError) in
      try checkVolts(volts, bitVolts, 1)
      let before = try array.snapshot()
      do throws(MemSimError) {
        var transient = try WireTransient(self, array, volts, bitVolts, tolerance)
        return try transient.run(duration)
      } catch {
        array.restore(before)
        throw error
      }
    }
  }
}

/// Cells that switch while their wires' terminals are held.
private struct WireTransient {
  private let wires: Wires
  private let array: DeviceArray
  private let cells: any TimedCells
  private let volts, bitVolts: UnsafePointer<Double>?
  private let tolerance: Double
  private let work: WireWork
  /// [rows x columns] V, at the beginning and the end of a step.
  private let start, end: Storage<Double>
  private let scale: Double
  private var report = WriteReport()

  init(
    _ wires: Wires, _ array: DeviceArray, _ volts: UnsafePointer<Double>, _ bitVolts: UnsafePointer<Double>?,
    _ tolerance: Double
  ) throws(MemSimError) {
    (self.wires, self.array, cells) = (wires, array, try array.timedCells())
    (self.volts, self.bitVolts, self.tolerance) = (volts, bitVolts, tolerance)
    try wires.reserve(1)
    work = wires.work(0)
    (start, end) = (try Storage(array.count), try Storage(array.count))
    // Between any two of the terminals that are held.
    var (least, most) = (Double.infinity, -Double.infinity)
    for i in 0..<wires.rows where !wires.words.isFloating[i] && !wires.words.isCut[i] {
      (least, most) = (min(least, volts[i]), max(most, volts[i]))
    }
    for (j, place) in wires.places.enumerated() where !wires.bits.isFloating[place] && !wires.bits.isCut[place] {
      (least, most) = (min(least, bitVolts?[j] ?? 0), max(most, bitVolts?[j] ?? 0))
    }
    scale = max(most - least, 0)
  }

  mutating func run(_ duration: Double) throws(MemSimError) -> WriteReport {
    var (time, step) = (0.0, duration / 16)
    var power = try solve(into: start)
    while time < duration {
      step = min(step, duration - time)
      if !(step > 0) { step = duration - time }
      let (change, next) = try advance(step, isLeast: step <= 1e-9 * duration)
      // A cell without any voltage does not change what the others see.
      let factor = change > 0 ? min(max(0.7 * tolerance * scale / change, 0.1), 5) : 5
      guard let next else {
        report.rejected += 1
        step = max(step * min(factor, 0.5), 1e-9 * duration)
        continue
      }
      report.energy += 0.5 * step * (power.total + next.total)
      report.deviceEnergy += 0.5 * step * (power.devices + next.devices)
      (power, time) = (next, step < duration - time ? time + step : duration)
      start.base.update(from: end.base, count: array.count)
      report.steps += 1
      step = max(step * factor, 1e-9 * duration)
    }
    return report
  }

  private struct Power {
    var total, devices: Double
  }

  /// One step of time; no power if it is taken back. The largest change of a cell's voltage.
  private func advance(_ step: Double, isLeast: Bool) throws(MemSimError) -> (Double, Power?) {
    let before = try array.snapshot()
    try hold(start, step)
    _ = try solve(into: end)
    var change = 0.0
    for at in 0..<array.count { change = max(change, abs(end.base[at] - start.base[at])) }
    array.restore(before)
    if change > tolerance * scale, !isLeast, scale > 0 { return (change, nil) }
    for at in 0..<array.count { end.base[at] = 0.5 * (start.base[at] + end.base[at]) }
    try hold(end, step)
    return (change, try solve(into: end))
  }

  private func hold(_ volts: Storage<Double>, _ duration: Double) throws(MemSimError) {
    let held = Operand(volts.base, .double, count: array.count)
    try array.hold(cells, held, for: duration)
  }

  /// The cells' voltages as the cells now are. Errors: convergence.
  private func solve(into out: Storage<Double>) throws(MemSimError) -> Power {
    var solve = WireSolve(wires, work)
    try wires.check(solve.run(volts, bitVolts))
    var power = Power(total: 0, devices: 0)
    let (width, places) = (wires.shape.paddedColumns, wires.places)
    for i in 0..<wires.rows {
      power.total += work.sources.word[i] * wires.rowSum(work.current, i)
      for (j, place) in places.enumerated() {
        let at = i * width + place
        // The cell's own voltage: without that of its selector.
        out.base[i * wires.columns + j] = work.volts[at] - work.memo![at]
        power.devices += work.volts[at] * work.current[at]
      }
    }
    for place in places { power.total -= work.sources.bit[place] * work.sums[(wires.rows - 1) * width + place] }
    return power
  }
}
