import CMemSimSIMD

/// Builds the rows of one polarity, or of a voltage that is read: what the 4 x 4 Chebyshev points of radius and length
/// give, projected on the polynomials of total degree three.
struct JartFit {
  /// Numbers in a row: ten and six, or value and slope alone.
  static let width = 16, nominalWidth = 2
  private static let points = 4
  private let count: Int
  /// [point x page x row]: logarithms.
  private let ways: [[[Double]]]

  /// `ways` gives every row of every page for a radius and a length.
  init(count: Int, _ scales: (JartScale, JartScale), _ ways: (Double, Double) -> [[Double]]) {
    self.count = count
    let nodes = JartFit.chebyshev
    if scales.0.isPoint && scales.1.isPoint {
      self.ways = [[[Double]]](repeating: ways(scales.0.middle, scales.1.middle), count: 16)
    } else {
      self.ways = (0..<16).map { ways(scales.0.value(nodes[$0 / 4]), scales.1.value(nodes[$0 % 4])) }
    }
  }

  /// cos((2 k + 1) pi / 8).
  private static let chebyshev: [Double] = (0..<points).map { k in
    Elementary.sinCosTurns(DoubleLanes(repeating: (2 * Double(k) + 1) / 16)).cos[0]
  }

  /// Steps of Runge and Kutta in the first pulse, which may be a long way, and in each of the next.
  private static let steps = (first: 32, next: 4)

  /// ln D of 1 ... `pages` pulses from every row, by ln G of the rows: the equation without limiter, by Runge and Kutta,
  /// with ln G between rows by cubics.
  static func ways(_ rates: [Double], time: Double, pages: Int) -> [[Double]] {
    var ways = [[Double]](repeating: rates, count: pages)
    for start in stride(from: 0, to: rates.count, by: 16) {
      let row = WideLanes(WordNumbers.wide) + Double(start)
      var moved = WideLanes(repeating: 0)
      for page in 0..<pages {
        moved = after(moved, rates, row, time, steps: page == 0 ? steps.first : steps.next)
        let way = WideLanes.log(WideLanes.atLeast(moved, WideLanes(repeating: 1e-37)))
        for lane in 0..<16 { ways[page][start + lane] = way[lane] }
      }
    }
    return ways
  }

  /// `value` of every row's x.
  static func rates(_ count: Int, first: Double, perUnit: Double, _ value: (WideLanes) -> WideLanes) -> [Double] {
    var rates = [Double](repeating: 0, count: count)
    let numbers = WideLanes(WordNumbers.wide)
    for start in stride(from: 0, to: count, by: 16) {
      let rate = value((numbers + (first + Double(start))) * (1 / perUnit))
      for lane in 0..<16 { rates[start + lane] = rate[lane] }
    }
    return rates
  }

  /// Where a pulse leads from `moved` beyond sixteen rows.
  private static func after(
    _ start: WideLanes, _ rates: [Double], _ row: WideLanes, _ time: Double, steps: Int
  ) -> WideLanes {
    // A pulse too strong for the table may move a cell anywhere; it is then not used.
    func slope(_ moved: WideLanes) -> WideLanes {
      let rate = WideLanes.exp(cubic(rates, row + moved * JartTraining.rowsPerUnit))
      return WideLanes.atMost(rate * (time / Double(steps)), WideLanes(repeating: 1))
    }
    var moved = start
    for _ in 0..<steps {
      let a = slope(moved), b = slope(moved + 0.5 * a)
      let c = slope(moved + 0.5 * b), d = slope(moved + c)
      let middle = WideLanes(repeating: 2) * (b + c)
      moved = moved + (a + middle + d) * (1.0 / 6)
    }
    return moved
  }

  /// Between entries of `values`, by the cubic through four; at the ends by the last.
  private static func cubic(_ values: [Double], _ x: WideLanes) -> WideLanes {
    var result = x
    for lane in 0..<16 {
      let k = max(1, min(values.count - 3, Int(x[lane])))
      let t = min(max(x[lane] - Double(k), -1), 2)
      let (a, b, c, d) = (values[k - 1], values[k], values[k + 1], values[k + 2])
      let first = (t - 1) * (t - 2) / 6 * ((t + 1) * 3 * b - t * a)
      let second = (t + 1) * t / 6 * ((t - 1) * d - (t - 2) * 3 * c)
      result[lane] = first + second
    }
    return result
  }

  /// The largest D of one pulse between the bounds.
  var largest: Double {
    let inside = JartTraining.margin..<count - JartTraining.margin
    let logarithm = ways.reduce(-Double.infinity) { max($0, $1[0][inside].max()!) }
    return Elementary.exp(DoubleLanes(repeating: logarithm))[0]
  }

  /// Writes a page's rows.
  func write(_ page: Int, to out: UnsafeMutablePointer<Float>, width: Int) {
    for row in 0..<count {
      let to = out + row * width
      let (before, after) = (max(row - 1, 0), min(row + 1, count - 1))
      if width == JartFit.nominalWidth {
        to[0] = Float(ways[0][page][row])
        to[1] = Float((ways[0][page][after] - ways[0][page][before]) / 2)
        continue
      }
      let value = project { ways[$0][page][row] }
      let slope = project { (ways[$0][page][after] - ways[$0][page][before]) / 2 }
      for k in 0..<10 { to[k] = Float(value[k]) }
      for k in 0..<6 { to[10 + k] = Float(slope[k]) }
    }
  }

  /// Coefficients of 1, p, q, p², pq, q², p³, p²q, pq², q³: Chebyshev polynomials are orthogonal on their points.
  private func project(_ value: (Int) -> Double) -> [Double] {
    var sums = [[Double]](repeating: [0, 0, 0, 0], count: 4)
    for i in 0..<16 {
      let (p, q) = (JartFit.polynomials(i / 4), JartFit.polynomials(i % 4))
      for a in 0..<4 { for b in 0..<(4 - a) { sums[a][b] += value(i) * p[a] * q[b] * (a == 0 ? 1 : 2) * (b == 0 ? 1 : 2) / 16 } }
    }
    let c = sums
    return [
      c[0][0] - c[2][0] - c[0][2], c[1][0] - c[1][2] - 3 * c[3][0], c[0][1] - c[2][1] - 3 * c[0][3], 2 * c[2][0], c[1][1],
      2 * c[0][2], 4 * c[3][0], 2 * c[2][1], 2 * c[1][2], 4 * c[0][3],
    ]
  }

  /// T_0 ... T_3 at a Chebyshev point.
  private static func polynomials(_ k: Int) -> [Double] {
    let x = chebyshev[k]
    return [1, x, 2 * x * x - 1, 4 * x * x * x - 3 * x]
  }
}
