import CMemSimSIMD

/// Random numbers of one disturbance.
struct ModifierNumbers: Sendable {
  let key, event: UInt64

  enum Use: UInt32 { case first = 0x4957_0000, second, third, round, drop, failure, place }

  func at(_ group: Int, _ quarter: Int) -> Sixteen { Sixteen(all: self, at: group * 64 + quarter * 16) }

  /// Those of sixteen weights.
  struct Sixteen {
    let all: ModifierNumbers
    let at: Int

    private func numbers(_ use: Use) -> EventNormals {
      EventNormals(seed: all.key, purpose: use.rawValue, event: all.event)
    }
    func normal(_ use: Use) -> FloatLanes { numbers(use).sixteen(at) }
    func uniform(_ use: Use) -> FloatLanes { numbers(use).sixteenUniforms(at) }
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
