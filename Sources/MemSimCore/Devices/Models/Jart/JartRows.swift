import CMemSimSIMD

/// The row of a page that is nearest to a place, and how far the place is from it.
struct JartPlace {
  /// Of the polarity's first row, of the nearest.
  let first, index: IntLanes
  let offset: FloatLanes

  @inline(__always)
  init(_ place: WideLanes, first: IntLanes) {
    let nearest = WideLanes.floor(place + 0.5)
    offset = (place - nearest).floats
    (self.first, index) = (first, first &+ ms_float_to_int(nearest.floats))
  }
}

/// Rows of value and slope, nominal or as polynomials of radius and length.
struct JartRows: @unchecked Sendable {
  let base: UnsafePointer<Float>
  let width: Int32

  /// Whether all cells that the table has are nominal.
  var isNominal: Bool { width == Int32(JartFit.nominalWidth) }

  init(base: UnsafeMutablePointer<Float>, width: Int32) { (self.base, self.width) = (UnsafePointer(base), width) }

  @inline(__always)
  subscript(index: IntLanes) -> JartRow {
    let first = column(index, 0)
    if isNominal { return JartRow(isNominal: true, a: first, b: first, c: first, d: first) }
    return JartRow(isNominal: false, a: first, b: column(index, 4), c: column(index, 8), d: column(index, 12))
  }

  @inline(__always)
  private func column(_ index: IntLanes, _ first: Int) -> JartRow.Columns {
    var columns: JartRow.Columns = (.zero, .zero, .zero, .zero)
    ms_columns_f(base + first, index, width, &columns)
    return columns
  }
}

/// A row of every lane.
struct JartRow {
  typealias Columns = (a: FloatLanes, b: FloatLanes, c: FloatLanes, d: FloatLanes)
  let isNominal: Bool
  let a, b, c, d: Columns

  /// Value and slope by rows of nominal cells.
  @inline(__always)
  var nominal: (FloatLanes, FloatLanes) { (a.a, a.b) }

  /// The same at radius and length in -1...1.
  @inline(__always)
  func at(_ shape: (p: FloatLanes, q: FloatLanes)) -> (FloatLanes, FloatLanes) {
    if isNominal { return nominal }
    let (p, q) = shape
    // Nested: a + p (b + p (pp + p ppp + q ppq) + q pq) + q (c + q (qq + p pqq + q qqq)).
    let pp = a.d.addingProduct(p, b.c).addingProduct(q, b.d)
    let qq = b.b.addingProduct(p, c.a).addingProduct(q, c.b)
    let byP = a.b.addingProduct(p, pp).addingProduct(q, b.a)
    let byQ = a.c.addingProduct(q, qq)
    let value = a.a.addingProduct(p, byP).addingProduct(q, byQ)
    let slopeP = c.d.addingProduct(p, d.b).addingProduct(q, d.c)
    let slopeQ = d.a.addingProduct(q, d.d)
    return (value, c.c.addingProduct(p, slopeP).addingProduct(q, slopeQ))
  }

  /// How the value changes with radius and with length, of cells that are not nominal.
  @inline(__always)
  func gradient(_ shape: (p: FloatLanes, q: FloatLanes)) -> (p: FloatLanes, q: FloatLanes) {
    let (p, q) = shape, two = FloatLanes(repeating: 2), three = FloatLanes(repeating: 3)
    let pp = two * a.d.addingProduct(q, b.d), qq = two * b.b.addingProduct(p, c.a)
    let alongP = a.b.addingProduct(p, pp.addingProduct(p, three * b.c)).addingProduct(q, b.a.addingProduct(q, c.a))
    let alongQ = a.c.addingProduct(q, qq.addingProduct(q, three * c.b)).addingProduct(p, b.a.addingProduct(p, b.d))
    return (alongP, alongQ)
  }
}
