import MemSimCore
import Testing

/// Every product is compared bit for bit with the scalar chain that defines it.
@Suite struct DenseTests {
  /// rows, depth, columns: either way of computing, each edge of vectors, tiles, panels and groups, and empty extents.
  static let shapes = [
    [1, 1, 1], [1, 7, 3], [1, 8, 16], [2, 9, 17], [3, 17, 15], [5, 64, 33], [1, 1, 130], [12, 20, 300], [2, 3, 40],
    [13, 1, 1], [13, 15, 31], [14, 16, 32], [24, 33, 64], [25, 40, 65], [37, 530, 50], [40, 3, 9], [130, 9, 270],
    [0, 3, 4], [3, 0, 20], [20, 0, 5], [3, 4, 0],
  ]

  @Test(arguments: shapes) func floatsAreTheChain(_ shape: [Int]) throws {
    let a = patternless(shape[0] * shape[1], 1, Float.self), b = patternless(shape[1] * shape[2], 2, Float.self)
    #expect(try product(a, b, shape, context: .shared) == chains(a, b, shape))
  }

  @Test(arguments: shapes) func doublesAreTheChain(_ shape: [Int]) throws {
    let a = patternless(shape[0] * shape[1], 3, Double.self), b = patternless(shape[1] * shape[2], 4, Double.self)
    #expect(try product(a, b, shape, context: .shared) == chains(a, b, shape))
  }

  @Test(arguments: shapes) func matrixOfFloatsIsWidened(_ shape: [Int]) throws {
    let a = patternless(shape[0] * shape[1], 5, Double.self), b = patternless(shape[1] * shape[2], 6, Float.self)
    #expect(try product(a, b, shape, context: .shared) == chains(a, b.map(Double.init), shape))
  }

  @Test func longChainsAndWideRowsCrossBlocks() throws {
    for shape in [[1, 5000, 20], [14, 1100, 3], [14, 3, 4200], [2050, 2, 5]] {
      let a = patternless(shape[0] * shape[1], 7, Float.self), b = patternless(shape[1] * shape[2], 8, Float.self)
      #expect(try product(a, b, shape, context: .shared) == chains(a, b, shape))
    }
  }

  @Test(arguments: [1, 3, 8]) func threadsDoNotShow(_ threads: Int) throws {
    let context = try Context(threads: threads)
    for shape in [[1, 30, 700], [9, 12, 530], [150, 21, 600]] {
      let a = patternless(shape[0] * shape[1], 9, Float.self), b = patternless(shape[1] * shape[2], 10, Float.self)
      #expect(try product(a, b, shape, context: context) == chains(a, b, shape))
    }
  }

  @Test func rowsDoNotDependOnTheirBatch() throws {
    let (depth, columns) = (75, 90)
    let a = patternless(64 * depth, 11, Float.self), b = patternless(depth * columns, 12, Float.self)
    let whole = try product(a, b, [64, depth, columns], context: .shared)
    for batch in [1, 5, 13, 50] {
      let part = try product(Array(a[..<(batch * depth)]), b, [batch, depth, columns], context: .shared)
      #expect(part == Array(whole[..<(batch * columns)]))
    }
  }

  /// Few numbers anywhere in a row, up to none at all; the last of a row and those after its whole vectors too.
  @Test(arguments: [1, 2], [(1, 1, 16), (3, 16, 32), (10, 75, 48), (40, 300, 256), (5, 9, 16)])
  func zerosMayBeLeftOut(_ threads: Int, _ shape: (Int, Int, Int)) throws {
    let (rows, depth, columns) = shape, context = try Context(threads: threads)
    let b = patternless(depth * columns, 21, Float.self)
    for distance in [4, 7, 16, 1000] {
      var a = patternless(rows * depth, 20, Float.self)
      for k in a.indices where (k + 1) % distance != 0 { a[k] = k % 3 == 0 ? -0 : 0 }
      var c = [Float](repeating: 1, count: rows * columns)
      #expect(Dense.productWithZeros(a, b, &c, rows: rows, depth: depth, columns: columns, context: context))
      #expect(c.map(\.bitPattern) == chains(a, b, [rows, depth, columns]).map(\.bitPattern))
    }
  }

  @Test func numbersAreNotTakenForZeros() throws {
    let a = patternless(6 * 50, 22, Float.self), b = patternless(50 * 32, 23, Float.self)
    var c = [Float](repeating: 1, count: 6 * 32)
    #expect(!Dense.productWithZeros(a, b, &c, rows: 6, depth: 50, columns: 32, context: .shared))
    #expect(c.allSatisfy { $0 == 1 })
  }

  @Test func valuesThatAreNotFinitePassThrough() throws {
    for rows in [1, 20] {
      var a = patternless(rows * 5, 13, Float.self), b = patternless(5 * 40, 14, Float.self)
      a[(rows - 1) * 5 + 2] = .infinity
      b[3 * 40 + 7] = .nan
      let shape = [rows, 5, 40]
      let expected = chains(a, b, shape)
      #expect(try product(a, b, shape, context: .shared).map(\.bitPattern) == expected.map(\.bitPattern))
      #expect(expected.contains { $0.isNaN } && expected.contains { $0.isInfinite })
    }
  }

  @Test func startsAtPlusZero() throws {
    #expect(try product([Float(-0.0)], [Float(1)], [1, 1, 1], context: .shared)[0].sign == .plus)
  }
}

/// The product, with a sentinel either side of C to show writes past it.
private func product(_ a: [Float], _ b: [Float], _ shape: [Int], context: Context) throws -> [Float] {
  try guarded(shape[0] * shape[2]) {
    try Dense.product(a, b, $0, rows: shape[0], depth: shape[1], columns: shape[2], context: context)
  }
}

private func product(_ a: [Double], _ b: [Double], _ shape: [Int], context: Context) throws -> [Double] {
  try guarded(shape[0] * shape[2]) {
    try Dense.product(a, b, $0, rows: shape[0], depth: shape[1], columns: shape[2], context: context)
  }
}

private func product(_ a: [Double], _ b: [Float], _ shape: [Int], context: Context) throws -> [Double] {
  try guarded(shape[0] * shape[2]) {
    try Dense.product(a, b, $0, rows: shape[0], depth: shape[1], columns: shape[2], context: context)
  }
}
