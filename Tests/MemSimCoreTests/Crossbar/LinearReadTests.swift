import MemSimCore
import Testing

/// What the currents are, number by number.
@Suite struct LinearReadTests {
  static let shapes = [[1, 1], [1, 17], [3, 5], [9, 16], [40, 3], [17, 64], [8, 100], [33, 130], [5, 1300]]

  @Test(arguments: shapes) func withoutNoiseTheProduct(_ shape: [Int]) throws {
    for batch in [1, 15] {
      let plane = patternless(shape[0] * shape[1], 1, Float.self)
      let cells = ReadBatch<Float>.ohmic(rows: shape[0], columns: shape[1], batch: batch, seed: 2)
      #expect(try cells.currents(plane, .none) == chains(cells.slopes, plane, [batch, shape[0], shape[1]]))
    }
  }

  /// Currents that the reference implementation computed in single precision.
  @Test func goldenCurrents() throws {
    let golden = try Golden.json("synaptogen.json").object("golden")
    let (case_, volts) = (golden.object("vmm"), golden.numbers("U"))
    let at = case_.numbers("v").map { v in volts.firstIndex(of: v)! }
    let low = at.map { golden.numbers("I_LLRS")[$0] }, high = at.map { golden.numbers("I_HHRS")[$0] }
    let cells = ReadBatch<Double>(
      rows: 3, columns: 4, offsets: low, slopes: zip(high, low).map { $0 - $1 }, densities: [0, 0, 0], signed: [false])
    // Its cells are column-major with the voltages on the columns: row-major with the voltages on the rows.
    let got = try cells.currents(case_.numbers("r"), .none)
    for (got, want) in zip(got, case_.numbers("noiseless_row_currents")) { #expect(abs(got - want) <= 1e-6 * want) }
  }

  /// Bit for bit what the documentation of `LinearRead` and `EventNormals` says.
  @Test(arguments: shapes) func noiseOfCells(_ shape: [Int]) throws {
    let (rows, columns) = (shape[0], shape[1])
    let plane = patternless(rows * columns, 3, Float.self)
    let cells = ReadBatch<Float>.ohmic(rows: rows, columns: columns, batch: 1, seed: 4)
    var want = chains(cells.slopes, plane, [1, rows, columns])
    for column in 0..<columns {
      var noise: Float = 0
      for row in 0..<rows {
        let current = (cells.slopes[row] * plane[row * columns + column]).magnitude
        let z = normal(ReadNoise.cellPurpose, event: 7, row * columns + column)
        noise.addProduct((cells.densities[row].magnitude * current).squareRoot(), z)
      }
      want[column] += noise
    }
    #expect(try cells.currents(plane, .perCell, firstEvent: 7) == want)
  }

  @Test(arguments: shapes) func noiseOfColumns(_ shape: [Int]) throws {
    let (rows, columns) = (shape[0], shape[1])
    let plane = patternless(rows * columns, 5, Double.self)
    let cells = ReadBatch<Double>.ohmic(rows: rows, columns: columns, batch: 1, seed: 6)
    let weights = zip(cells.densities, cells.slopes).map { ($0 * $1).magnitude }
    let variances = chains(weights, plane.map(\.magnitude), [1, rows, columns])
    var want = chains(cells.slopes, plane, [1, rows, columns])
    for column in 0..<columns {
      want[column].addProduct(variances[column].squareRoot(), Double(normal(ReadNoise.sumPurpose, event: 8, column)))
    }
    #expect(try cells.currents(plane, .perColumn, firstEvent: 8) == want)
  }

  /// The shortcut for signed reads is the same sum in another order of rounding.
  @Test func signedReadsHaveTheSameVariance() throws {
    let (rows, columns) = (70, 150)
    let plane = patternless(rows * columns, 9, Float.self).map { abs($0) * 0.85 }
    let signed = ReadBatch<Double>.mixture(rows: rows, columns: columns, signed: [true], seed: 10)
    var unsigned = signed
    unsigned.signed = [false]
    let exact = try signed.currents(plane, .none)
    let (first, second) = (try signed.currents(plane, .perColumn), try unsigned.currents(plane, .perColumn))
    for column in 0..<columns {
      #expect(abs(first[column] - second[column]) <= 1e-9 * abs(first[column] - exact[column]))
    }
    #expect(zip(first, exact).allSatisfy { $0 != $1 })
  }

  @Test(arguments: [1, 3, 8]) func batchesMayBeSplit(_ threads: Int) throws {
    let context = try Context(threads: threads)
    let signed = (0..<21).map { $0 % 3 != 1 }
    for (rows, columns) in [(11, 70), (4, 9), (2, 1100)] {
      let plane = patternless(rows * columns, 11, Float.self).map { abs($0) * 0.85 }
      let floats = ReadBatch<Float>.mixture(rows: rows, columns: columns, signed: signed, seed: 12)
      let doubles = ReadBatch<Double>.mixture(rows: rows, columns: columns, signed: signed, seed: 13)
      for noise in [ColumnNoise.none, .perColumn, .perCell] {
        let single = try signed.indices.map {
          (try floats.part($0..<$0 + 1).currents(plane, noise, firstEvent: UInt64($0)),
            try doubles.part($0..<$0 + 1).currents(plane, noise, firstEvent: UInt64($0)))
        }
        for part in [0..<21, 0..<2, 2..<9, 9..<21] {
          let event = UInt64(part.lowerBound)
          let some = try floats.part(part).currents(plane, noise, firstEvent: event, context: context)
          #expect(some == single[part].flatMap(\.0))
          let wide = try doubles.part(part).currents(plane, noise, firstEvent: event, context: context)
          #expect(wide == single[part].flatMap(\.1))
        }
      }
    }
  }

  @Test func manySignedVectorsCrossProducts() throws {
    let cells = ReadBatch<Float>.mixture(rows: 2, columns: 3, signed: Array(repeating: true, count: 300), seed: 14)
    let plane: [Float] = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]
    let whole = try cells.currents(plane, .perColumn)
    #expect(try cells.part(250..<300).currents(plane, .perColumn, firstEvent: 250) == Array(whole[750...]))
  }

  @Test func nothingToRead() throws {
    let zeros: [Float] = [0, 0, 0]
    let none = ReadBatch(rows: 3, columns: 4, offsets: nil, slopes: zeros, densities: zeros, signed: [false])
    #expect(try none.part(0..<0).currents(Array(repeating: 1, count: 12), .perColumn).isEmpty)
    #expect(try none.currents(Array(repeating: 1, count: 12), .perCell) == [0, 0, 0, 0])
  }
}
