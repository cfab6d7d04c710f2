import CMemSimSIMD

/// Radius [m], disc length [m] and ln of the bounds of N of every cell.
struct JartSpreadPlanes {
  let r, l, least, most: Plane<Double>

  /// In the order of `JartSpread.storages`.
  init(_ storages: [Storage<Double>]) {
    (r, l) = (Plane(storages[0]), Plane(storages[1]))
    (least, most) = (Plane(storages[2]), Plane(storages[3]))
  }

  func fill(_ index: Int, _ block: JartBlock) {
    (r[index], l[index], least[index], most[index]) = (block.r, block.l, block.least, block.most)
  }
}

/// One varied quantity: a truncated normal from cell to cell, a bounded random walk from half-cycle to half-cycle.
struct JartVaried: Sendable {
  let mean, deviation, step: Double
  let range: ClosedRange<Double>
  /// ln of the range.
  let logarithms: ClosedRange<Double>

  /// Errors: argument, for a range that is none or a mean outside it while cells vary.
  init(_ settings: ModelSettings, _ name: String) throws(MemSimError) {
    let spread = settings.values(name + "_dtod")
    (mean, deviation, step) = (settings.value(name), spread[1], settings.value(name + "_ctoc"))
    guard spread[0] > 0, spread[0] <= spread[2] else {
      throw .argument("parameter \"\(name)_dtod\" must be 0 < least <= largest, got \(spread[0]) and \(spread[2])")
    }
    guard settings.choice("variability") == "off" || (spread[0] <= mean && mean <= spread[2]) else {
      throw .argument("parameter \"\(name)\" must be within \"\(name)_dtod\", \(spread[0])...\(spread[2]), got \(mean)")
    }
    range = spread[0]...spread[2]
    logarithms = JartVaried.logarithms(range)
  }

  static func logarithms(_ range: ClosedRange<Double>) -> ClosedRange<Double> {
    let ends = Elementary.log(DoubleLanes(range.lowerBound, range.upperBound, 1, 1, 1, 1, 1, 1))
    return ends[0]...ends[1]
  }

  @inline(__always)
  func clamped(_ x: WideLanes) -> WideLanes {
    WideLanes.clamp(x, WideLanes(repeating: range.lowerBound), WideLanes(repeating: range.upperBound))
  }
}

/// Device-to-device draws.
struct JartSpread: Sendable {
  let r, l, least, most: JartVaried
  let key: SIMD2<UInt32>

  private static let purpose: UInt32 = 0x4a56_0001
  /// Normals outside the range are drawn again, this often; then the last one is moved to its end.
  private static let attempts: UInt32 = 64

  init(_ settings: ModelSettings, key: SIMD2<UInt32>) throws(MemSimError) {
    (r, l) = (try JartVaried(settings, "rdet"), try JartVaried(settings, "ldet"))
    (least, most) = (try JartVaried(settings, "Ndiscmin"), try JartVaried(settings, "Ndiscmax"))
    self.key = key
  }

  /// Draws r, l and the bounds of a block.
  func draw(_ index: Int, into block: inout JartBlock) {
    var values = (WideLanes.zero, WideLanes.zero, WideLanes.zero, WideLanes.zero)
    var open = IntLanes(repeating: -1), opens = (open, open, open, open)
    var attempt: UInt32 = 0
    while any(open), attempt < JartSpread.attempts {
      let z = normals(index, attempt)
      JartSpread.take(z.0, r, &values.0, &opens.0)
      JartSpread.take(z.1, l, &values.1, &opens.1)
      JartSpread.take(z.2, least, &values.2, &opens.2)
      JartSpread.take(z.3, most, &values.3, &opens.3)
      open = opens.0 | opens.1 | opens.2 | opens.3
      attempt += 1
    }
    (block.r, block.l) = (r.clamped(values.0), l.clamped(values.1))
    (block.least, block.most) = (WideLanes.log(least.clamped(values.2)), WideLanes.log(most.clamped(values.3)))
  }

  private static func take(_ z: FloatLanes, _ varied: JartVaried, _ value: inout WideLanes, _ open: inout IntLanes) {
    let drawn = WideLanes(repeating: varied.mean).addingProduct(WideLanes(z), WideLanes(repeating: varied.deviation))
    value = WideLanes.select(open.wide, drawn, value)
    for lane in 0..<16 where open[lane] != 0 && varied.range.contains(drawn[lane]) { open[lane] = 0 }
  }

  private func normals(_ index: Int, _ attempt: UInt32) -> (FloatLanes, FloatLanes, FloatLanes, FloatLanes) {
    let words = JartWords.draw(index, WordLanes(repeating: attempt), JartSpread.purpose, key)
    let (a, b) = Normal.pair(words.0, words.1), (c, d) = Normal.pair(words.2, words.3)
    return (a, b, c, d)
  }
}

/// Random words of sixteen cells, by (cell, event, purpose).
enum JartWords {
  @inline(__always)
  static func draw(
    _ index: Int, _ event: WordLanes, _ purpose: UInt32, _ key: SIMD2<UInt32>
  ) -> (WordLanes, WordLanes, WordLanes, WordLanes) {
    let cells = WordLanes(repeating: UInt32(truncatingIfNeeded: index &* 16)) &+ WordLanes.numbers
    return Philox.blocks(cells, event, WordLanes(repeating: purpose), .zero, key: key)
  }
}
