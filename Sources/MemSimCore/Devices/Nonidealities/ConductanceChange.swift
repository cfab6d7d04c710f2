/// A nonideality that keeps devices ohmic: it changes their conductances before any current flows.
package protocol ConductanceChange: Sendable {
  static var card: ModelCard { get }
  /// When it happens in a device's life; several changes come in this order.
  static var stage: ConductanceStage { get }
  static var needsNormals: Bool { get }
  static var needsUniforms: Bool { get }
  init(_ settings: ModelSettings) throws(MemSimError)
  /// Changes conductances `g` [S] and multiplies `slope` by the derivative of the change.
  func change<L: DeviceLanes>(_ g: inout L, _ slope: inout L, _ random: DeviceRandom<L>, _ window: ConductanceWindow)
}

extension ConductanceChange {
  static var needsNormals: Bool { false }
  static var needsUniforms: Bool { false }
}

/// What happens to a device, earliest first.
package enum ConductanceStage: Int, Sendable {
  case target
  case spread
  case drift
  case stuck
}

/// A standard normal and a uniform number on [0, 1) for each device; 0 where the change needs none.
package struct DeviceRandom<L: DeviceLanes> {
  let normal: L
  let uniform: L
}

/// A change of conductances, compiled for both precisions where its type is known.
package struct ConductanceStep: Sendable {
  let name: String
  let stage: ConductanceStage
  let float: @Sendable (DeviceTile<FloatLanes>, DrawKey, _ position: Int) -> Void
  let double: @Sendable (DeviceTile<DoubleLanes>, DrawKey, _ position: Int) -> Void

  init<Change: ConductanceChange>(_ change: Change) {
    (name, stage) = (Change.card.name, Change.stage)
    float = { tile, key, position in pass(change, tile, key, position) }
    double = { tile, key, position in pass(change, tile, key, position) }
  }
}

@inline(__always)
private func pass<Change: ConductanceChange, L: DeviceLanes>(
  _ change: Change, _ tile: DeviceTile<L>, _ key: DrawKey, _ position: Int
) {
  let normals = key.normals(position: position, channel: 0)
  let uniforms = key.normals(position: position, channel: 1)
  let none: RowsOfFour = (.zero, .zero, .zero, .zero)
  tile.fours { group, rows in
    let z = Change.needsNormals ? normals.group(group) : none
    let u = Change.needsUniforms ? uniforms.uniforms(group) : none
    for i in rows {
      for k in 0..<L.parts {
        let at = i &* 16 &+ k &* L.scalarCount
        let random = DeviceRandom(normal: L.part(quarter(i, of: z), k), uniform: L.part(quarter(i, of: u), k))
        var (g, slope) = (L.load(tile.conductance + at), L.load(tile.slope + at))
        change.change(&g, &slope, random, tile.window)
        L.store(g, tile.conductance + at)
        L.store(slope, tile.slope + at)
      }
    }
  }
}
