/// A batch of reads of cells in the form of `LinearRead`, in the precisions that `Reader` names.
struct BatchRead<Reader: DenseReader> where Reader.Element: NoisyElement {
  typealias Element = Reader.Element

  let plane: UnsafePointer<Reader.Stored>
  let rows: Int
  let columns: Int
  let coefficients: ReadCoefficients<Element>
  let batch: Int
  let events: ReadEvents
  let out: UnsafeMutablePointer<Element>

  /// Errors: memory.
  func run(_ noise: ColumnNoise, _ context: Context) throws(MemSimError) {
    if batch == 0 || columns == 0 { return }
    switch noise {
    case .none: try readExactly(context)
    case .perCell: readStrips(context) { $0.readCells() }
    case .perColumn: try readSums(context)
    }
  }

  private func readExactly(_ context: Context) throws(MemSimError) {
    let shape = DenseShape(rows: batch, depth: rows, columns: columns)
    try DenseProduct<Reader>(a: coefficients.slopes, b: plane, c: out, shape: shape).run(context)
    if coefficients.offsets == nil { return }
    context.parallel(batch) { vector in
      let offset = Element(VectorRead(self, vector).offsetSum)
      let currents = out + vector &* columns
      for column in 0..<columns { currents[column] += offset }
    }
  }

  /// Signed reads are two dense products, which pays from two vectors on; others take every cell's |I|.
  private func readSums(_ context: Context) throws(MemSimError) {
    let signed = (0..<batch).count { isSigned($0) }
    if signed > 1 { try readSignedProducts(context) }
    if signed > 1 && signed == batch { return }
    readStrips(context) { strip in
      if !isSigned(strip.vector.index) {
        if coefficients.offsets == nil {
          strip.readSums(ScaledTerm<Element>.self)
        } else {
          strip.readSums(AbsoluteTerm<Element>.self)
        }
      } else if signed == 1 {
        strip.readSums(SignedTerm<Element>.self)
      }
    }
  }

  func isSigned(_ vector: Int) -> Bool { coefficients.isSigned?[vector] ?? false }

  /// Calls `body` for strips of columns of each vector.
  private func readStrips(_ context: Context, _ body: (ReadStrip<Reader>) -> Void) {
    let width = min(max(roundUp(columns / context.threads, 64), 128), ReadScratch<Element>.maxColumns)
    let strips = roundUp(columns, width) / width
    context.parallel(batch * strips) { part in
      let first = part % strips &* width
      body(ReadStrip(VectorRead(self, part / strips), first: first, count: min(width, columns &- first)))
    }
  }
}

/// One vector of a batch.
struct VectorRead<Reader: DenseReader> where Reader.Element: NoisyElement {
  typealias Element = Reader.Element

  let read: BatchRead<Reader>
  let index: Int
  let offsets: UnsafePointer<Element>?
  let slopes: UnsafePointer<Element>
  let densities: UnsafePointer<Element>

  init(_ read: BatchRead<Reader>, _ index: Int) {
    (self.read, self.index) = (read, index)
    let row = index &* read.rows
    offsets = read.coefficients.offsets.map { $0 + row }
    slopes = read.coefficients.slopes + row
    densities = read.coefficients.densities + row
  }

  /// sum_i l_i
  var offsetSum: Double { offsets.map { fixedOrderSum($0, count: read.rows) } ?? 0 }
  /// sum_i s_i l_i
  var signedVariance: Double { offsets.map { fixedOrderSum($0, times: densities, count: read.rows) } ?? 0 }

  /// Writes the currents of columns first..<first + count: `means` sum_i x d, `variances` those of the noise less
  /// `variance`, both with room for whole vectors.
  func finish(
    _ means: UnsafePointer<Element>, _ variances: UnsafePointer<Element>, plus variance: Double, first: Int,
    count: Int, _ window: NormalWindow
  ) {
    let normals = read.events.normals(ReadNoise.sumPurpose, index)
    let (offset, variance) = (Element(offsetSum), Element(variance))
    let out = read.out + (index &* read.columns &+ first)
    for start in stride(from: 0, to: count, by: NormalWindow.capacity) {
      let end = min(start &+ NormalWindow.capacity, count)
      let z = window.fill(normals, first &+ start, count: end &- start)
      for column in stride(from: start, to: end, by: Element.lanes) {
        let deviation = Element.deviation(Element.load(variances + column) + variance)
        let mean = Element.load(means + column) + offset
        let current = Element.fma(deviation, Element.normals(z + (column &- start)), mean)
        Element.store(current, out + column, count: min(Element.lanes, end &- column))
      }
    }
  }
}
