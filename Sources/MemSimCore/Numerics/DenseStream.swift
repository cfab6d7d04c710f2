/// Few rows of A: B is read once, in whole rows, and nothing is copied. Memory bound.
extension DenseProduct {
  func runStreamed(_ context: Context) {
    let whole = shape.columns / Element.lanes * Element.lanes
    let width = stripColumns(context)
    let strips = roundUp(whole, width) / width
    context.parallel(strips + (whole < shape.columns ? 1 : 0)) { part in
      if part == strips { return lastColumns(from: whole) }
      let first = part &* width
      streamStrip(first, min(width, whole &- first))
    }
  }

  /// Columns per part, whole vectors. Long rows suit the prefetchers and short strips the threads; C's part stays in
  /// the nearest cache. An element's chain is the same in any strip.
  private func stripColumns(_ context: Context) -> Int {
    min(max(roundUp(shape.columns / context.threads, 64), 128), 1024)
  }

  private func streamStrip(_ first: Int, _ count: Int) {
    if shape.depth == 0 {
      for row in 0..<shape.rows { (c + (row &* shape.columns &+ first)).update(repeating: 0, count: count) }
    }
    let groups = shape.depth / 8 * 8
    for start in stride(from: 0, to: groups, by: 8) {
      addRows(StreamedRows<Reader, 8>(b + (start &* shape.columns &+ first), shape.columns, count), start, first)
    }
    for start in groups..<shape.depth {
      addRows(StreamedRows<Reader, 1>(b + (start &* shape.columns &+ first), shape.columns, count), start, first)
    }
  }

  /// Adds the products with some rows of B, from `start` on, to a strip of every row of C, two at a time.
  @inline(__always)
  private func addRows<let group: Int>(_ streamed: StreamedRows<Reader, group>, _ start: Int, _ first: Int) {
    let pairs = shape.rows / 2 * 2
    for row in stride(from: 0, to: pairs, by: 2) {
      streamed.add(Outputs<Element, 2>(self, row: row, start: start, column: first), isFirst: start == 0)
    }
    if pairs < shape.rows {
      streamed.add(Outputs<Element, 1>(self, row: pairs, start: start, column: first), isFirst: start == 0)
    }
  }

  /// The columns after the last whole vector. Vectors of B run on into its next row where there is one.
  private func lastColumns(from first: Int) {
    let (depth, columns) = (shape.depth, shape.columns)
    let slack = depth &* columns &- first &- Element.lanes
    let reaching = slack < 0 ? 0 : slack / columns &+ 1
    for row in 0..<shape.rows {
      var sum = Element.Lanes.zero
      for i in 0..<depth {
        let from = b + (i &* columns &+ first)
        let right = i < reaching ? Reader.load(from) : Reader.load(from, count: columns &- first)
        sum = Element.fma(Element.Lanes(repeating: a[row &* depth &+ i]), right, sum)
      }
      Element.store(sum, c + (row &* columns &+ first), count: columns &- first)
    }
  }
}

/// A strip of `group` neighbouring rows of B: several are in flight at a time, so that C is loaded and stored once
/// for all of them.
struct StreamedRows<Reader: DenseReader, let group: Int> {
  typealias Element = Reader.Element

  private let b: UnsafePointer<Reader.Stored>
  private let stride: Int
  private let count: Int

  /// - Parameter count: columns of the strip, a multiple of the lanes.
  @inline(__always)
  init(_ b: UnsafePointer<Reader.Stored>, _ stride: Int, _ count: Int) {
    (self.b, self.stride, self.count) = (b, stride, count)
  }

  @inline(__always)
  func add<let rows: Int>(_ outputs: Outputs<Element, rows>, isFirst: Bool) {
    var column = 0
    while column < count {
      var sums = isFirst ? .init(repeating: .zero) : outputs.load(column)
      for i in 0..<group {
        let right = Reader.load(b + (i &* stride &+ column))
        for row in 0..<rows { sums[row] = Element.fma(outputs.factor(row, i), right, sums[row]) }
      }
      outputs.store(sums, column)
      column &+= Element.lanes
    }
  }
}

/// `rows` neighbouring rows of A and C.
struct Outputs<Element: DenseElement, let rows: Int> {
  typealias Sums = InlineArray<rows, Element.Lanes>

  private let a: UnsafePointer<Element>
  private let c: UnsafeMutablePointer<Element>
  private let shape: DenseShape

  @inline(__always)
  init<Reader: DenseReader>(_ product: DenseProduct<Reader>, row: Int, start: Int, column: Int)
  where Reader.Element == Element {
    shape = product.shape
    a = product.a + (row &* shape.depth &+ start)
    c = product.c + (row &* shape.columns &+ column)
  }

  @inline(__always)
  func factor(_ row: Int, _ i: Int) -> Element.Lanes { Element.Lanes(repeating: a[row &* shape.depth &+ i]) }

  @inline(__always)
  func load(_ column: Int) -> Sums {
    var sums = Sums(repeating: .zero)
    for row in 0..<rows { sums[row] = Element.load(c + (row &* shape.columns &+ column)) }
    return sums
  }

  @inline(__always)
  func store(_ sums: Sums, _ column: Int) {
    for row in 0..<rows { Element.store(sums[row], c + (row &* shape.columns &+ column)) }
  }
}
