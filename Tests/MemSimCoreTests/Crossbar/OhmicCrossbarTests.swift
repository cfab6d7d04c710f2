import MemSimCore
import Testing

@Suite struct OhmicCrossbarTests {
  @Test func withoutNoiseTheProduct() throws {
    for (rows, columns, batch) in [(1, 1, 1), (30, 70, 1), (30, 70, 40), (5, 0, 2), (4, 3, 0)] {
      let matrix = patternless(rows * columns, 1, Float.self), volts = patternless(batch * rows, 2, Float.self)
      let want = chains(volts, matrix, [batch, rows, columns])
      #expect(try currents(matrix, volts, rows, columns, OhmicNoise(.none)) == want)
      let doubles = try currents(matrix.map(Double.init), volts.map(Double.init), rows, columns, OhmicNoise(.none))
      #expect(doubles == chains(volts.map(Double.init), matrix.map(Double.init), [batch, rows, columns]))
    }
  }

  @Test func valuesThatAreNotFinitePassThrough() throws {
    let got = try currents([1, .infinity, .nan, 2], [Float(3), 4], 2, 2, OhmicNoise(.none))
    #expect(got[0].isNaN && got[1] == .infinity)
  }

  /// Johnson noise 4 k T G B at 0 V, with shot noise 2 e |I| B at 1 V, of conductances of either sign.
  @Test(arguments: [ColumnNoise.perCell, .perColumn], [1.0, -1.0])
  func variance(_ form: ColumnNoise, _ sign: Double) throws {
    let count = 5000
    let noise = OhmicNoise(form, try ReadNoise(bandwidth: 1e6), seed: 3)
    let volts = Array(repeatElement([0.0, 1.0, -1.0], count: count).joined())
    // Bit line k sees word line k alone.
    let matrix = [1e-4, 0, 0, 0, 1e-5, 0, 0, 0, 1e-5].map { $0 * sign }
    let got = try currents(matrix, volts, 3, 3, noise)
    let thermal = 4 * 1.380649e-23 * 300 * 1e6
    let shot = 2 * 1.602176634e-19 * 1e6
    for (column, want) in [thermal * 1e-4, (thermal + shot) * 1e-5, (thermal + shot) * 1e-5].enumerated() {
      let samples = stride(from: column, to: got.count, by: 3).map { got[$0] / want.squareRoot() }
      let mean = [0, 1e-5, -1e-5][column] * sign / want.squareRoot()
      let moments = moments(samples.map { $0 - mean })
      #expect(abs(moments.mean) < 5 / Double(count).squareRoot())
      #expect(abs(moments.variance - 1) < 5 * (2 / Double(count)).squareRoot())
    }
  }

  @Test(arguments: [ColumnNoise.perCell, .perColumn], [1, 3, 8])
  func batchesMayBeSplit(_ form: ColumnNoise, _ threads: Int) throws {
    let (rows, columns, batch) = (6, 75, 270)
    let context = try Context(threads: threads)
    let volts = patternless(batch * rows, 5, Float.self)
    // Signed products are possible for the first matrix, not for the second.
    for matrix in [patternless(rows * columns, 4, Float.self).map(abs), patternless(rows * columns, 4, Float.self)] {
      let whole = try currents(matrix, volts, rows, columns, OhmicNoise(form, seed: 1, stream: 2, offset: 10), context)
      for vector in [0, 1, 255, 256, 269] {
        let noise = OhmicNoise(form, seed: 1, stream: 2, offset: 10 + UInt64(vector))
        let one = try currents(matrix, Array(volts[vector * rows..<(vector + 1) * rows]), rows, columns, noise)
        #expect(one == Array(whole[vector * columns..<(vector + 1) * columns]))
      }
    }
  }

  @Test func seedsAndStreamsDiffer() throws {
    let keys: [(UInt64, UInt64)] = [(0, 0), (0, 1), (1, 0), (1, 1), (.max, 0), (0, .max)]
    let reads = try keys.map {
      try currents([1e-5, 2e-5], [Double(1)], 1, 2, OhmicNoise(.perColumn, seed: $0.0, stream: $0.1))
    }
    #expect(Set(reads.map { $0[0] }).count == keys.count)
    #expect(try currents([1e-5, 2e-5], [Double(1)], 1, 2, OhmicNoise(.perColumn, seed: 1, stream: 0)) == reads[2])
  }
}

private func currents(
  _ matrix: [Float], _ volts: [Float], _ rows: Int, _ columns: Int, _ noise: OhmicNoise, _ context: Context = .shared
) throws -> [Float] {
  try guarded(volts.count / rows * columns) {
    try OhmicCrossbar.currents(
      matrix, rows: rows, columns: columns, volts: volts, batch: volts.count / rows, noise: noise, into: $0,
      context: context)
  }
}

private func currents(
  _ matrix: [Double], _ volts: [Double], _ rows: Int, _ columns: Int, _ noise: OhmicNoise
) throws -> [Double] {
  try guarded(volts.count / rows * columns) {
    try OhmicCrossbar.currents(
      matrix, rows: rows, columns: columns, volts: volts, batch: volts.count / rows, noise: noise, into: $0)
  }
}
