/// The Poisson distribution function in units of 2^-64, between the counts where its terms fall below 2^-70 of the
/// largest. Needs no special function: the terms follow from one another, and their sum is 1.
final class PoissonTable: Sendable {
  private let first: Int
  /// Of 2^64, the share of values at most first + i. The last is 2^64 - 1, and so are those that round to 1.
  private let thresholds: [UInt64]
  /// For the leading bits of a random number, where to start searching.
  private let starts: [Int32]
  private let startShift: UInt64

  /// - Parameter rate: mean, 0...1e6.
  init(rate: Double) {
    let (first, terms) = PoissonTable.terms(rate)
    self.first = first
    thresholds = PoissonTable.cumulate(terms)
    // About as many starting points as counts, so that a search takes a step or two.
    let bits = UInt64(max(8, Int.bitWidth - terms.count.leadingZeroBitCount))
    startShift = 64 - bits
    starts = PoissonTable.index(thresholds, bits)
  }

  /// The count of one random number.
  @inline(__always)
  func count(_ random: UInt64) -> Int {
    let random = min(random, .max - 1)
    var i = Int(starts[Int(random >> startShift)])
    while thresholds[i] <= random { i += 1 }
    return first + i
  }

  /// Probabilities relative to the largest, and the count that the first belongs to.
  private static func terms(_ rate: Double) -> (first: Int, terms: [Double]) {
    let (mode, negligible) = (Int(rate), 0x1p-70)
    var below: [Double] = [], above = [1.0]
    var (k, term) = (mode, 1.0)
    while k > 0, term > negligible {
      term *= Double(k) / rate
      below.append(term)
      k -= 1
    }
    (k, term) = (mode, 1.0)
    while term > negligible {
      k += 1
      term *= rate / Double(k)
      above.append(term)
    }
    return (mode - below.count, below.reversed() + above)
  }

  private static func cumulate(_ terms: [Double]) -> [UInt64] {
    let unit = 0x1p64 / terms.reduce(0, +)
    var sum = 0.0
    var thresholds = terms.map { term in
      sum += term
      return sum * unit < 0x1p64 ? UInt64(sum * unit) : .max
    }
    thresholds[thresholds.count - 1] = .max
    return thresholds
  }

  private static func index(_ thresholds: [UInt64], _ bits: UInt64) -> [Int32] {
    var i = 0
    return (0..<(1 << bits)).map { lead in
      while thresholds[i] <= UInt64(lead) << (64 - bits) { i += 1 }
      return Int32(i)
    }
  }
}
