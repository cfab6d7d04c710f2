/// How the read noise of column currents is drawn.
public enum ColumnNoise: Sendable {
  case none
  /// One normal per cell.
  case perCell
  /// One normal per column, with the sum of the cells' variances: exact, since a sum of independent normals is normal.
  case perColumn
}

/// Coefficients of a batch of reads of cells whose current is I = l + x d, with one number x per cell: each is
/// [batch x rows], a function of the row's voltage.
package struct ReadCoefficients<Element: DenseElement> {
  /// l [A]; nil for 0.
  let offsets: UnsafePointer<Element>?
  /// d [A].
  let slopes: UnsafePointer<Element>
  /// Variance of the noise per |I| [A], with the sign of the voltage. Not used without noise.
  let densities: UnsafePointer<Element>
  /// [batch] whether every cell's current has the sign of its voltage in that read. It selects the way to compute
  /// the variance, so it must not depend on the rest of the batch. nil: in none.
  let isSigned: UnsafePointer<Bool>?

  package init(
    offsets: UnsafePointer<Element>?, slopes: UnsafePointer<Element>, densities: UnsafePointer<Element>,
    isSigned: UnsafePointer<Bool>?
  ) {
    (self.offsets, self.slopes, self.densities, self.isSigned) = (offsets, slopes, densities, isSigned)
  }
}

/// Which normals a batch of reads draws: vector b those of event `firstEvent` + b under the Philox key `key`.
package struct ReadEvents: Sendable {
  let key: UInt64
  let firstEvent: UInt64

  package init(key: UInt64, firstEvent: UInt64) { (self.key, self.firstEvent) = (key, firstEvent) }

  func normals(_ purpose: UInt32, _ vector: Int) -> EventNormals {
    EventNormals(seed: key, purpose: purpose, event: firstEvent &+ UInt64(vector))
  }
}

/// Column currents of a crossbar without wire resistance: out[b, j] = sum_i l[b, i] + sum_i x[i, j] d[b, i], plus
/// normal noise of variance sum_i |s[b, i]| |l[b, i] + x[i, j] d[b, i]|.
///
/// The bits of a vector's currents depend neither on the rest of the batch nor on the threads.
package enum LinearRead {
  /// - Parameters:
  ///   - plane: x [rows x columns].
  ///   - out: [batch x columns] A; must not overlap the inputs.
  ///
  /// Allocates scratch for a batch of more than one vector. Errors: memory.
  package static func currents(
    _ plane: UnsafePointer<Float>, rows: Int, columns: Int, _ coefficients: ReadCoefficients<Float>, batch: Int,
    noise: ColumnNoise, events: ReadEvents, into out: UnsafeMutablePointer<Float>, context: Context
  ) throws(MemSimError) {
    try BatchRead<AsStored<Float>>(
      plane: plane, rows: rows, columns: columns, coefficients: coefficients, batch: batch, events: events, out: out
    ).run(noise, context)
  }

  /// As above, in double precision.
  package static func currents(
    _ plane: UnsafePointer<Double>, rows: Int, columns: Int, _ coefficients: ReadCoefficients<Double>, batch: Int,
    noise: ColumnNoise, events: ReadEvents, into out: UnsafeMutablePointer<Double>, context: Context
  ) throws(MemSimError) {
    try BatchRead<AsStored<Double>>(
      plane: plane, rows: rows, columns: columns, coefficients: coefficients, batch: batch, events: events, out: out
    ).run(noise, context)
  }

  /// As above, in double precision for a plane of floats.
  package static func currents(
    _ plane: UnsafePointer<Float>, rows: Int, columns: Int, _ coefficients: ReadCoefficients<Double>, batch: Int,
    noise: ColumnNoise, events: ReadEvents, into out: UnsafeMutablePointer<Double>, context: Context
  ) throws(MemSimError) {
    try BatchRead<Widened>(
      plane: plane, rows: rows, columns: columns, coefficients: coefficients, batch: batch, events: events, out: out
    ).run(noise, context)
  }
}
