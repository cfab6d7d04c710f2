/// Products of dense row-major matrices.
///
/// Every element of C is one chain of fused multiply-adds, sum = fma(A[row, i], B[i, column], sum) for i = 0, 1, ...
/// from 0, so its bits depend on nothing but its row of A and its column of B: not on the other rows, the threads, or
/// the instruction set. Values that are not finite pass through as IEEE 754 has it.
package enum Dense {
  /// Up to so many rows of A, whole rows of B are read, one after the other.
  static let streamedRows = 12

  /// C [rows x columns] = A [rows x depth] B [depth x columns]. C must not overlap A or B.
  ///
  /// Allocates scratch of at most 24 MiB for more than 12 rows, else nothing. Errors: memory.
  package static func product(
    _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ c: UnsafeMutablePointer<Float>, rows: Int, depth: Int,
    columns: Int, context: Context
  ) throws(MemSimError) {
    let shape = DenseShape(rows: rows, depth: depth, columns: columns)
    try DenseProduct<AsStored<Float>>(a: a, b: b, c: c, shape: shape).run(context)
  }

  /// As above, in double precision.
  package static func product(
    _ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, _ c: UnsafeMutablePointer<Double>, rows: Int, depth: Int,
    columns: Int, context: Context
  ) throws(MemSimError) {
    let shape = DenseShape(rows: rows, depth: depth, columns: columns)
    try DenseProduct<AsStored<Double>>(a: a, b: b, c: c, shape: shape).run(context)
  }

  /// As above, in double precision of a matrix of floats.
  package static func product(
    _ a: UnsafePointer<Double>, _ b: UnsafePointer<Float>, _ c: UnsafeMutablePointer<Double>, rows: Int, depth: Int,
    columns: Int, context: Context
  ) throws(MemSimError) {
    let shape = DenseShape(rows: rows, depth: depth, columns: columns)
    try DenseProduct<Widened>(a: a, b: b, c: c, shape: shape).run(context)
  }
}

/// Extents of C [rows x columns] = A [rows x depth] B [depth x columns].
struct DenseShape {
  let rows: Int
  let depth: Int
  let columns: Int
}

/// The operands of one product: the same for either way of computing it.
struct DenseProduct<Reader: DenseReader> {
  typealias Element = Reader.Element

  let a: UnsafePointer<Element>
  let b: UnsafePointer<Reader.Stored>
  let c: UnsafeMutablePointer<Element>
  let shape: DenseShape

  /// Errors: memory.
  func run(_ context: Context) throws(MemSimError) {
    if shape.rows == 0 || shape.columns == 0 { return }
    if shape.rows <= Dense.streamedRows || shape.depth == 0 { return runStreamed(context) }
    try runBlocked(context)
  }
}
