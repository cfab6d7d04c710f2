import Glibc

/// Signed reads of a batch as one dense product: two rows for each vector, one of the mean and one of the variance.
extension BatchRead {
  /// Vectors per product: bounds the scratch.
  private var productVectors: Int { 256 }

  /// Errors: memory.
  func readSignedProducts(_ context: Context) throws(MemSimError) {
    let scratch = try ProductScratch<Element>(vectors: min(batch, productVectors), rows: rows, columns: columns)
    defer { scratch.free() }
    var next = 0
    while next < batch {
      var count = 0
      while next < batch, count < productVectors {
        if isSigned(next) {
          scratch.vectors[count] = next
          count += 1
        }
        next += 1
      }
      try readSignedProduct(scratch, count, context)
    }
  }

  private func readSignedProduct(
    _ scratch: ProductScratch<Element>, _ count: Int, _ context: Context
  ) throws(MemSimError) {
    context.parallel(count) { copyFactors(scratch, $0) }
    let shape = DenseShape(rows: 2 * count, depth: rows, columns: columns)
    try DenseProduct<Reader>(a: scratch.factors, b: plane, c: scratch.sums, shape: shape).run(context)
    context.parallel(count) { index in
      let vector = VectorRead(self, scratch.vectors[index])
      let means = scratch.sums + 2 &* index &* columns
      NormalWindow.with {
        vector.finish(means, means + columns, plus: vector.signedVariance, first: 0, count: columns, $0)
      }
    }
  }

  /// Rows d and s d of the left factor.
  private func copyFactors(_ scratch: ProductScratch<Element>, _ index: Int) {
    let vector = VectorRead(self, scratch.vectors[index])
    let to = scratch.factors + 2 &* index &* rows
    to.update(from: vector.slopes, count: rows)
    for row in 0..<rows {
      to[rows &+ row] = SignedTerm<Element>.density(vector.densities[row], slope: vector.slopes[row])
    }
  }
}

struct ProductScratch<Element: NoisyElement> {
  /// Numbers of the vectors in the batch.
  let vectors: UnsafeMutablePointer<Int>
  /// [2 vectors x rows], then sums [2 vectors x columns] with room for a whole vector after the last.
  let factors: UnsafeMutablePointer<Element>
  let sums: UnsafeMutablePointer<Element>

  /// Errors: memory.
  init(vectors count: Int, rows: Int, columns: Int) throws(MemSimError) {
    let elements = 2 * count * (rows + columns) + Element.lanes
    let bytes = elements * MemoryLayout<Element>.stride + count * MemoryLayout<Int>.stride
    var raw: UnsafeMutableRawPointer?
    guard posix_memalign(&raw, 64, bytes) == 0, let raw else {
      throw .memory("\(bytes) bytes of scratch are not to be had")
    }
    factors = raw.bindMemory(to: Element.self, capacity: elements)
    sums = factors + 2 * count * rows
    vectors = (raw + elements * MemoryLayout<Element>.stride).bindMemory(to: Int.self, capacity: count)
  }

  func free() { Glibc.free(factors) }
}
