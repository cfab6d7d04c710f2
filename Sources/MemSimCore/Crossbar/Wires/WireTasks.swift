// What the sweeps of `WireIteration` along word lines do on their way.

/// y = g eps and leftovers; down the bit lines goes g (eps - x) with theirs.
struct StartTask<L: WireLanes>: WordTask {
  let factors: WireFactors<L>
  let numbers: WireNumbers<L>

  @inline(__always)
  func source(_ at: Int, row: Int) -> L {
    loaded(factors.g.vector(at) * numbers.e.vector(at), numbers.wordLeftover, factors.shape, at, row)
  }

  @inline(__always)
  mutating func take(_ x: L, _ at: Int, row: Int) {
    guard row < factors.shape.rows else { return }
    let width = factors.shape.paddedColumns
    var y: L = factors.g.vector(at) * (numbers.e.vector(at) - x)
    if row == factors.shape.rows &- 1 { y += numbers.bitLeftover.vector(at &- row &* width) }
    let before: L = row == 0 ? .zero : numbers.f.vector(at &- width)
    numbers.f.set(at, factors.bit.vector(at) * (before + y))
  }
}

/// p = z + beta p, y = g p; down the bit lines goes g x; product: (p, (1 - C) p) but for the last segments.
struct DescendTask<L: WireLanes>: WordTask {
  let factors: WireFactors<L>
  let numbers: WireNumbers<L>
  let beta: L
  let isFirst: Bool
  var product = L.zero

  @inline(__always)
  func source(_ at: Int, row: Int) -> L {
    guard row < factors.shape.rows else { return .zero }
    let z: L = numbers.z.vector(at)
    let p = isFirst ? z : z.addingProduct(beta, numbers.p.vector(at))
    numbers.p.set(at, p)
    return factors.g.vector(at) * p
  }

  @inline(__always)
  mutating func take(_ x: L, _ at: Int, row: Int) {
    guard row < factors.shape.rows else { return }
    let width = factors.shape.paddedColumns
    let (g, p): (L, L) = (factors.g.vector(at), numbers.p.vector(at))
    product.addProduct(g * p, p - x)
    let (through, c): (L, L) = (g * x, factors.bit.vector(at))
    guard row > 0 else { return numbers.f.set(at, c * through) }
    let (above, segment): (L, L) = (numbers.p.vector(at &- width), factors.bitSegment.vector(at &- row &* width))
    product.addProduct(segment * (p - above), p - above)
    let half: L = numbers.f.vector(at &- width)
    numbers.f.set(at, c * (half + through))
  }
}

/// y = g (eps - b) and leftovers; eps - b - x is added to the devices' voltages.
struct FinishTask<L: WireLanes>: WordTask {
  let factors: WireFactors<L>
  let numbers: WireNumbers<L>
  let volts: Field
  let scale: Double

  @inline(__always)
  func source(_ at: Int, row: Int) -> L {
    guard row < factors.shape.rows else { return .zero }
    let rest: L = numbers.e.vector(at) - numbers.b.vector(at)
    return loaded(factors.g.vector(at) * rest, numbers.wordLeftover, factors.shape, at, row)
  }

  @inline(__always)
  mutating func take(_ x: L, _ at: Int, row: Int) {
    guard row < factors.shape.rows else { return }
    L.add((numbers.e.vector(at) - numbers.b.vector(at)) - x, times: scale, to: volts, at)
  }
}

/// Adds a row's leftover current to its last column.
@inline(__always)
private func loaded<L: WireLanes>(
  _ y: L, _ leftover: UnsafeMutablePointer<L.Scalar>, _ shape: WireShape, _ at: Int, _ row: Int
) -> L {
  guard leftover[row] != 0 else { return y }
  let lane = row &* shape.paddedColumns &+ shape.columns &- 1 &- at
  guard lane >= 0, lane < L.scalarCount else { return y }
  var sum = y
  sum[lane] += leftover[row]
  return sum
}
