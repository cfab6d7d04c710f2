import MemSimCore

/// Deterministic arguments for accuracy tests (xorshift).
struct ArgumentSource {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

  mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state
  }

  /// Uniform in a range, every bit of the result in use near 0 too.
  mutating func next(in range: ClosedRange<Double>) -> Double {
    range.lowerBound + (range.upperBound - range.lowerBound) * (Double(next() >> 11) * 0x1p-53)
  }
}

/// Distance of a float from the true value, in units of the last place of the true value rounded.
func ulps(_ got: Float, _ want: Double) -> Double {
  let rounded = Float(want)
  guard rounded.isFinite, got.isFinite else { return sameSpecial(got, rounded) ? 0 : .infinity }
  return abs(Double(got) - want) / Double(rounded.ulp)
}

/// Distance of a double from the true value, in units of the last place of the true value rounded.
func ulps(_ got: Double, _ want: Float80) -> Double {
  let rounded = Double(want)
  guard rounded.isFinite, got.isFinite else { return sameSpecial(got, rounded) ? 0 : .infinity }
  return Double(abs(Float80(got) - want) / Float80(rounded.ulp))
}

private func sameSpecial<T: BinaryFloatingPoint>(_ a: T, _ b: T) -> Bool { a == b || (a.isNaN && b.isNaN) }

/// Where a function was furthest from the truth.
struct WorstError: CustomStringConvertible {
  var ulps = 0.0
  var argument = 0.0
  var description: String { "\(ulps) ulp at \(argument)" }

  mutating func note(_ error: Double, at x: Double) {
    if error > ulps { (ulps, argument) = (error, x) }
  }
}

/// How a function's arguments are spread: uniformly over a range, or over all bit patterns.
enum Spread: Sendable {
  case over(ClosedRange<Double>)
  case allPatterns
}

/// The largest error of a float function over `count` x 16 arguments.
func worstFloat(
  _ spread: Spread, count: Int = 20_000, _ function: (FloatLanes) -> FloatLanes, _ truth: (Double) -> Double
) -> WorstError {
  var source = ArgumentSource(seed: 1)
  var worst = WorstError()
  for _ in 0..<count {
    var x = FloatLanes()
    for i in 0..<16 {
      switch spread {
      case .over(let range): x[i] = Float(source.next(in: range))
      case .allPatterns: x[i] = Float(bitPattern: UInt32(truncatingIfNeeded: source.next()))
      }
    }
    let y = function(x)
    for i in 0..<16 { worst.note(ulps(y[i], truth(Double(x[i]))), at: Double(x[i])) }
  }
  return worst
}

/// The largest error of a double function over `count` x 8 arguments.
func worstDouble(
  _ spread: Spread, count: Int = 20_000, _ function: (DoubleLanes) -> DoubleLanes, _ truth: (Float80) -> Float80
) -> WorstError {
  var source = ArgumentSource(seed: 2)
  var worst = WorstError()
  for _ in 0..<count {
    var x = DoubleLanes()
    for i in 0..<8 {
      switch spread {
      case .over(let range): x[i] = source.next(in: range)
      case .allPatterns: x[i] = Double(bitPattern: source.next())
      }
    }
    let y = function(x)
    for i in 0..<8 { worst.note(ulps(y[i], truth(Float80(x[i]))), at: x[i]) }
  }
  return worst
}
