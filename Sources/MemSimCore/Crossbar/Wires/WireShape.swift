/// Extents of a crossbar and of the fields of its solver: [paddedRows x paddedColumns], whole vectors of either precision
/// both ways. What is added has no devices.
struct WireShape {
  /// Of the widest vectors.
  static let width = FloatLanes.scalarCount

  let rows, columns: Int

  var paddedRows: Int { roundUp(rows, WireShape.width) }
  var paddedColumns: Int { roundUp(columns, WireShape.width) }
  var count: Int { paddedRows * paddedColumns }

  /// Whether steps in single precision are faster: their fields half fit the caches. In larger crossbars each of them
  /// leaves more behind, so that more are needed.
  var isSmall: Bool { count < 1 << 18 }

  /// Copies [rows x columns] into a field whose padding is left alone.
  func spread(_ from: UnsafePointer<Double>, _ to: Field) {
    for row in 0..<rows { (to + row * paddedColumns).update(from: from + row * columns, count: columns) }
  }

  /// Copies a field to [rows x columns].
  func gather(_ from: Field, _ to: UnsafeMutablePointer<Double>) {
    for row in 0..<rows { (to + row * columns).update(from: from + row * paddedColumns, count: columns) }
  }
}

/// One number a cell, by rows of whole vectors.
typealias Field = UnsafeMutablePointer<Double>

extension UnsafeMutablePointer<Double> {
  /// Eight elements from a multiple of eight on.
  @inline(__always)
  subscript(lanes index: Int) -> DoubleLanes {
    get { UnsafeRawPointer(self + index).load(as: DoubleLanes.self) }
    nonmutating set { UnsafeMutableRawPointer(self + index).storeBytes(of: newValue, as: DoubleLanes.self) }
  }
}
