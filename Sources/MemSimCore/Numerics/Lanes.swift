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
}

/// Whether any lane of a mask of 0 and -1 is set.
@inline(__always)
func any(_ mask: IntLanes) -> Bool { ms_bits(mask) != 0 }

/// Whether every lane of a mask of 0 and -1 is set.
@inline(__always)
func all(_ mask: IntLanes) -> Bool { ms_bits(mask) == 0xffff }
