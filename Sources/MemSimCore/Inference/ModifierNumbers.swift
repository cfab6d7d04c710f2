import CMemSimSIMD

/// Random numbers of one disturbance, for sixteen weights after the other.
struct ModifierNumbers {
  private let key, event: UInt64
  private var first, second, third: NormalsInTurn
  /// The first of the sixteen, a multiple of 16.
  var at = 0

  enum Use: UInt32 { case first = 0x4957_0000, second, third, round, drop, failure, place }

  init(key: UInt64, event: UInt64) {
    func normals(_ use: Use) -> NormalsInTurn {
      NormalsInTurn(EventNormals(seed: key, purpose: use.rawValue, event: event))
    }
    (self.key, self.event) = (key, event)
    (first, second, third) = (normals(.first), normals(.second), normals(.third))
  }

  mutating func firstNormal() -> FloatLanes { first.sixteen(at) }
  mutating func secondNormal() -> FloatLanes { second.sixteen(at) }
  mutating func thirdNormal() -> FloatLanes { third.sixteen(at) }

  func uniform(_ use: Use) -> FloatLanes {
    EventNormals(seed: key, purpose: use.rawValue, event: event).sixteenUniforms(at)
  }

  /// At most sixteen weights, zeros behind.
  static func load(_ from: UnsafePointer<Float>, _ count: Int) -> FloatLanes {
    if count == 16 { return UnsafeRawPointer(from).loadUnaligned(as: FloatLanes.self) }
    var lanes = FloatLanes.zero
    for lane in 0..<count { lanes[lane] = from[lane] }
    return lanes
  }

  static func store(_ lanes: FloatLanes, _ to: UnsafeMutablePointer<Float>, _ count: Int) {
    if count == 16 { return UnsafeMutableRawPointer(to).storeBytes(of: lanes, as: FloatLanes.self) }
    for lane in 0..<count { to[lane] = lanes[lane] }
  }
}
