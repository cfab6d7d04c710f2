import CMemSimSIMD

/// Numbers of the iteration, sixteen at once: double precision, or single where a refinement in double follows.
protocol WireScalar: SIMDScalar, BinaryFloatingPoint, BitwiseCopyable, Codable, Sendable {
  /// Whether ladders' factors c are kept as c - 1.
  static var keepsLoss: Bool { get }
  static func lanes(_ x: WideLanes) -> SIMD16<Self>
  static func wide(_ x: SIMD16<Self>) -> WideLanes
  /// SIMD16<Self> moved by one to the next or the previous lane; 0 enters.
  static func up(_ x: SIMD16<Self>) -> SIMD16<Self>
  static func down(_ x: SIMD16<Self>) -> SIMD16<Self>
  /// y_k = x_k + a_k y_(k-1), or y_(k+1), by the products of a that `WireFactors` keeps.
  static func scanUp(_ x: SIMD16<Self>, _ products: UnsafePointer<Self>) -> SIMD16<Self>
  static func scanDown(_ x: SIMD16<Self>, _ products: UnsafePointer<Self>) -> SIMD16<Self>
}

extension Double: WireScalar {
  @inline(__always) static var keepsLoss: Bool { false }
  @inline(__always) static func lanes(_ x: WideLanes) -> WideLanes { x }
  @inline(__always) static func wide(_ x: WideLanes) -> WideLanes { x }
  @inline(__always) static func up(_ x: WideLanes) -> WideLanes { ms_up_d16(x) }
  @inline(__always) static func down(_ x: WideLanes) -> WideLanes { ms_down_d16(x) }
  @inline(__always)
  static func scanUp(_ x: WideLanes, _ products: UnsafePointer<Double>) -> WideLanes { ms_scan_up_d16(x, products) }
  @inline(__always)
  static func scanDown(_ x: WideLanes, _ products: UnsafePointer<Double>) -> WideLanes { ms_scan_down_d16(x, products) }
}

extension Float: WireScalar {
  @inline(__always) static var keepsLoss: Bool { true }
  @inline(__always) static func lanes(_ x: WideLanes) -> FloatLanes { x.floats }
  @inline(__always) static func wide(_ x: FloatLanes) -> WideLanes { WideLanes(x) }
  @inline(__always) static func up(_ x: FloatLanes) -> FloatLanes { ms_up_f(x) }
  @inline(__always) static func down(_ x: FloatLanes) -> FloatLanes { ms_down_f(x) }
  @inline(__always)
  static func scanUp(_ x: FloatLanes, _ products: UnsafePointer<Float>) -> FloatLanes { ms_scan_up_f(x, products) }
  @inline(__always)
  static func scanDown(_ x: FloatLanes, _ products: UnsafePointer<Float>) -> FloatLanes { ms_scan_down_f(x, products) }
}

extension UnsafeMutablePointer where Pointee: WireScalar {
  /// Sixteen elements from a multiple of sixteen on.
  @inline(__always)
  func vector(_ index: Int) -> SIMD16<Pointee> { UnsafeRawPointer(self + index).load(as: SIMD16<Pointee>.self) }
  @inline(__always)
  func set(_ index: Int, _ x: SIMD16<Pointee>) {
    UnsafeMutableRawPointer(self + index).storeBytes(of: x, as: SIMD16<Pointee>.self)
  }
}
