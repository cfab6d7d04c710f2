import CMemSimSIMD

extension Wires {
  /// V: beyond it only mistakes lie.
  static var voltageLimit: Double { 1e6 }

  /// Currents of a batch of voltages.
  ///
  /// - Parameters:
  ///   - volts: [batch x rows] V. - bitVolts: [batch x columns] V of the terminals, or nil for 0.
  ///   - output: [batch x columns] A into the terminals.
  ///   - fields: [batch x rows x columns] each.
  ///   - report: how it went, failures too.
  ///
  /// Errors: argument, memory, busy: nothing is then written; convergence: output and fields then hold no solution.
  public func solve(
    _ volts: UnsafePointer<Double>, bitVolts: UnsafePointer<Double>? = nil, batch: Int,
    into output: UnsafeMutablePointer<Double>, fields: WireFields = WireFields(), report: inout WireReport
  ) throws(MemSimError) {
    report = WireReport()
    if batch == 0 { return }
    report = try exclusively { () throws(MemSimError) in
      try checkVolts(volts, bitVolts, batch)
      return try eachVector(batch) { vector, work in
        var solve = WireSolve(self, work)
        let report = solve.run(volts + vector * rows, bitVolts.map { $0 + vector * columns })
        let readout = WireReadout(wires: self, work: work)
        readout.output(output + vector * columns)
        readout.fill(fields.vector(vector, rows * columns))
        return report
      }
    }
    try check(report)
  }

  /// Solves by `body` for every vector, on the threads of the context, and those again for which single precision did not
  /// do; the worst report. Errors: memory.
  func eachVector(
    _ batch: Int, _ body: (_ vector: Int, _ work: WireWork) -> WireReport
  ) throws(MemSimError) -> WireReport {
    let workers = min(context.threads, batch)
    try reserve(workers)
    var failure: MemSimError?
    next.pointee = 0
    let worst = withUnsafeTemporaryAllocation(of: WireReport.self, capacity: batch) { reports in
      let found = UnsafeMutableRawPointer(reports.baseAddress!)
      context.parallel(workers) { worker in
        let work = work(worker)
        while true {
          let vector = Int(ms_atomic_next(next))
          if vector >= batch { return }
          (found.assumingMemoryBound(to: WireReport.self) + vector).initialize(to: body(vector, work))
        }
      }
      var worst = WireReport()
      for vector in 0..<batch {
        do throws(MemSimError) {
          worst.add(reports[vector].needsDouble ? body(vector, try exactWork()) : reports[vector])
        } catch {
          failure = error
        }
      }
      return worst
    }
    if let failure { throw failure }
    return worst
  }

  /// Errors: convergence, for more than an acceptable violation of Kirchhoff's laws.
  func check(_ report: WireReport) throws(MemSimError) {
    guard report.isUnique else {
      throw .convergence("a device has a negative differential conductance at the solution found: it need not be the only one")
    }
    guard !(report.residual <= max(WireSolve.acceptable, tolerance.residual)) else { return }
    throw .convergence(
      "Kirchhoff's laws are violated by \(report.residual) of the largest voltage or current after \(report.steps) steps and "
        + "\(report.iterations) iterations: the circuit needs more of them (max_steps, max_iterations), or more digits than there are")
  }

  func checkVolts(_ volts: UnsafePointer<Double>, _ bitVolts: UnsafePointer<Double>?, _ batch: Int) throws(MemSimError) {
    let limit = min(Wires.voltageLimit, array?.model.card.voltageLimit ?? .infinity)
    try check(volts, "volts", batch, rows, limit) { words.isFloating[$0] }
    if let bitVolts { try check(bitVolts, "bit_volts", batch, columns, limit) { bits.isFloating[places[$0]] } }
  }

  private func check(
    _ values: UnsafePointer<Double>, _ name: String, _ batch: Int, _ count: Int, _ limit: Double,
    _ isFloating: (_ line: Int) -> Bool
  ) throws(MemSimError) {
    for at in 0..<batch * count where !isFloating(at % count) && !(values[at].magnitude <= limit) {
      throw .argument("\(name) must be finite and within ±\(limit) V, got \(values[at]) at index \(at)")
    }
  }
}
