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

/// p = z + beta p and what modes add, y = g p; down the bit lines goes g x; product:
/// (p, (1 - C) p) but for the last segments.
struct DescendTask<Scalar: WireScalar>: DescendingTask {
  let factors: WireFactors<Scalar>
  let numbers: WireNumbers<Scalar>
  let beta: SIMD16<Scalar>
  let isFirst, hasModes: Bool
  /// The direction and the one before.
  private let next, previous: UnsafeMutablePointer<Scalar>
  private let stores: Bool
  private(set) var product = SIMD16<Scalar>.zero
  private var modes = ModesOfRows<Scalar>()

  @inline(__always)
  init(factors: WireFactors<Scalar>, numbers: WireNumbers<Scalar>, beta: Double, isFirst: Bool, hasModes: Bool) {
    (self.factors, self.numbers, self.isFirst, self.hasModes) = (factors, numbers, isFirst, hasModes)
    self.beta = SIMD16(repeating: Scalar(beta))
    (next, previous, stores) = (numbers.directions.next, numbers.directions.previous, numbers.directions.isFull)
  }

  @inline(__always)
  mutating func begin(_ row: Int) {
    if hasModes { modes = ModesOfRows(factors.modes, row) }
  }

  @inline(__always)
  func sources(_ k: Int, _ row: Int) -> (SIMD16<Scalar>, SIMD16<Scalar>) {
    let (at, width) = (row &* factors.shape.paddedColumns &+ k, factors.shape.paddedColumns)
    let added = hasModes ? modes.times(ModeVectors(numbers.fromModes + k, width)) : (.zero, .zero)
    return (source(at, row, added.0), source(at &+ width, row &+ 1, added.1))
  }

