import CMemSimSIMD

/// Masks of `WideLanes`.
package typealias WideMask = SIMD16<Int64>

/// The operations of `RealLanes` for sixteen doubles: both halves by the functions of `DoubleLanes`. (A type can conform
/// to a protocol once, and sixteen floats do.) The elementary functions are calls: a call is nothing beside sixteen
/// exponentials, and inlined they would be most of the library.
extension SIMD16 where Scalar == Double {
  @inline(__always)
  package static func less(_ a: Self, _ b: Self) -> WideMask {
    WideMask(lowHalf: ms_less_d(a.lowHalf, b.lowHalf), highHalf: ms_less_d(a.highHalf, b.highHalf))
  }

  @inline(__always)
  package static func select(_ mask: WideMask, _ yes: Self, _ no: Self) -> Self {
    Self(
      lowHalf: ms_select_d(mask.lowHalf, yes.lowHalf, no.lowHalf),
      highHalf: ms_select_d(mask.highHalf, yes.highHalf, no.highHalf))
  }

  @inline(__always)
  package static func any(_ mask: WideMask) -> Bool { ms_or_lanes_l(mask.lowHalf | mask.highHalf) != 0 }

  @inline(__always)
  package static func sqrt(_ x: Self) -> Self { x.halves { ms_sqrt_d($0) } }

  @inline(__always)
  package static func abs(_ x: Self) -> Self { x.halves { ms_abs_d($0) } }

  @inline(never)
  package static func exp(_ x: Self) -> Self { x.halves { Elementary.exp($0) } }

  @inline(never)
  package static func expm1(_ x: Self) -> Self { x.halves { Elementary.expm1($0) } }

  @inline(never)
  package static func log(_ x: Self) -> Self { x.halves { Elementary.log($0) } }

  @inline(never)
  package static func log1p(_ x: Self) -> Self { x.halves { Elementary.log1p($0) } }

  @inline(__always)
  package static func atMost(_ x: Self, _ limit: Self) -> Self {
    Self(lowHalf: ms_at_most_d(x.lowHalf, limit.lowHalf), highHalf: ms_at_most_d(x.highHalf, limit.highHalf))
  }

  @inline(__always)
  package static func atLeast(_ x: Self, _ limit: Self) -> Self {
    Self(lowHalf: ms_at_least_d(x.lowHalf, limit.lowHalf), highHalf: ms_at_least_d(x.highHalf, limit.highHalf))
  }

  @inline(__always)
  private func halves(_ f: (DoubleLanes) -> DoubleLanes) -> Self {
    Self(lowHalf: f(lowHalf), highHalf: f(highHalf))
  }

  @inline(__always)
  package static func equal(_ a: Self, _ b: Self) -> WideMask {
    WideMask(lowHalf: ms_equal_d(a.lowHalf, b.lowHalf), highHalf: ms_equal_d(a.highHalf, b.highHalf))
  }

  @inline(__always)
  package static func floor(_ x: Self) -> Self { x.halves { ms_floor_d($0) } }

  @inline(__always)
  package static func clamp(_ x: Self, _ low: Self, _ high: Self) -> Self { atMost(atLeast(x, low), high) }
}
