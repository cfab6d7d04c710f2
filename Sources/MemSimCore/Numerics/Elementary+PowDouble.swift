import CMemSimSIMD

/// Powers of double lanes. y log x reaches 745, so the logarithm is carried as the sum of two doubles.
extension Elementary {
  /// x to the y for x >= 0; NaN for x < 0, unless y is 0. Error below 1.2 ulp.
  @inline(__always)
  package static func pow(_ x: DoubleLanes, _ y: DoubleLanes) -> DoubleLanes {
    let log = logPair(x)
    let head = y * log.head
    let tail = (-head).addingProduct(y, log.head).addingProduct(y, log.tail)
    let inRange = ms_less_d(ms_abs_d(head), DoubleLanes(repeating: 1000))
    return powSpecial(x, y, exp(head, ms_select_d(inRange, tail, DoubleLanes.zero)))
  }

  /// log x to about 2^-65 of itself, as an unevaluated sum.
  @inline(__always)
  private static func logPair(_ x: DoubleLanes) -> (head: DoubleLanes, tail: DoubleLanes) {
    let (f, e) = splitPower(x)
    let one = logPairOnePlus(f)
    let scaled = e * 0x1.62e42fefa38p-1
    let head = scaled + one.head
    let tail = (one.head - (head - scaled)) + one.tail.addingProduct(e, 0x1.ef35793c76730p-45)
    let positive = ms_select_d(ms_less_d(DoubleLanes.zero, x), head, DoubleLanes(repeating: -.infinity))
    return (ms_select_d(ms_less_d(x, DoubleLanes(repeating: .infinity)), positive, x), tail)
  }

  /// log(1 + f) = 2 s (1 + z / 3 + z² q(z)) with s = f / (2 + f) and z = s².
  @inline(__always)
  private static func logPairOnePlus(_ f: DoubleLanes) -> (head: DoubleLanes, tail: DoubleLanes) {
    let s = quotientPair(f)
    let z = s.head * s.head
    let zTail = (-z).addingProduct(s.head, s.head).addingProduct(2 * s.head, s.tail)
    let third: Double = 0x1.5555555555555p-2
    let a = z * third
    let aTail = (-a).addingProduct(z, third).addingProduct(z, 0x1.5555555555555p-56).addingProduct(zTail, third)
    let q = z * z * polynomial(
      z,
      [
        0.20000000000001189, 0.142857142850251, 0.11111111263806163, 0.090908918834711291, 0.076933911945337427,
        0.066281412610865106, 0.066004641073413708,
      ])
    let g = a + q
    let gTail = (q - (g - a)) + aTail
    let double = 2 * s.head
    let product = double * g
    let productTail = (-product).addingProduct(double, g).addingProduct(double, gTail).addingProduct(2 * s.tail, g)
    let head = double + product
    return (head, (product - (head - double)) + (productTail + 2 * s.tail))
  }

  /// f / (2 + f) for 1 + f in [sqrt 1/2, sqrt 2].
  @inline(__always)
  private static func quotientPair(_ f: DoubleLanes) -> (head: DoubleLanes, tail: DoubleLanes) {
    let divisor = 2 + f
    let divisorTail = f - (divisor - 2)
    let inverse = 1 / divisor
    let head = f * inverse
    return (head, f.addingProduct(-head, divisor).addingProduct(-head, divisorTail) * inverse)
  }

  @inline(__always)
  private static func powSpecial(_ x: DoubleLanes, _ y: DoubleLanes, _ result: DoubleLanes) -> DoubleLanes {
    let one = DoubleLanes(repeating: 1)
    let isOne = ms_less_equal_d(x, one) & ms_less_equal_d(one, x)
    let unit = ms_less_equal_d(ms_abs_d(y), DoubleLanes.zero) | isOne
    let negative = ms_less_d(x, DoubleLanes.zero)
    return ms_select_d(unit, one, ms_select_d(negative, DoubleLanes(repeating: .nan), result))
  }
}
