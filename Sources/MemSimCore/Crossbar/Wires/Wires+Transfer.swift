extension Wires {
  /// How the transfer matrix is found.
  public enum TransferMethod: Int32, Sendable {
    /// As many solves as there are word or bit lines, whichever are fewer.
    case iterative = 0
    /// Row by row, direct: an independent check.
    case dense = 1
  }

  /// The matrix of ohmic devices and their wires, [rows x columns] S: output = volts matrix, terminals at 0 V.
  ///
  /// Errors: argument (devices that are not ohmic), convergence, memory, busy;
  /// nothing is then written but by `iterative`, which may have begun.
  public func transfer(_ method: TransferMethod, into out: UnsafeMutablePointer<Double>) throws(MemSimError) {
    guard devices == nil else { throw .argument("a transfer matrix needs ohmic devices without selectors") }
    try exclusively { () throws(MemSimError) in
      switch method {
      case .iterative: try iterative(out)
      case .dense: try DenseSweep(self).run(into: out)
      }
    }
  }

  /// Row i of the matrix is the output for 1 V on word line i; column j, by reciprocity, the word lines' currents for -1 V
  /// on bit line j.
  private func iterative(_ out: UnsafeMutablePointer<Double>) throws(MemSimError) {
    let report = rows <= columns ? try byRows(out) : try byColumns(out)
    try check(report)
  }

  private func byRows(_ out: UnsafeMutablePointer<Double>) throws(MemSimError) -> WireReport {
    try eachVector(rows) { row, work in
      var solve = WireSolve(self, work)
      let report = withUnit(row, rows, 1) { solve.run($0, nil) }
      WireReadout(wires: self, work: work).output(out + row * columns)
      return report
    }
  }

  private func byColumns(_ out: UnsafeMutablePointer<Double>) throws(MemSimError) -> WireReport {
    try eachVector(columns) { column, work in
      var solve = WireSolve(self, work)
      let report = withUnit(column, columns, -1) { solve.run(nil, $0) }
      work.fillCurrents(g, shape)
      for row in 0..<rows { out[row * columns + column] = words.isFloating[row] ? 0 : rowSum(work.current, row) }
      return report
    }
  }

  /// Of a field that is 0 where there are no devices.
  func rowSum(_ field: Field, _ row: Int) -> Double {
    var sum = 0.0
    for at in row * shape.paddedColumns..<(row + 1) * shape.paddedColumns { sum += field[at] }
    return sum
  }

  private func withUnit<R>(_ index: Int, _ count: Int, _ value: Double, _ body: (UnsafePointer<Double>) -> R) -> R {
    withUnsafeTemporaryAllocation(of: Double.self, capacity: count) { unit in
      unit.initialize(repeating: 0)
      unit[index] = value
      return body(unit.baseAddress!)
    }
  }
}
