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
      modes.add(carry.rest - passed, ModeVectors(factors.modes, row: row &+ 1))
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
      modes.add((numbers.lines + 3 &* j).vector(2 &* WireShape.width), ModeVectors(factors.modes, row: 0))
      modes.keep(numbers.toModes + j, width)
    }
  }
}
