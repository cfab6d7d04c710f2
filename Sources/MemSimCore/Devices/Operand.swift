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

  /// The same values in double precision.
  @inline(__always)
  func doubles(_ first: Int) -> WideLanes {
    if count == 1 { return WideLanes(repeating: wideValue(0)) }
    if precision == .float || first &+ 16 > count { return wideTail(first) }
    return WideLanes(
      low: data.loadUnaligned(fromByteOffset: first &* 8, as: DoubleLanes.self),
      high: data.loadUnaligned(fromByteOffset: first &* 8 &+ 64, as: DoubleLanes.self))
  }

  private func wideTail(_ first: Int) -> WideLanes {
    if precision == .float { return WideLanes(floats(first)) }
    var lanes = WideLanes(repeating: 0)
    for lane in 0..<max(0, min(16, count - first)) { lanes[lane] = wideValue(first + lane) }
    return lanes
  }

  /// Index of the first value outside -limit...limit or not a number.
  public func firstOutside(_ limit: Double) -> Int? { firstOutside(-limit...limit) }

  /// Index of the first value outside `range` or not a number.
  public func firstOutside(_ range: ClosedRange<Double>) -> Int? {
    let (least, most) = (DoubleLanes(repeating: range.lowerBound), DoubleLanes(repeating: range.upperBound))
    for first in stride(from: 0, to: count, by: 16) where first + 16 <= count {
      let x = doubles(first)
      let good = ms_less_equal_d(least, x.low) & ms_less_equal_d(x.low, most)
        & ms_less_equal_d(least, x.high) & ms_less_equal_d(x.high, most)
      if any(~good) { return (first..<first + 16).first { !range.contains(wideValue($0)) } }
    }
    return (count / 16 * 16..<count).first { !range.contains(wideValue($0)) }
  }

  /// The values of cells first..<first + size.
  func slice(_ first: Int, _ size: Int) -> Operand {
    if count == 1 { return self }
    return Operand(data + first * (precision == .float ? 4 : 8), precision, count: size)
  }

  public func value(_ index: Int) -> Float { Operand.value(data, precision, count == 1 ? 0 : index) }

  public func wideValue(_ index: Int) -> Double {
    let index = count == 1 ? 0 : index
    switch precision {
    case .float: return Double(data.loadUnaligned(fromByteOffset: index &* 4, as: Float.self))
    case .double: return data.loadUnaligned(fromByteOffset: index &* 8, as: Double.self)
    }
  }
}

/// A caller's whole numbers for the cells of an array: one for all, or one per cell.
public struct CountOperand: @unchecked Sendable {
  private let data: UnsafePointer<Int32>
  /// Values in the buffer: 1 or the number of cells.
  public let count: Int

  public init(_ data: UnsafePointer<Int32>, count: Int) { (self.data, self.count) = (data, count) }

  /// Values of cells first..<first+16; cells past the end get 0.
  @inline(__always)
  func ints(_ first: Int) -> IntLanes {
    if count == 1 { return IntLanes(repeating: data[0]) }
    if first &+ 16 <= count { return UnsafeRawPointer(data + first).loadUnaligned(as: IntLanes.self) }
    var lanes = IntLanes.zero
    for lane in 0..<max(0, count - first) { lanes[lane] = data[first + lane] }
    return lanes
  }

  public subscript(index: Int) -> Int32 { data[count == 1 ? 0 : index] }
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

/// Writes sixteen doubles as the caller's element type, those of cells at or past `count` left out.
@inline(__always)
func store(_ lanes: WideLanes, to out: UnsafeMutableRawPointer, _ precision: Precision, at first: Int, count: Int) {
  if precision == .float { return store(lanes.floats, to: out, .float, at: first, count: count) }
  if first &+ 16 > count {
    for lane in 0..<max(0, count &- first) {
      out.storeBytes(of: lanes[lane], toByteOffset: (first &+ lane) &* 8, as: Double.self)
    }
    return
  }
  out.storeBytes(of: lanes.low, toByteOffset: first &* 8, as: DoubleLanes.self)
  out.storeBytes(of: lanes.high, toByteOffset: first &* 8 &+ 64, as: DoubleLanes.self)
}
