/// Extents of a crossbar and of the fields of its solver: [paddedRows x paddedColumns], whole vectors both ways. What
/// is added has no devices.
///
/// A word line lies in a row of a field as sixteen parts side by side, a part a lane: what runs along lines does so in
/// all parts at once. Bit lines keep their place from row to row. Padding comes before the first column.
struct WireShape {
  /// Of vectors: the parts of a word line.
  static let width = FloatLanes.scalarCount

  let rows, columns: Int

  var paddedRows: Int { roundUp(rows, WireShape.width) }
  var paddedColumns: Int { roundUp(columns, WireShape.width) }
  var count: Int { paddedRows * paddedColumns }
  /// Vectors of a row: columns of each part.
  var vectors: Int { paddedColumns / WireShape.width }
  /// Elements to set aside for a field. Fields apart by powers of two would share the sets of the caches.
  var spaced: Int { count + 5 * WireShape.width }

  /// Where column j is in a row.
  func place(_ column: Int) -> Int {
    let (part, k) = (column + paddedColumns - columns).quotientAndRemainder(dividingBy: vectors)
    return k * WireShape.width + part
  }

  /// Of all columns.
  var places: [Int] { (0..<columns).map(place) }

  /// Calls `body` for every column with its place.
  @inline(__always)
  func eachPlace(_ body: (_ column: Int, _ place: Int) -> Void) {
    var (part, k) = (paddedColumns - columns).quotientAndRemainder(dividingBy: vectors)
    for column in 0..<columns {
      body(column, k * WireShape.width + part)
      k += 1
      if k == vectors { (part, k) = (part + 1, 0) }
    }
  }

  /// Calls `body` for every vector of a row, by its first element. (Strides backward are a call each.)
  @inline(__always)
  func forward(_ body: (Int) -> Void) {
    var k = 0
    while k < paddedColumns {
      body(k)
      k &+= WireShape.width
    }
  }

  @inline(__always)
  func backward(_ body: (Int) -> Void) {
    var k = paddedColumns &- WireShape.width
    while k >= 0 {
      body(k)
      k &-= WireShape.width
    }
  }

  /// Copies [rows x columns] into a field whose padding is left alone.
  func spread(_ from: UnsafePointer<Double>, _ to: Field) {
    for row in 0..<rows {
      eachPlace { j, place in to[row * paddedColumns + place] = from[row * columns + j] }
    }
  }

  /// Copies a field to [rows x columns].
  func gather(_ from: Field, _ to: UnsafeMutablePointer<Double>) {
    for row in 0..<rows {
      eachPlace { j, place in to[row * columns + j] = from[row * paddedColumns + place] }
    }
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
