import CMemSimSIMD

/// Vectors of the iteration: double precision, or single where a refinement in double precision follows.
protocol WireLanes: RealLanes where Scalar: BitwiseCopyable {
  /// Transposes a square of as many rows as there are lanes.
  static func transpose(
    _ from: UnsafePointer<Scalar>, _ fromStride: Int, _ to: UnsafeMutablePointer<Scalar>, _ toStride: Int)
  /// Doubles times a factor, from and to a field.
  static func from(_ field: Field, _ at: Int, times factor: Double) -> Self
  static func add(_ x: Self, times factor: Double, to field: Field, _ at: Int)
}

extension SIMD8<Double>: WireLanes {
  @inline(__always)
  static func transpose(_ from: UnsafePointer<Double>, _ fromStride: Int, _ to: UnsafeMutablePointer<Double>, _ toStride: Int) {
    ms_transpose_d(from, Int64(fromStride), to, Int64(toStride))
  }
  @inline(__always)
  static func from(_ field: Field, _ at: Int, times factor: Double) -> Self { field[lanes: at] * factor }
  @inline(__always)
  static func add(_ x: Self, times factor: Double, to field: Field, _ at: Int) { field[lanes: at] += x * factor }
}

extension SIMD16<Float>: WireLanes {
  @inline(__always)
  static func transpose(_ from: UnsafePointer<Float>, _ fromStride: Int, _ to: UnsafeMutablePointer<Float>, _ toStride: Int) {
    ms_transpose_f(from, Int64(fromStride), to, Int64(toStride))
  }
  @inline(__always)
  static func from(_ field: Field, _ at: Int, times factor: Double) -> Self {
    FloatLanes(
      lowHalf: ms_d_to_f(field[lanes: at] * factor), highHalf: ms_d_to_f(field[lanes: at &+ 8] * factor))
  }
  @inline(__always)
  static func add(_ x: Self, times factor: Double, to field: Field, _ at: Int) {
    field[lanes: at] += ms_f_to_d(x.lowHalf) * factor
    field[lanes: at &+ 8] += ms_f_to_d(x.highHalf) * factor
  }
}

extension UnsafeMutablePointer where Pointee: BinaryFloatingPoint {
  /// A vector from a multiple of its width on.
  @inline(__always)
  func vector<L: WireLanes>(_ index: Int, _: L.Type = L.self) -> L where L.Scalar == Pointee {
    UnsafeRawPointer(self + index).load(as: L.self)
  }
  @inline(__always)
  func set<L: WireLanes>(_ index: Int, _ x: L) where L.Scalar == Pointee {
    UnsafeMutableRawPointer(self + index).storeBytes(of: x, as: L.self)
  }
}
