// What the sweeps of `WireIteration` along word lines do on their way.

/// A task that goes on down the bit lines.
protocol DescendingTask: WordTask where Carry == WireNumbers<Scalar>.Carry {
  var factors: WireFactors<Scalar> { get }
  var numbers: WireNumbers<Scalar> { get }
}

extension DescendingTask {
  @inline(__always)
  func carry(_ k: Int, to row: Int) -> Carry { numbers.carry(k, to: row, factors.shape) }

  @inline(__always)
  func keep(_ carry: Carry, _ k: Int) { if Scalar.keepsLoss { numbers.lost.set(k, carry.lost) } }
}

/// y = g eps and leftovers; down the bit lines goes g (eps - x) with theirs.
struct StartTask<Scalar: WireScalar>: DescendingTask, RowTask {
  let factors: WireFactors<Scalar>
  let numbers: WireNumbers<Scalar>

  @inline(__always)
  func source(_ at: Int, row: Int) -> SIMD16<Scalar> {
    let eps = numbers.eps(at, row, factors.shape)
    numbers.kept(at, row, factors.shape).set(0, eps)
    return numbers.loaded(factors.g.vector(at) * eps, factors.shape, at, row)
  }

  @inline(__always)
  mutating func take(_ x: SIMD16<Scalar>, _ at: Int, row: Int, _ carry: inout WireNumbers<Scalar>.Carry) {
    guard row < factors.shape.rows else { return }
    var y = factors.g.vector(at) * (numbers.kept(at, row, factors.shape).vector(0) - x)
    if row == factors.shape.rows &- 1 { y += numbers.bitLeftover.vector(at &- row &* factors.shape.paddedColumns) }
    numbers.descend(y, factors.bit.vector(at), at, &carry)
  }
}

/// p = z + beta p and what modes add, y = g p; down the bit lines goes g x; product: (p, (1 - C) p) but for the last
/// segments.
struct DescendTask<Scalar: WireScalar>: DescendingTask {
  let factors: WireFactors<Scalar>
  let numbers: WireNumbers<Scalar>
  let beta: SIMD16<Scalar>
  let isFirst: Bool
  /// The direction and the one before.
  private let next, previous: UnsafeMutablePointer<Scalar>
  private let stores: Bool
  private(set) var product = SIMD16<Scalar>.zero
  private var modes: ModesOfRows<Scalar>

  @inline(__always)
  init(factors: WireFactors<Scalar>, numbers: WireNumbers<Scalar>, beta: Double, isFirst: Bool, hasModes: Bool) {
    (self.factors, self.numbers, self.isFirst) = (factors, numbers, isFirst)
    modes = ModesOfRows(factors.modes, columns: numbers.fromModes, arePresent: hasModes)
    self.beta = SIMD16(repeating: Scalar(beta))
    (next, previous, stores) = (numbers.directions.next, numbers.directions.previous, numbers.directions.isFull)
  }

  @inline(__always)
  mutating func begin(_ row: Int) { modes.begin(row) }

  @inline(__always)
  func sources(_ k: Int, _ row: Int) -> (SIMD16<Scalar>, SIMD16<Scalar>) {
    let (at, width) = (row &* factors.shape.paddedColumns &+ k, factors.shape.paddedColumns)
    let added = modes.added(k)
    return (source(at, row, added.0), source(at &+ width, row &+ 1, added.1))
  }

  @inline(__always)
  private func source(_ at: Int, _ row: Int, _ added: SIMD16<Scalar>) -> SIMD16<Scalar> {
    guard row < factors.shape.rows else { return .zero }
    var p = numbers.z.vector(at) + added
    if stores { numbers.directions.store(at) }
    if !isFirst { p.addProduct(beta, previous.vector(at)) }
    next.set(at, p)
    return factors.g.vector(at) * p
  }

  @inline(__always)
  mutating func take(_ x: SIMD16<Scalar>, _ at: Int, row: Int, _ carry: inout WireNumbers<Scalar>.Carry) {
    guard row < factors.shape.rows else { return }
    let (g, p) = (factors.g.vector(at), next.vector(at))
    var energy = (g * p) * (p - x)
    if row > 0 {
      let (step, segment) = (p - carry.p, factors.bitSegment.vector(at &- row &* factors.shape.paddedColumns))
      energy.addProduct(segment * step, step)
    }
    product += energy
    carry.p = p
    numbers.descend(g * x, factors.bit.vector(at), at, &carry)
  }
}

/// y = g (eps - b) and leftovers; eps - b - x is added to the devices' voltages, or, to begin with, put there.
struct FinishTask<Scalar: WireScalar>: WordTask {
  typealias Lanes = SIMD16<Scalar>

  let factors: WireFactors<Scalar>
  let numbers: WireNumbers<Scalar>
  let volts: Field
  let scale: Double
  private let ahead: Lanes
  private let goesAhead: Bool
  private var modes: ModesOfRows<Scalar>

  @inline(__always)
  init(
    factors: WireFactors<Scalar>, numbers: WireNumbers<Scalar>, volts: Field, scale: Double, ahead: Double?, hasModes: Bool
  ) {
    (self.factors, self.numbers, self.volts, self.scale) = (factors, numbers, volts, scale)
    (self.ahead, goesAhead) = (Lanes(repeating: Scalar(ahead ?? 0)), ahead != nil)
    modes = ModesOfRows(factors.modes, columns: numbers.fromModes, arePresent: hasModes && goesAhead)
  }

  @inline(__always)
  mutating func begin(_ row: Int) { modes.begin(row) }

  /// b of `row` and the next one.
  @inline(__always)
  func rises(_ k: Int, _ row: Int) -> (Lanes, Lanes) {
    let (at, width) = (row &* factors.shape.paddedColumns &+ k, factors.shape.paddedColumns)
    var b = (numbers.directions.sum(at), numbers.directions.sum(at &+ width))
    guard goesAhead else { return b }
    let added = modes.added(k)
    b.0.addProduct(ahead, numbers.z.vector(at) + added.0)
    b.1.addProduct(ahead, numbers.z.vector(at &+ width) + added.1)
    return b
  }

  @inline(__always)
  func sources(_ k: Int, _ row: Int) -> (Lanes, Lanes) {
    let (at, b) = (row &* factors.shape.paddedColumns &+ k, rises(k, row))
    return (source(at, row, b.0), source(at &+ factors.shape.paddedColumns, row &+ 1, b.1))
  }

  @inline(__always)
  private func source(_ at: Int, _ row: Int, _ b: Lanes) -> Lanes {
    guard row < factors.shape.rows else { return .zero }
    let rest = numbers.eps(at, row, factors.shape) - b
    numbers.kept(at, row, factors.shape).set(0, rest)
    return numbers.loaded(factors.g.vector(at) * rest, factors.shape, at, row)
  }

  @inline(__always)
  mutating func take(_ x: Lanes, _ at: Int, row: Int, _ carry: inout Void) {
    guard row < factors.shape.rows else { return }
    let change = Scalar.wide(numbers.kept(at, row, factors.shape).vector(0) - x) * scale
    volts.set(at, numbers.isFirst ? change : volts.vector(at) + change)
  }

  @inline(__always)
  func carry(_ k: Int, to row: Int) {}
  @inline(__always)
  func keep(_ carry: Void, _ k: Int) {}
}
