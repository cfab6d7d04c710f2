import CMemSimSIMD

/// An element type that dense products are computed in. One vector is 64 bytes.
package protocol DenseElement: BinaryFloatingPoint, SIMDScalar, Codable, Sendable {
  associatedtype Lanes: SIMD & Sendable where Lanes.Scalar == Self
  /// Elements per vector.
  static var lanes: Int { get }
  /// a b + c in each lane, rounded once.
  static func fma(_ a: Lanes, _ b: Lanes, _ c: Lanes) -> Lanes
}

extension Float: DenseElement {
  package static var lanes: Int { 16 }
  @inline(__always)
  package static func fma(_ a: FloatLanes, _ b: FloatLanes, _ c: FloatLanes) -> FloatLanes { ms_fma_f(a, b, c) }
}

extension Double: DenseElement {
  package static var lanes: Int { 8 }
  @inline(__always)
  package static func fma(_ a: DoubleLanes, _ b: DoubleLanes, _ c: DoubleLanes) -> DoubleLanes { ms_fma_d(a, b, c) }
}

extension DenseElement {
  @inline(__always)
  static func load(_ from: UnsafePointer<Self>) -> Lanes { UnsafeRawPointer(from).loadUnaligned(as: Lanes.self) }

  @inline(__always)
  static func store(_ lanes: Lanes, _ to: UnsafeMutablePointer<Self>) {
    UnsafeMutableRawPointer(to).storeBytes(of: lanes, as: Lanes.self)
  }

  /// Stores the first `count` lanes; never writes past them.
  @inline(__always)
  static func store(_ lanes: Lanes, _ to: UnsafeMutablePointer<Self>, count: Int) {
    for lane in 0..<count { to[lane] = lanes[lane] }
  }
}

/// How a matrix element in memory is read as the element type computed with.
protocol DenseReader {
  associatedtype Stored: DenseElement
  associatedtype Element: DenseElement
  static func load(_ from: UnsafePointer<Stored>) -> Element.Lanes
}

/// The matrix holds what the product is computed in.
enum AsStored<Element: DenseElement>: DenseReader {
  @inline(__always)
  static func load(_ from: UnsafePointer<Element>) -> Element.Lanes { Element.load(from) }
}

/// The matrix holds floats, the product is computed in doubles.
enum Widened: DenseReader {
  typealias Stored = Float
  typealias Element = Double

  @inline(__always)
  static func load(_ from: UnsafePointer<Float>) -> DoubleLanes {
    ms_f_to_d(UnsafeRawPointer(from).loadUnaligned(as: SIMD8<Float>.self))
  }
}

extension DenseReader {
  /// The first `count` lanes from memory, the others zero; never reads past them.
  @inline(__always)
  static func load(_ from: UnsafePointer<Stored>, count: Int) -> Element.Lanes {
    var lanes = Element.Lanes.zero
    for lane in 0..<count { lanes[lane] = Element(from[lane]) }
    return lanes
  }
}
