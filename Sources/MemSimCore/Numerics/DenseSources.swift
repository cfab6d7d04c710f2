import CMemSimSIMD

/// What a tile of C is made from: rows of a panel of A, and `stride` from row to row columns of B.
struct TileSources<Element: DenseElement> {
  var a: UnsafePointer<Element>
  var b: UnsafePointer<Element>
  var stride: Int
  let depth: Int
  /// The chains begin here, at 0, whatever C holds.
  let isFirst: Bool
  var ahead: RowsAhead?

  @inline(never)
  func add(to corner: UnsafeMutablePointer<Element>, stride: Int) {
    var tile = isFirst ? DenseTile<Element>() : DenseTile<Element>(corner, stride: stride)
    tile.add(self)
    tile.store(corner, stride: stride)
  }

  /// The same of few rows.
  @inline(never)
  func addFew(to corner: UnsafeMutablePointer<Element>, stride: Int) {
    var tile = isFirst ? FewRowsTile<Element>() : FewRowsTile<Element>(corner, stride: stride)
    tile.add(self)
    tile.store(corner, stride: stride)
  }
}

/// Parts of rows of B, `stride` bytes apart, that are asked for some at a time while a tile is made.
struct RowsAhead {
  var from: UnsafeRawPointer
  let stride: Int
  let bytes: Int
  let atOnce: Int
  var left: Int

  /// Not more than are left, none once nothing is.
  @inline(__always)
  mutating func ask() {
    for _ in 0..<max(0, min(atOnce, left)) {
      for line in Swift.stride(from: 0, to: bytes, by: 64) { ms_prefetch_near(from + line) }
      from += stride
    }
    left &-= atOnce
  }
}
