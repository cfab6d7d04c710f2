// What the sweeps of `WireIteration` along word lines do on their way.

/// y = g eps and leftovers; down the bit lines goes g (eps - x) with theirs.
struct StartTask<Scalar: WireScalar>: WordTask {
  let factors: WireFactors<Scalar>
  let numbers: WireNumbers<Scalar>

  @inline(__always)
  func source(_ at: Int, row: Int) -> SIMD16<Scalar> {
    numbers.loaded(factors.g.vector(at) * numbers.eps(at), factors.shape, at, row)
  }

  @inline(__always)
  mutating func take(_ x: SIMD16<Scalar>, _ at: Int, row: Int) {
    guard row < factors.shape.rows else { return }
    var y = factors.g.vector(at) * (numbers.eps(at) - x)
    if row == factors.shape.rows &- 1 { y += numbers.bitLeftover.vector(at &- row &* factors.shape.paddedColumns) }
    numbers.descend(y, factors, at, row)
  }
}

/// b += alpha p of the last iteration, p = z + beta p, y = g p; down the bit lines goes g x; product: (p, (1 - C) p)
/// but for the last segments.
struct DescendTask<Scalar: WireScalar>: WordTask {
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
  mutating func take(_ x: SIMD16<Scalar>, _ at: Int, row: Int) {
    guard row < factors.shape.rows else { return }
    let width = factors.shape.paddedColumns
    let (g, p) = (factors.g.vector(at), numbers.p.vector(at))
    var energy = (g * p) * (p - x)
    if row > 0 {
      let (step, segment) = (p - numbers.p.vector(at &- width), factors.bitSegment.vector(at &- row &* width))
      energy.addProduct(segment * step, step)
    }
    product += energy
    numbers.descend(g * x, factors, at, row)
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
  mutating func take(_ x: SIMD16<Scalar>, _ at: Int, row: Int) {
    guard row < factors.shape.rows else { return }
    volts.set(at, volts.vector(at) + Scalar.wide(numbers.z.vector(at) - x) * scale)
  }
}
