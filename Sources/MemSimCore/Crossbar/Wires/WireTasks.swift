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
struct StartTask<Scalar: WireScalar>: DescendingTask {
  let factors: WireFactors<Scalar>
  let numbers: WireNumbers<Scalar>

  @inline(__always)
  func source(_ at: Int, row: Int) -> SIMD16<Scalar> {
    numbers.loaded(factors.g.vector(at) * numbers.eps(at), factors.shape, at, row)
  }

  @inline(__always)
  mutating func take(_ x: SIMD16<Scalar>, _ at: Int, row: Int, _ carry: inout WireNumbers<Scalar>.Carry) {
    guard row < factors.shape.rows else { return }
    var y = factors.g.vector(at) * (numbers.eps(at) - x)
    if row == factors.shape.rows &- 1 { y += numbers.bitLeftover.vector(at &- row &* factors.shape.paddedColumns) }
    numbers.descend(y, factors.bit.vector(at), at, &carry)
  }
}

/// b += alpha p of the last iteration, p = z + beta p, y = g p; down the bit lines goes g x; product: (p, (1 - C) p)
/// but for the last segments.
struct DescendTask<Scalar: WireScalar>: DescendingTask {
  let factors: WireFactors<Scalar>
  let numbers: WireNumbers<Scalar>
  let alpha, beta: SIMD16<Scalar>
  let isFirst: Bool
  var product = SIMD16<Scalar>.zero

  @inline(__always)
  func source(_ at: Int, row: Int) -> SIMD16<Scalar> {
    guard row < factors.shape.rows else { return .zero }
    var p = numbers.z.vector(at)
    if isFirst {
      numbers.b.set(at, .zero)
    } else {
      let before = numbers.p.vector(at)
      numbers.b.set(at, numbers.b.vector(at).addingProduct(alpha, before))
      p.addProduct(beta, before)
    }
    numbers.p.set(at, p)
    return factors.g.vector(at) * p
  }

  @inline(__always)
  mutating func take(_ x: SIMD16<Scalar>, _ at: Int, row: Int, _ carry: inout WireNumbers<Scalar>.Carry) {
    guard row < factors.shape.rows else { return }
    let (g, p) = (factors.g.vector(at), numbers.p.vector(at))
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

/// v = C p up the bit lines from f; z -= alpha (p - v), or, to begin with, z = v; product: (z, z).
///
/// Where losses are kept, potentials are carried up with what their rounding loses.
struct AscendTask<Scalar: WireScalar> {
  typealias Lanes = SIMD16<Scalar>

  static var together: Int { 4 }

  let factors: WireFactors<Scalar>
  let numbers: WireNumbers<Scalar>
  let alpha: Lanes
  let isFirst: Bool
  private(set) var product = Lanes.zero

  private var v: UnsafeMutablePointer<Scalar> { numbers.lines }
  private var lost: UnsafeMutablePointer<Scalar> { numbers.lines + WireShape.width }

  init(factors: WireFactors<Scalar>, numbers: WireNumbers<Scalar>, alpha: Lanes, isFirst: Bool) {
    (self.factors, self.numbers, self.alpha, self.isFirst) = (factors, numbers, alpha, isFirst)
    let bottom = (factors.shape.rows &- 1) &* factors.shape.paddedColumns
    factors.shape.forward { j in
      v.set(2 &* j, numbers.f.vector(bottom &+ j) * factors.bitEnd.vector(j))
      lost.set(2 &* j, .zero)
    }
  }

  /// `count` rows up from `row`, a vector of columns at a time.
  @inline(__always)
  mutating func climb(from row: Int, _ count: Int) {
    let (width, isLast) = (factors.shape.paddedColumns, row == factors.shape.rows &- 1)
    factors.shape.forward { j in
      let inner = factors.bitInner.vector(j)
      var segment = (isLast ? factors.bitLast : factors.bitSegment).vector(j)
      var carry = (v: v.vector(2 &* j), lost: lost.vector(2 &* j), z: Lanes.zero)
      if !isLast { carry.z = numbers.z.vector((row &+ 1) &* width &+ j) }
      var i = 0
      while i < count {
        step((row &- i) &* width &+ j, inner, segment, &carry)
        if i == 0 { segment = factors.bitSegment.vector(j) }
        i &+= 1
      }
      v.set(2 &* j, carry.v)
      if Scalar.keepsLoss { lost.set(2 &* j, carry.lost) }
    }
  }

  @inline(__always)
  private mutating func step(
    _ at: Int, _ inner: Lanes, _ segment: Lanes, _ carry: inout (v: Lanes, lost: Lanes, z: Lanes)
  ) {
    let (c, below) = (factors.bit.vector(at), carry.v)
    let rise = carry.lost.addingProduct(inner, numbers.f.vector(at))
    carry.v = WireFactors.joined(rise, c, below)
    if Scalar.keepsLoss { carry.lost = rise.addingProduct(c, below) - (carry.v - below) }
    let z = isFirst ? carry.v : numbers.z.vector(at).addingProduct(alpha, carry.v - numbers.p.vector(at))
    numbers.z.set(at, z)
    let step = z - carry.z
    carry.z = z
    product += ((factors.g.vector(at) * z) * z).addingProduct(segment * step, step)
  }
}

/// z = eps - b - alpha p, y = g z and leftovers; z - x is added to the devices' voltages.
struct FinishTask<Scalar: WireScalar>: WordTask {
  let factors: WireFactors<Scalar>
  let numbers: WireNumbers<Scalar>
  let alpha: SIMD16<Scalar>
  let volts: Field
  let scale: Double

  @inline(__always)
  func source(_ at: Int, row: Int) -> SIMD16<Scalar> {
    guard row < factors.shape.rows else { return .zero }
    let rest = numbers.eps(at) - numbers.b.vector(at).addingProduct(alpha, numbers.p.vector(at))
    numbers.z.set(at, rest)
    return numbers.loaded(factors.g.vector(at) * rest, factors.shape, at, row)
  }

  @inline(__always)
  mutating func take(_ x: SIMD16<Scalar>, _ at: Int, row: Int, _ carry: inout Void) {
    guard row < factors.shape.rows else { return }
    volts.set(at, volts.vector(at) + Scalar.wide(numbers.z.vector(at) - x) * scale)
  }

  @inline(__always)
  func carry(_ k: Int, to row: Int) {}
  @inline(__always)
  func keep(_ carry: Void, _ k: Int) {}
}
