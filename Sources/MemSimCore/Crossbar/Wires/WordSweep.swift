/// What a sweep along word lines takes in and gives out, a vector of one row at a time: `at` in the field. Of every vector
/// of columns, rows come in order.
protocol WordTask {
  associatedtype Scalar: WireScalar
  mutating func source(_ at: Int, row: Int) -> SIMD16<Scalar>
  mutating func take(_ x: SIMD16<Scalar>, _ at: Int, row: Int)
}

/// Solves ladders of word lines, two at a time so that neither waits for itself.
struct WordSweep<Scalar: WireScalar> {
  let factors: WireFactors<Scalar>
  /// [4 x width].
  let lines: UnsafeMutablePointer<Scalar>

  /// T x = y on rows `row` and `row` + 1: y from the task, x to it. Returns x of the first nodes.
  @inline(__always)
  func solve<Task: WordTask>(_ row: Int, _ task: inout Task) -> (Scalar, Scalar) where Task.Scalar == Scalar {
    var (one, other) = (WordLine(factors, row, lines), WordLine(factors, row &+ 1, lines + 2 * WireShape.width))
    factors.shape.forward { k in
      one.forward(k, task.source(one.start &+ k, row: row))
      other.forward(k, task.source(other.start &+ k, row: row &+ 1))
    }
    one.turn()
    other.turn()
    factors.shape.backward { k in
      one.backward(k)
      other.backward(k)
    }
    let first = (one.join(), other.join())
    factors.shape.forward { k in
      task.take(one.solution(k), one.start &+ k, row: row)
      task.take(other.solution(k), other.start &+ k, row: row &+ 1)
    }
    return first
  }
}

/// A word line's sixteen parts: each is solved as if nothing entered it, together with the part of it that would reach
/// every node; then what enters is found along the parts.
private struct WordLine<Scalar: WireScalar> {
  typealias Lanes = SIMD16<Scalar>

  /// Of the row in fields.
  let start: Int
  private let c, products: UnsafeMutablePointer<Scalar>
  private let inner, end: Scalar
  /// Of the nodes so far, four vectors of two lines side by side: f, then x, and what part of what enters arrives.
  private let x: UnsafeMutablePointer<Scalar>
  private var share: UnsafeMutablePointer<Scalar> { x + WireShape.width }
  private var last = Lanes.zero
  private var through = Lanes(repeating: 1)
  private var entering = Lanes.zero

  @inline(__always)
  init(_ factors: WireFactors<Scalar>, _ row: Int, _ memory: UnsafeMutablePointer<Scalar>) {
    start = row &* factors.shape.paddedColumns
    (c, products) = (factors.word + start, factors.products + row &* WireFactors<Scalar>.productsOfLine)
    (inner, end) = (factors.wordInner[row], factors.wordEnd[row])
    x = memory
  }

  /// f_j = c_j (f_(j-1) + y_j).
  @inline(__always)
  mutating func forward(_ k: Int, _ y: Lanes) {
    let c = c.vector(k)
    last = WireFactors.passed(last + y, c)
    through = WireFactors.passed(through, c)
    x.set(4 &* k, last)
    share.set(4 &* k, through)
  }

  /// Currents that enter the parts, and the potential beyond the last.
  @inline(__always)
  mutating func turn() {
    let flow = Scalar.scanUp(last, products)
    entering = Scalar.up(flow) * inner
    (last, through) = (.zero, Lanes(repeating: 1))
    last[15] = flow[15] * end
  }

  /// x_j = r f_j + c_j x_(j+1).
  @inline(__always)
  mutating func backward(_ k: Int) {
    let c = c.vector(k)
    last = WireFactors.joined((x.vector(4 &* k) * inner).addingProduct(share.vector(4 &* k), entering), c, last)
    through = WireFactors.passed(through, c)
    x.set(4 &* k, last)
    share.set(4 &* k, through)
  }

  /// Potentials that enter the parts; returns the first node's.
  @inline(__always)
  mutating func join() -> Scalar {
    let firsts = Scalar.scanDown(last, products + WireFactors<Scalar>.productsOfLine / 2)
    entering = Scalar.down(firsts)
    return firsts[0]
  }

  @inline(__always)
  func solution(_ k: Int) -> Lanes { x.vector(4 &* k).addingProduct(share.vector(4 &* k), entering) }
}
