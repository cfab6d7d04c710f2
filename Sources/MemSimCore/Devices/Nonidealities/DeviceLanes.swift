import CMemSimSIMD

/// Lanes that hold devices of a layer, in either precision. Sixteen devices are a block: one vector of floats, two of
/// doubles. Random numbers come by the block and in single precision, so both precisions draw the same devices.
package protocol DeviceLanes: RealLanes where Scalar: BitwiseCopyable {
  /// Vectors a block takes.
  static var parts: Int { get }
  /// Devices of part k of a block.
  static func part(_ block: FloatLanes, _ k: Int) -> Self
  static func round(_ x: Self) -> Self
  /// Of a narrow vector the lower eight lanes are loaded, and the others are not worked on.
  static func load(_ at: UnsafePointer<Scalar>, narrow: Bool) -> Self
  static func store(_ x: Self, _ at: UnsafeMutablePointer<Scalar>, narrow: Bool)
}

extension DeviceLanes {
  @inline(__always)
  static func load(_ at: UnsafePointer<Scalar>) -> Self { load(at, narrow: false) }

  @inline(__always)
  static func store(_ x: Self, _ at: UnsafeMutablePointer<Scalar>) { store(x, at, narrow: false) }

  /// The sum of the lanes, in order.
  @inline(__always)
  static func sum(_ x: Self) -> Scalar {
    var sum = x[0]
    for lane in 1..<scalarCount { sum += x[lane] }
    return sum
  }
}

extension SIMD16<Float>: DeviceLanes {
  @inline(__always) package static var parts: Int { 1 }
  @inline(__always) package static func part(_ block: FloatLanes, _ k: Int) -> FloatLanes { block }
  @inline(__always) package static func round(_ x: Self) -> Self { ms_round_f(x) }

  @inline(__always)
  package static func load(_ at: UnsafePointer<Float>, narrow: Bool) -> Self {
    guard narrow else { return UnsafeRawPointer(at).loadUnaligned(as: Self.self) }
    return Self(lowHalf: UnsafeRawPointer(at).loadUnaligned(as: SIMD8<Float>.self), highHalf: .zero)
  }

  @inline(__always)
  package static func store(_ x: Self, _ at: UnsafeMutablePointer<Float>, narrow: Bool) {
    if narrow {
      UnsafeMutableRawPointer(at).storeBytes(of: x.lowHalf, as: SIMD8<Float>.self)
    } else {
      UnsafeMutableRawPointer(at).storeBytes(of: x, as: Self.self)
    }
  }
}

extension SIMD8<Double>: DeviceLanes {
  @inline(__always) package static var parts: Int { 2 }
  @inline(__always) package static func part(_ block: FloatLanes, _ k: Int) -> DoubleLanes {
    ms_f_to_d(k == 0 ? block.lowHalf : block.highHalf)
  }
  @inline(__always) package static func round(_ x: Self) -> Self { ms_round_d(x) }

  @inline(__always)
  package static func load(_ at: UnsafePointer<Double>, narrow: Bool) -> Self {
    UnsafeRawPointer(at).loadUnaligned(as: Self.self)
  }

  @inline(__always)
  package static func store(_ x: Self, _ at: UnsafeMutablePointer<Double>, narrow: Bool) {
    UnsafeMutableRawPointer(at).storeBytes(of: x, as: Self.self)
  }
}
