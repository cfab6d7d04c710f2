/// What a sweep along word lines takes in and gives out, a vector of one row at a time: `at` in the field. Of every vector
/// of columns, rows come in order; what bit lines carry from one to the next is in `Carry` meanwhile.
protocol WordTask {
  associatedtype Scalar: WireScalar
  associatedtype Carry
  /// Before `row` and the next one.
  mutating func begin(_ row: Int)
  /// Of `row` and the next one, in the columns from k on.
  mutating func sources(_ k: Int, _ row: Int) -> (SIMD16<Scalar>, SIMD16<Scalar>)
  /// What comes down to `row` in the columns from k on, and what goes on.
  func carry(_ k: Int, to row: Int) -> Carry
  mutating func take(_ x: SIMD16<Scalar>, _ at: Int, row: Int, _ carry: inout Carry)
  func keep(_ carry: Carry, _ k: Int)
}

/// One whose rows' sources are apart.
protocol RowTask: WordTask {
  func source(_ at: Int, row: Int) -> SIMD16<Scalar>
  var factors: WireFactors<Scalar> { get }
}

extension RowTask {
  @inline(__always)
  func begin(_ row: Int) {}

  @inline(__always)
  func sources(_ k: Int, _ row: Int) -> (SIMD16<Scalar>, SIMD16<Scalar>) {
    let (at, next) = (row &* factors.shape.paddedColumns &+ k, (row &+ 1) &* factors.shape.paddedColumns &+ k)
    return (source(at, row: row), source(next, row: row &+ 1))
  }
}

/// Solves ladders of word lines, `together` at a time so that none waits for itself, and bit lines pass through registers.
struct WordSweep<Scalar: WireScalar> {
  static var together: Int { 2 }

  let factors: WireFactors<Scalar>
  /// [2 together x width].
  let lines: UnsafeMutablePointer<Scalar>

  /// T x = y on all rows, y from the task, x to it; x of the first nodes to `first`.
  @inline(__always)
  func solve<Task: WordTask>(_ task: inout Task, first: (_ row: Int, _ x: Scalar) -> Void = { _, _ in })
  where Task.Scalar == Scalar {
    for row in stride(from: 0, to: factors.shape.rows, by: WordSweep.together) {
      var (a, b) = (line(row, 0), line(row, 1))
      task.begin(row)
      factors.shape.forward { k in
        let (first, second) = task.sources(k, row)
        a.forward(k, first)
        b.forward(k, second)
      }
      let firsts = (a.turn(), b.turn())
      factors.shape.backward { k in
        var carry = task.carry(k, to: row)
        task.take(a.backward(k), a.start &+ k, row: row, &carry)
        task.take(b.backward(k), b.start &+ k, row: row &+ 1, &carry)
        task.keep(carry, k)
      }
      first(row, firsts.0)
      first(row + 1, firsts.1)
    }
  }

  @inline(__always)
  private func line(_ row: Int, _ index: Int) -> WordLine<Scalar> {
    WordLine(factors, row &+ index, lines + 2 * WireShape.width * index)
  }
}

/// A word line's sixteen parts: on the way out each is solved as if nothing entered it, with the potential of its first
/// node; then what enters every part is found along the parts, and on the way back the nodes' potentials.
private struct WordLine<Scalar: WireScalar> {
  typealias Lanes = SIMD16<Scalar>

  private static var stride: Int { 2 &* WordSweep<Scalar>.together }

  /// Of the row in fields.
  let start: Int
  private let c, products: UnsafeMutablePointer<Scalar>
  private let inner, end: Scalar
  /// Of the nodes so far, f and what part of what enters arrives.
  private let f: UnsafeMutablePointer<Scalar>
  private var share: UnsafeMutablePointer<Scalar> { f + WireShape.width }
  private var last = Lanes.zero
  private var through = Lanes(repeating: 1)
  /// The first nodes' potentials if nothing entered, over r.
  private var first = Lanes.zero
  private var entering = Lanes.zero

  @inline(__always)
  init(_ factors: WireFactors<Scalar>, _ row: Int, _ memory: UnsafeMutablePointer<Scalar>) {
    start = row &* factors.shape.paddedColumns
    (c, products) = (factors.word + start, factors.products + row &* WireFactors<Scalar>.productsOfLine)
    (inner, end) = (factors.wordInner[row], factors.wordEnd[row])
    f = memory
  }

  /// f_j = c_j (f_(j-1) + y_j); x_0 = sum of r f_j by all c before.
  @inline(__always)
  mutating func forward(_ k: Int, _ y: Lanes) {
    let c = c.vector(k)
    last = WireFactors.passed(last + y, c)
    first.addProduct(through, last)
    through = WireFactors.passed(through, c)
    f.set(WordLine.stride &* k, last)
    share.set(WordLine.stride &* k, through)
  }

  /// Currents, then potentials that enter the parts, the latter in `last`; returns the first node's potential.
  @inline(__always)
  mutating func turn() -> Scalar {
    let flow = Scalar.scanUp(last, products)
    entering = Scalar.up(flow) * inner
    let beyond = flow[15] * end
    first = (first * inner).addingProduct(entering, products.vector(WireFactors<Scalar>.sharesOfLine))
    first[15] += through[15] * beyond
    let firsts = Scalar.scanDown(first, products + WireFactors<Scalar>.sharesOfLine / 2)
    last = Scalar.down(firsts)
    last[15] = beyond
    return firsts[0]
  }

  /// x_j = r f_j + c_j x_(j+1).
  @inline(__always)
  mutating func backward(_ k: Int) -> Lanes {
    let y = (f.vector(WordLine.stride &* k) * inner).addingProduct(share.vector(WordLine.stride &* k), entering)
    last = WireFactors.joined(y, c.vector(k), last)
    return last
  }
}
