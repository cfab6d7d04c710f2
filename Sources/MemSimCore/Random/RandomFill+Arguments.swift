/// What the fills accept.
extension RandomFill {
  static func check(_ key: RandomKey, _ count: Int) throws(MemSimError) {
    guard count >= 0 else { throw .argument("count must be >= 0, got \(count)") }
    guard key.offset < 1 << 63 else { throw .argument("offset must be at most 2^63 - 1, got \(key.offset)") }
    guard key.offset + UInt64(count) <= 1 << 63 else {
      throw .argument("offset + count must be at most 2^63, got \(key.offset) + \(count)")
    }
  }

  static func finite<T: BinaryFloatingPoint>(_ name: String, _ value: Double, _: T.Type) throws(MemSimError) -> T {
    guard T(value).isFinite else { throw .argument("\(name) must be finite\(inType(T.self)), got \(value)") }
    return T(value)
  }

  static func deviation<T: BinaryFloatingPoint>(_ name: String, _ value: Double, _: T.Type) throws(MemSimError) -> T {
    guard value >= 0, T(value).isFinite else {
      throw .argument("\(name) must be finite\(inType(T.self)) and >= 0, got \(value)")
    }
    return T(value)
  }

  static func positive<T: BinaryFloatingPoint>(_ name: String, _ value: Double, _: T.Type) throws(MemSimError) -> T {
    guard T(value) > 0, T(value).isFinite else {
      throw .argument("\(name) must be finite and > 0\(inType(T.self)), got \(value)")
    }
    return T(value)
  }

  /// The least value of the type that is at least `low`, and the least that is at least `high`.
  static func bounds<T: BinaryFloatingPoint>(
    _ low: Double, _ high: Double, _: T.Type
  ) throws(MemSimError) -> (T, T) {
    guard T(low).isFinite, T(high).isFinite, low < high else {
      throw .argument("low must be < high, both finite\(inType(T.self)), got low \(low) and high \(high)")
    }
    let (first, end) = (roundedUp(low, T.self), roundedUp(high, T.self))
    guard first < end else { throw .argument("no float32 lies in [low, high), got low \(low) and high \(high)") }
    return (first, end)
  }

  private static func roundedUp<T: BinaryFloatingPoint>(_ x: Double, _: T.Type) -> T {
    let rounded = T(x)
    return Double(rounded) < x ? rounded.nextUp : rounded
  }

  private static func inType<T>(_: T.Type) -> String { T.self == Float.self ? " as float32" : "" }
}
