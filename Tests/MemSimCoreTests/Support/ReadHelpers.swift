import MemSimCore

/// A batch of reads of cells I = l + x d, with everything in arrays.
struct ReadBatch<T: DenseElement> {
  let rows: Int
  let columns: Int
  var offsets: [T]?
  var slopes: [T]
  var densities: [T]
  var signed: [Bool]

  var batch: Int { signed.count }

  /// Vectors of the batch on their own.
  func part(_ vectors: Range<Int>) -> ReadBatch {
    let range = vectors.lowerBound * rows..<vectors.upperBound * rows
    return ReadBatch(
      rows: rows, columns: columns, offsets: offsets.map { Array($0[range]) }, slopes: Array(slopes[range]),
      densities: Array(densities[range]), signed: Array(signed[vectors]))
  }

  /// The same vector `count` times.
  func repeated(_ count: Int) -> ReadBatch {
    func copies<U>(_ x: [U]) -> [U] { Array(repeatElement(x, count: count).joined()) }
    return ReadBatch(
      rows: rows, columns: columns, offsets: offsets.map(copies), slopes: copies(slopes), densities: copies(densities),
      signed: copies(signed))
  }

  /// l and d of cells as Synaptogen has them: d opposes l, and x in 0..<0.85 keeps the sign of l.
  static func mixture(rows: Int, columns: Int, signed: [Bool], seed: UInt64) -> ReadBatch
  where T.RawSignificand: FixedWidthInteger {
    let volts = patternless(rows * signed.count, seed, T.self)
    return ReadBatch(
      rows: rows, columns: columns, offsets: volts.map { $0 * 2.6e-4 }, slopes: volts.map { $0 * -2.8e-4 },
      densities: volts.map { T(signOf: $0, magnitudeOf: 3e-11 + 1e-12 / ($0.magnitude + 0.01)) }, signed: signed)
  }

  /// As `mixture`, without l and with x of any sign.
  static func ohmic(rows: Int, columns: Int, batch: Int, seed: UInt64) -> ReadBatch
  where T.RawSignificand: FixedWidthInteger {
    var cells = mixture(rows: rows, columns: columns, signed: Array(repeating: false, count: batch), seed: seed)
    cells.offsets = nil
    return cells
  }

  fileprivate func currents(
    _ body: (ReadCoefficients<T>, UnsafeMutablePointer<T>) throws -> Void
  ) throws -> [T] {
    try guarded(batch * columns) { out in
      try slopes.withUnsafeBufferPointer { slopes in
        try densities.withUnsafeBufferPointer { densities in
          try signed.withUnsafeBufferPointer { signed in
            try (offsets ?? []).withUnsafeBufferPointer {
              try body(
                ReadCoefficients(
                  offsets: offsets == nil ? nil : $0.baseAddress!, slopes: slopes.baseAddress!,
                  densities: densities.baseAddress!, isSigned: signed.baseAddress!), out)
            }
          }
        }
      }
    }
  }
}

extension ReadBatch<Float> {
  func currents(
    _ plane: [Float], _ noise: ColumnNoise, firstEvent: UInt64 = 0, context: Context = .shared
  ) throws -> [Float] {
    try currents {
      try LinearRead.currents(
        plane, rows: rows, columns: columns, $0, batch: batch, noise: noise,
        events: ReadEvents(key: 99, firstEvent: firstEvent), into: $1, context: context)
    }
  }
}

extension ReadBatch<Double> {
  func currents(
    _ plane: [Float], _ noise: ColumnNoise, firstEvent: UInt64 = 0, context: Context = .shared
  ) throws -> [Double] {
    try currents {
      try LinearRead.currents(
        plane, rows: rows, columns: columns, $0, batch: batch, noise: noise,
        events: ReadEvents(key: 99, firstEvent: firstEvent), into: $1, context: context)
    }
  }

  func currents(
    _ plane: [Double], _ noise: ColumnNoise, firstEvent: UInt64 = 0, context: Context = .shared
  ) throws -> [Double] {
    try currents {
      try LinearRead.currents(
        plane, rows: rows, columns: columns, $0, batch: batch, noise: noise,
        events: ReadEvents(key: 99, firstEvent: firstEvent), into: $1, context: context)
    }
  }
}

/// Normal `element` of an event of key 99, by the address that `EventNormals` documents.
func normal(_ purpose: UInt32, event: UInt64, _ element: Int) -> Float {
  let group = EventNormals(seed: 99, purpose: purpose, event: event).group(element / 64)
  return [group.0, group.1, group.2, group.3][element % 64 / 16][element % 16]
}

/// Mean, variance and excess kurtosis of samples.
func moments(_ samples: [Double]) -> (mean: Double, variance: Double, kurtosis: Double) {
  let count = Double(samples.count)
  let mean = samples.reduce(0, +) / count
  let second = samples.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
  let fourth = samples.reduce(0) { $0 + ($1 - mean) * ($1 - mean) * ($1 - mean) * ($1 - mean) } / count
  return (mean, second, fourth / (second * second) - 3)
}
