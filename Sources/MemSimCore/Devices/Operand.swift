import CMemSimSIMD

/// Element type of a caller's buffer.
public enum Precision: Sendable { case float, double }

/// A caller's values for the cells of an array: one for all, or one per cell; read as floats, sixteen at a time.
public struct Operand: @unchecked Sendable {
  private let data: UnsafeRawPointer
  public let precision: Precision
  /// Values in the buffer: 1 or the number of cells.
  public let count: Int
  private let uniform: FloatLanes?

  public init(_ data: UnsafeRawPointer, _ precision: Precision, count: Int) {
    (self.data, self.precision, self.count) = (data, precision, count)
    uniform = count == 1 ? FloatLanes(repeating: Operand.value(data, precision, 0)) : nil
  }

  private static func value(_ data: UnsafeRawPointer, _ precision: Precision, _ i: Int) -> Float {
    switch precision {
    case .float: data.loadUnaligned(fromByteOffset: i &* 4, as: Float.self)
    case .double: Float(data.loadUnaligned(fromByteOffset: i &* 8, as: Double.self))
    }
  }

  /// Values of cells first..<first+16; cells past the end get 0.
  @inline(__always)
  func floats(_ first: Int) -> FloatLanes {
    if let uniform { return uniform }
    if first &+ 16 > count { return tail(first) }
    switch precision {
    case .float: return data.loadUnaligned(fromByteOffset: first &* 4, as: FloatLanes.self)
    case .double:
      let low = data.loadUnaligned(fromByteOffset: first &* 8, as: DoubleLanes.self)
      let high = data.loadUnaligned(fromByteOffset: first &* 8 &+ 64, as: DoubleLanes.self)
      return FloatLanes(lowHalf: ms_d_to_f(low), highHalf: ms_d_to_f(high))
    }
  }

  private func tail(_ first: Int) -> FloatLanes {
    var lanes = FloatLanes.zero
    for lane in 0..<max(0, count - first) { lanes[lane] = Operand.value(data, precision, first + lane) }
    return lanes
  }

  /// Index of the first value outside -limit...limit or not a number.
  public func firstOutside(_ limit: Float) -> Int? {
    let bound = FloatLanes(repeating: limit)
    for first in stride(from: 0, to: count, by: 16) {
      let good = ms_less_equal_f(ms_abs_f(floats(first)), bound)
      if !all(good) {
        return (0..<16).first { good[$0] == 0 }.map { first + $0 }
      }
    }
    return nil
  }

  public func value(_ index: Int) -> Float { Operand.value(data, precision, count == 1 ? 0 : index) }
}

/// Writes sixteen floats as the caller's element type, those of cells at or past `count` left out.
@inline(__always)
func store(_ lanes: FloatLanes, to out: UnsafeMutableRawPointer, _ precision: Precision, at first: Int, count: Int) {
  if first &+ 16 > count {
    for lane in 0..<max(0, count &- first) {
      switch precision {
      case .float: out.storeBytes(of: lanes[lane], toByteOffset: (first &+ lane) &* 4, as: Float.self)
      case .double: out.storeBytes(of: Double(lanes[lane]), toByteOffset: (first &+ lane) &* 8, as: Double.self)
      }
    }
    return
  }
  switch precision {
  case .float: out.storeBytes(of: lanes, toByteOffset: first &* 4, as: FloatLanes.self)
  case .double:
    out.storeBytes(of: ms_f_to_d(lanes.lowHalf), toByteOffset: first &* 8, as: DoubleLanes.self)
    out.storeBytes(of: ms_f_to_d(lanes.highHalf), toByteOffset: first &* 8 &+ 64, as: DoubleLanes.self)
  }
}