  @inline(__always)
  private func source(_ at: Int, _ row: Int, _ added: SIMD16<Scalar>) -> SIMD16<Scalar> {
    guard row < factors.shape.rows else { return .zero }
    var p = numbers.z.vector(at)
    if hasModes { p += added }
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

/// v = C p up the bit lines from f; z -= alpha (p - v), or, to begin with, z = v; product: (z, z). Gathers W' T_b z.
///
/// Where losses are kept, potentials are carried up with what their rounding loses.
struct AscendTask<Scalar: WireScalar> {
  typealias Lanes = SIMD16<Scalar>

  static var together: Int { 8 }

  let factors: WireFactors<Scalar>
  let numbers: WireNumbers<Scalar>
  let alpha: Lanes
  let p: UnsafeMutablePointer<Scalar>
  let isFirst, hasModes: Bool
  private(set) var product = Lanes.zero

  /// Of a column below a row: v and what its rounding lost, z, and of T_b z what does not depend on the row.
  private struct Carry {
    var v, lost, z, rest: Lanes
  }

  private static var stride: Int { 3 &* WireShape.width }

  init(factors: WireFactors<Scalar>, numbers: WireNumbers<Scalar>, alpha: Lanes, isFirst: Bool, hasModes: Bool) {
    (self.factors, self.numbers, self.alpha) = (factors, numbers, alpha)
    (p, self.isFirst, self.hasModes) = (numbers.directions.next, isFirst, hasModes)
    let bottom = (factors.shape.rows &- 1) &* factors.shape.paddedColumns
    factors.shape.forward { j in
      keep(Carry(v: numbers.f.vector(bottom &+ j) * factors.bitEnd.vector(j), lost: .zero, z: .zero, rest: .zero), j)
    }
    numbers.toModes.update(repeating: 0, count: WireModes<Scalar>.ofLine &* factors.shape.paddedColumns)
  }

  private func keep(_ carry: Carry, _ j: Int) {
    let at = numbers.lines + 3 &* j
    at.set(0, carry.v)
    if Scalar.keepsLoss { at.set(WireShape.width, carry.lost) }
    if hasModes { at.set(2 &* WireShape.width, carry.rest) }
  }

  @inline(__always)
  private func carry(_ j: Int, from row: Int) -> Carry {
    let (at, isLast) = (numbers.lines + 3 &* j, row == factors.shape.rows &- 1)
    return Carry(
      v: at.vector(0), lost: Scalar.keepsLoss ? at.vector(WireShape.width) : .zero,
      z: isLast ? .zero : numbers.z.vector((row &+ 1) &* factors.shape.paddedColumns &+ j),
      rest: hasModes ? at.vector(2 &* WireShape.width) : .zero)
  }

  /// `count` rows up from `row`, a vector of columns at a time.
  @inline(__always)
  mutating func climb(from row: Int, _ count: Int) {
    let (width, isLast) = (factors.shape.paddedColumns, row == factors.shape.rows &- 1)
    factors.shape.forward { j in
      let inner = factors.bitInner.vector(j)
      var segment = (isLast ? factors.bitLast : factors.bitSegment).vector(j)
      var carry = carry(j, from: row)
      var modes = hasModes ? ModeVectors(numbers.toModes + j, width) : ModeVectors()
      var (i, sum) = (0, Lanes.zero)
      while i < count {
        sum += step(row &- i, j, inner, segment, &carry, &modes)
        if i == 0 { segment = factors.bitSegment.vector(j) }
        i &+= 1
      }
      product += sum
      keep(carry, j)
      if hasModes { modes.keep(numbers.toModes + j, width) }
    }
  }

  /// A row up; its part of the product.
  @inline(__always)
  private func step(
    _ row: Int, _ j: Int, _ inner: Lanes, _ segment: Lanes, _ carry: inout Carry, _ modes: inout ModeVectors<Scalar>
  ) -> Lanes {
    let at = row &* factors.shape.paddedColumns &+ j
    let (c, v) = (factors.bit.vector(at), carry.v)
    let rise = carry.lost.addingProduct(inner, numbers.f.vector(at))
    carry.v = WireFactors.joined(rise, c, v)
    if Scalar.keepsLoss { carry.lost = rise.addingProduct(c, v) - (carry.v - v) }
    let z = isFirst ? carry.v : numbers.z.vector(at).addingProduct(alpha, carry.v - p.vector(at))
    numbers.z.set(at, z)
    let step = z - carry.z
    let (held, passed) = (factors.g.vector(at) * z, segment * step)
    carry.z = z
    if hasModes {
      modes.add(carry.rest - passed, ModesOfRow(factors.modes, row &+ 1))
      carry.rest = held + passed
    }
    return (held * z).addingProduct(passed, step)
  }

  /// After the first row.
  mutating func end() {
    guard hasModes else { return }
    let width = factors.shape.paddedColumns
    factors.shape.forward { j in
      var modes = ModeVectors(numbers.toModes + j, width)
      modes.add((numbers.lines + 3 &* j).vector(2 &* WireShape.width), ModesOfRow(factors.modes, 0))
      modes.keep(numbers.toModes + j, width)
    }
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
  private let goesAhead, hasModes: Bool
  private var modes = ModesOfRows<Scalar>()

  @inline(__always)
  init(
    factors: WireFactors<Scalar>, numbers: WireNumbers<Scalar>, volts: Field, scale: Double, ahead: Double?, hasModes: Bool
  ) {
    (self.factors, self.numbers, self.volts, self.scale) = (factors, numbers, volts, scale)
    (self.ahead, goesAhead) = (Lanes(repeating: Scalar(ahead ?? 0)), ahead != nil)
    self.hasModes = hasModes && goesAhead
  }

  @inline(__always)
  mutating func begin(_ row: Int) {
    if hasModes { modes = ModesOfRows(factors.modes, row) }
  }

  /// b of `row` and the next one.
  @inline(__always)
  func rises(_ k: Int, _ row: Int) -> (Lanes, Lanes) {
    let (at, width) = (row &* factors.shape.paddedColumns &+ k, factors.shape.paddedColumns)
    var b = (numbers.directions.sum(at), numbers.directions.sum(at &+ width))
    guard goesAhead else { return b }
    let added = hasModes ? modes.times(ModeVectors(numbers.fromModes + k, width)) : (.zero, .zero)
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
