import CMemSimSIMD

/// Float or double lanes, for kernels that are written once for both precisions.
package protocol RealLanes: SIMD, Sendable where Scalar: BinaryFloatingPoint {
  associatedtype Mask: SIMD where Mask.Scalar: FixedWidthInteger

  /// -1 where a < b, else 0.
  static func less(_ a: Self, _ b: Self) -> Mask
  static func select(_ mask: Mask, _ yes: Self, _ no: Self) -> Self
  static func any(_ mask: Mask) -> Bool
  static func sqrt(_ x: Self) -> Self
  static func abs(_ x: Self) -> Self
  static func exp(_ x: Self) -> Self
  /// e to the x where that is a normal number; beyond, the nearest such.
  static func expNormal(_ x: Self) -> Self
  static func expm1(_ x: Self) -> Self
  static func log(_ x: Self) -> Self
  /// log of a positive normal number.
  static func logNormal(_ x: Self) -> Self
  static func log1p(_ x: Self) -> Self
  /// The smaller; NaN in `x` stays.
  static func atMost(_ x: Self, _ limit: Self) -> Self
  /// The larger; NaN in `x` stays.
  static func atLeast(_ x: Self, _ limit: Self) -> Self
}

extension RealLanes {
  /// The number in every lane.
  @inline(__always)
  static func all(_ x: Double) -> Self { Self(repeating: Scalar(x)) }

  @inline(__always)
  static func clamp(_ x: Self, _ low: Self, _ high: Self) -> Self { atMost(atLeast(x, low), high) }

  /// Arcsine of numbers in 0...1. Error below 2e-15.
  ///
  /// x + x³ Q(x²) up to 1/2, Q a near-minimax fit; above, by asin x = pi/2 - 2 asin sqrt((1 - x)/2).
  @inline(__always)
  package static func asin(_ x: Self) -> Self {
    let half = all(0.5)
    let large = less(half, x)
    var (z, y) = (x * x, x)
    if any(large) {
      let reduced = half - half * x
      (z, y) = (select(large, reduced, z), select(large, sqrt(reduced), x))
    }
    var q = all(0.027871289137110143)
    q = all(-0.006822043980671263).addingProduct(q, z)
    q = all(0.015445133336819308).addingProduct(q, z)
    q = all(0.0102896411236249).addingProduct(q, z)
    q = all(0.014140941807431192).addingProduct(q, z)
    q = all(0.017337192543712077).addingProduct(q, z)
    q = all(0.022373010066676288).addingProduct(q, z)
    q = all(0.030381917485400308).addingProduct(q, z)
    q = all(0.044642857578717755).addingProduct(q, z)
    q = all(0.07499999999726302).addingProduct(q, z)
    q = all(0.1666666666666695).addingProduct(q, z)
    let small = y.addingProduct(y * z, q)
    return select(large, all(Double.pi / 2) - 2 * small, small)
  }
}

extension SIMD16<Float>: RealLanes {
  @inline(__always) package static func less(_ a: Self, _ b: Self) -> IntLanes { ms_less_f(a, b) }
  @inline(__always) package static func select(_ mask: IntLanes, _ yes: Self, _ no: Self) -> Self { ms_select_f(mask, yes, no) }
  @inline(__always) package static func any(_ mask: IntLanes) -> Bool { ms_bits(mask) != 0 }
  @inline(__always) package static func sqrt(_ x: Self) -> Self { ms_sqrt_f(x) }
  @inline(__always) package static func abs(_ x: Self) -> Self { ms_abs_f(x) }
  @inline(__always) package static func exp(_ x: Self) -> Self { Elementary.exp(x) }
  @inline(__always) package static func expm1(_ x: Self) -> Self { Elementary.expm1(x) }
  @inline(__always) package static func expNormal(_ x: Self) -> Self { Elementary.expNormal(x) }
  @inline(__always) package static func logNormal(_ x: Self) -> Self { Elementary.logNormal(x) }
  @inline(__always) package static func log(_ x: Self) -> Self { Elementary.log(x) }
  @inline(__always) package static func log1p(_ x: Self) -> Self { Elementary.log1p(x) }
  @inline(__always) package static func atMost(_ x: Self, _ limit: Self) -> Self { ms_at_most_f(x, limit) }
  @inline(__always) package static func atLeast(_ x: Self, _ limit: Self) -> Self { ms_at_least_f(x, limit) }
}

extension SIMD8<Double>: RealLanes {
  @inline(__always) package static func less(_ a: Self, _ b: Self) -> LongLanes { ms_less_d(a, b) }
  @inline(__always) package static func select(_ mask: LongLanes, _ yes: Self, _ no: Self) -> Self { ms_select_d(mask, yes, no) }
  @inline(__always) package static func any(_ mask: LongLanes) -> Bool { ms_or_lanes_l(mask) != 0 }
  @inline(__always) package static func sqrt(_ x: Self) -> Self { ms_sqrt_d(x) }
  @inline(__always) package static func abs(_ x: Self) -> Self { ms_abs_d(x) }
  @inline(__always) package static func exp(_ x: Self) -> Self { Elementary.exp(x) }
  @inline(__always) package static func expm1(_ x: Self) -> Self { Elementary.expm1(x) }
  @inline(__always) package static func expNormal(_ x: Self) -> Self { Elementary.expNormal(x) }
  @inline(__always) package static func logNormal(_ x: Self) -> Self { Elementary.logNormal(x) }
  @inline(__always) package static func log(_ x: Self) -> Self { Elementary.log(x) }
  @inline(__always) package static func log1p(_ x: Self) -> Self { Elementary.log1p(x) }
  @inline(__always) package static func atMost(_ x: Self, _ limit: Self) -> Self { ms_at_most_d(x, limit) }
  @inline(__always) package static func atLeast(_ x: Self, _ limit: Self) -> Self { ms_at_least_d(x, limit) }
}
