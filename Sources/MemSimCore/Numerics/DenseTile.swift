/// The register block of the dense product: `rows` x (`vectors` x lanes) accumulators.
///
/// The shape fills the register file without spilling: 24 of 32 AVX-512 registers, 12 of 16 AVX2 registers. It does
/// not show in results, since an accumulator is one element's chain of multiply-adds. The depth packed at a time is
/// what fits the nearest caches: a panel of B in the first two levels, one of A in the first. Rows that do not fill a
/// tile are taken few at a time.
#if MEMSIM_V4
typealias DenseTile<Element: DenseElement> = RegisterTile<Element, 12, 2>
typealias FewRowsTile<Element: DenseElement> = RegisterTile<Element, 4, 2>
let densePanelDepth = 512
#else
typealias DenseTile<Element: DenseElement> = RegisterTile<Element, 6, 1>
typealias FewRowsTile<Element: DenseElement> = RegisterTile<Element, 3, 1>
let densePanelDepth = 384
#endif

struct RegisterTile<Element: DenseElement, let rows: Int, let vectors: Int> {
  typealias Lanes = Element.Lanes
  typealias Row = InlineArray<vectors, Lanes>

  /// Rows and columns of C that the tile covers.
  static var height: Int { rows }
  static var width: Int { vectors * Element.lanes }

  private var sums = InlineArray<rows, Row>(repeating: Row(repeating: .zero))

  /// All zero.
  @inline(__always)
  init() {}

  /// The values of a tile of C.
  @inline(__always)
  init(_ from: UnsafePointer<Element>, stride: Int) {
    for row in 0..<rows {
      for vector in 0..<vectors { sums[row][vector] = Element.load(from + (row &* stride &+ vector &* Element.lanes)) }
    }
  }

  @inline(__always)
  func store(_ to: UnsafeMutablePointer<Element>, stride: Int) {
    for row in 0..<rows {
      for vector in 0..<vectors { Element.store(sums[row][vector], to + (row &* stride &+ vector &* Element.lanes)) }
    }
  }

  /// Adds the products of some rows of A's panel and `width` columns of B.
  @inline(__always)
  mutating func add(_ sources: TileSources<Element>) {
    var (a, b, left, ahead) = (sources.a, sources.b, sources.depth, sources.ahead)
    while left > 0 {
      ahead?.ask()
      let end = a + min(left, Element.lanes)
      var step = a
      while step < end {
        addOuterProduct(step, b)
        step += 1
        b += sources.stride
      }
      a += DenseTile<Element>.height &* Element.lanes
      left &-= Element.lanes
    }
  }

  /// Adds the product of one column of A, its elements a vector apart, and one row of B.
  @inline(__always)
  private mutating func addOuterProduct(_ a: UnsafePointer<Element>, _ b: UnsafePointer<Element>) {
    var right = Row(repeating: .zero)
    for vector in 0..<vectors { right[vector] = Element.load(b + vector &* Element.lanes) }
    for row in 0..<rows {
      let left = Lanes(repeating: a[row &* Element.lanes])
      for vector in 0..<vectors { sums[row][vector] = Element.fma(left, right[vector], sums[row][vector]) }
    }
  }
}
