import CMemSimSIMD

/// The vector types of every kernel: the one place that fixes width and precision.
///
/// One width serves all instruction sets, so that a result never depends on the machine: sixteen floats are one
/// AVX-512 register, two of AVX2, four of NEON.
public typealias FloatLanes = SIMD16<Float>
public typealias WordLanes = SIMD16<UInt32>
public typealias IntLanes = SIMD16<Int32>
public typealias DoubleLanes = SIMD8<Double>
public typealias LongLanes = SIMD8<Int64>

extension SIMD16 where Scalar == UInt32 {
  /// 0, 1, ... 15.
  @inline(__always)
  static var numbers: WordLanes { WordLanes(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15) }

  /// How many bits are set.
  @inline(__always)
  var ones: IntLanes {
    let pairs = self &- ((self &>> 1) & 0x5555_5555)
    let fours = (pairs & 0x3333_3333) &+ ((pairs &>> 2) & 0x3333_3333)
    let eights = (fours &+ (fours &>> 4)) & 0x0f0f_0f0f
    let sixteens = eights &+ (eights &>> 8)
    return unsafeBitCast((sixteens &+ (sixteens &>> 16)) & 0x3f, to: IntLanes.self)
  }
}

/// Whether any lane of a mask of 0 and -1 is set.
@inline(__always)
func any(_ mask: IntLanes) -> Bool { ms_bits(mask) != 0 }

/// Whether every lane of a mask of 0 and -1 is set.
@inline(__always)
func all(_ mask: IntLanes) -> Bool { ms_bits(mask) == 0xffff }

/// Sixteen doubles: a block of cells where single precision does not do. Two `DoubleLanes` to the C functions.
package typealias WideLanes = SIMD16<Double>

extension SIMD16 where Scalar == Double {
  @inline(__always)
  package init(low: DoubleLanes, high: DoubleLanes) { self.init(lowHalf: low, highHalf: high) }

  @inline(__always)
  package init(_ x: FloatLanes) { self.init(lowHalf: ms_f_to_d(x.lowHalf), highHalf: ms_f_to_d(x.highHalf)) }

  @inline(__always)
  package var low: DoubleLanes { lowHalf }

  @inline(__always)
  package var high: DoubleLanes { highHalf }

  @inline(__always)
  package var floats: FloatLanes { FloatLanes(lowHalf: ms_d_to_f(lowHalf), highHalf: ms_d_to_f(highHalf)) }
}

extension SIMD16 where Scalar == Int32 {
  /// A mask of sixteen lanes as two of eight.
  @inline(__always)
  package var wideMasks: (low: LongLanes, high: LongLanes) { (ms_widen_i(lowHalf), ms_widen_i(highHalf)) }

  /// The same as a mask of `WideLanes`.
  @inline(__always)
  package var wide: WideMask { WideMask(lowHalf: ms_widen_i(lowHalf), highHalf: ms_widen_i(highHalf)) }
}

extension UnsafeMutablePointer where Pointee: FixedWidthInteger & SIMDScalar {
  /// Writes the lanes whose bits are set from element `index` on, one after the other, and zeros after them up to sixteen.
  /// Integers of four bytes.
  @inline(__always)
  func store(_ x: SIMD16<Pointee>, of bits: UInt32, at index: Int) {
    let kept = ms_compress_i(bits, unsafeBitCast(x, to: IntLanes.self))
    UnsafeMutableRawPointer(self + index).storeBytes(of: kept, as: IntLanes.self)
  }
}

/// Whether any lane of a mask of 0 and -1 is set.
@inline(__always)
func any(_ mask: LongLanes) -> Bool { ms_or_lanes_l(mask) != 0 }
