/// What one row's voltage means for its cells, in every lane.
struct RowTerms<Element: NoisyElement> {
  let offset: Element.Lanes
  let slope: Element.Lanes
  let density: Element.Lanes
}

/// How a cell's variance enters that of its column.
protocol VarianceTerm {
  associatedtype Element: NoisyElement
  /// Whether `add` takes the cells' offsets into account, or leaves their sum to be added.
  static var includesOffsets: Bool { get }
  static func density(_ density: Element, slope: Element) -> Element
  static func add(_ row: RowTerms<Element>, _ x: Element.Lanes, _ sum: Element.Lanes) -> Element.Lanes
}

/// |s| |l + x d|
enum AbsoluteTerm<Element: NoisyElement>: VarianceTerm {
  static var includesOffsets: Bool { true }
  @inline(__always)
  static func density(_ density: Element, slope: Element) -> Element { density.magnitude }
  @inline(__always)
  static func add(_ row: RowTerms<Element>, _ x: Element.Lanes, _ sum: Element.Lanes) -> Element.Lanes {
    Element.fma(row.density, Element.magnitude(Element.fma(row.slope, x, row.offset)), sum)
  }
}

/// |x| |s d|: where l = 0. It has the bits of `SignedTerm`.
enum ScaledTerm<Element: NoisyElement>: VarianceTerm {
  static var includesOffsets: Bool { true }
  @inline(__always)
  static func density(_ density: Element, slope: Element) -> Element { (density * slope).magnitude }
  @inline(__always)
  static func add(_ row: RowTerms<Element>, _ x: Element.Lanes, _ sum: Element.Lanes) -> Element.Lanes {
    Element.fma(row.density, Element.magnitude(x), sum)
  }
}

/// x s d, where s has the sign of l + x d; the sum of s l is the same for all columns.
enum SignedTerm<Element: NoisyElement>: VarianceTerm {
  static var includesOffsets: Bool { false }
  @inline(__always)
  static func density(_ density: Element, slope: Element) -> Element { density * slope }
  @inline(__always)
  static func add(_ row: RowTerms<Element>, _ x: Element.Lanes, _ sum: Element.Lanes) -> Element.Lanes {
    Element.fma(row.density, x, sum)
  }
}

/// The terms of `count` rows from `row` on, held in registers for a whole strip.
struct RowGroup<Term: VarianceTerm, let count: Int> {
  private var terms: InlineArray<count, RowTerms<Term.Element>>

  @inline(__always)
  init<Reader: DenseReader>(_ vector: VectorRead<Reader>, _ row: Int) where Reader.Element == Term.Element {
    terms = InlineArray { i in
      let slope = vector.slopes[row &+ i]
      let density = Term.density(vector.densities[row &+ i], slope: slope)
      let offset = vector.offsets?[row &+ i] ?? 0
      return RowTerms(
        offset: .init(repeating: offset), slope: .init(repeating: slope), density: .init(repeating: density))
    }
  }

  @inline(__always)
  subscript(i: Int) -> RowTerms<Term.Element> { terms[i] }
}
