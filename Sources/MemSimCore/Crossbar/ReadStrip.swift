/// A strip of columns of one vector's read: the plane is read once, for the current and its noise together.
struct ReadStrip<Reader: DenseReader> where Reader.Element: NoisyElement {
  typealias Element = Reader.Element

  let vector: VectorRead<Reader>
  private let first: Int
  private let count: Int
  private let plane: UnsafePointer<Reader.Stored>

  init(_ vector: VectorRead<Reader>, first: Int, count: Int) {
    (self.vector, self.first, self.count) = (vector, first, count)
    plane = vector.read.plane + first
  }

  private var rows: Int { vector.read.rows }
  private var columns: Int { vector.read.columns }

  /// Rows whose last vector of the strip, run on past its end, still lies within the plane.
  private var reachingRows: Int {
    let slack = rows &* columns &- first &- roundUp(count, Element.lanes)
    return slack < 0 ? 0 : min(rows, slack / columns &+ 1)
  }

  /// Noise of whole columns, variances summed by `Term`.
  @inline(__always)
  func readSums<Term: VarianceTerm>(_: Term.Type) where Term.Element == Element {
    ReadScratch<Element>.with { scratch in
      let groups = reachingRows / 8 * 8
      for row in stride(from: 0, to: groups, by: 8) {
        addRows(RowGroup<Term, 8>(vector, row), row, scratch) { plane, _ in Reader.load(plane) }
      }
      let reaching = reachingRows
      for row in groups..<rows {
        addRows(RowGroup<Term, 1>(vector, row), row, scratch) { plane, width in
          row < reaching ? Reader.load(plane) : Reader.load(plane, count: width)
        }
      }
      let variance = Term.includesOffsets ? 0 : vector.signedVariance
      vector.finish(scratch.means, scratch.seconds, plus: variance, first: first, count: count, scratch.window)
    }
  }

  /// Adds some rows' terms to the strip's sums, one after the other.
  @inline(__always)
  private func addRows<Term: VarianceTerm, let group: Int>(
    _ terms: RowGroup<Term, group>, _ row: Int, _ scratch: ReadScratch<Element>,
    _ load: (UnsafePointer<Reader.Stored>, Int) -> Element.Lanes
  ) where Term.Element == Element {
    for column in stride(from: 0, to: count, by: Element.lanes) {
      var mean = Element.load(scratch.means + column), variance = Element.load(scratch.seconds + column)
      for i in 0..<group {
        let x = load(plane + ((row &+ i) &* columns &+ column), min(Element.lanes, count &- column))
        mean = Element.fma(terms[i].slope, x, mean)
        variance = Term.add(terms[i], x, variance)
      }
      Element.store(mean, scratch.means + column)
      Element.store(variance, scratch.seconds + column)
    }
  }

  /// Noise of every cell.
  func readCells() {
    ReadScratch<Element>.with { scratch in
      let normals = vector.read.events.normals(ReadNoise.cellPurpose, vector.index)
      // Narrow planes: one filling of the window for several rows.
      let rowsAtOnce = count == columns ? max(1, NormalWindow.capacity / columns) : 1
      for start in stride(from: 0, to: rows, by: rowsAtOnce) {
        let rowsNow = min(rowsAtOnce, rows &- start)
        let z = scratch.window.fill(normals, start &* columns &+ first, count: (rowsNow &- 1) &* columns &+ count)
        for row in start..<start &+ rowsNow { addCells(row, z + (row &- start) &* columns, scratch) }
      }
      storeCells(scratch)
    }
  }

  @inline(__always)
  private func addCells(_ row: Int, _ z: UnsafePointer<Float>, _ scratch: ReadScratch<Element>) {
    let terms = RowGroup<AbsoluteTerm<Element>, 1>(vector, row)[0]
    let isReaching = row < reachingRows
    for column in stride(from: 0, to: count, by: Element.lanes) {
      let from = plane + (row &* columns &+ column)
      let x = isReaching ? Reader.load(from) : Reader.load(from, count: min(Element.lanes, count &- column))
      let deviation = Element.deviation(terms.density * Element.magnitude(Element.fma(terms.slope, x, terms.offset)))
      let noise = Element.fma(deviation, Element.normals(z + column), Element.load(scratch.seconds + column))
      Element.store(Element.fma(terms.slope, x, Element.load(scratch.means + column)), scratch.means + column)
      Element.store(noise, scratch.seconds + column)
    }
  }

  private func storeCells(_ scratch: ReadScratch<Element>) {
    let out = vector.read.out + (vector.index &* columns &+ first)
    let offset = Element(vector.offsetSum)
    for column in 0..<count { out[column] = (scratch.means[column] + offset) + scratch.seconds[column] }
  }
}
