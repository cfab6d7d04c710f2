/// The current of single devices as I = a r(V) exp(q t(V)): a and q belong to the device, r and t to the voltage.
///
/// With that form a product needs one exponential a device, and both derivatives come from it:
/// dI/dG = (da/dG + t a dq/dG) r exp(q t) and dI/dV = a (r' + q r t') exp(q t).
package protocol DeviceLaw: Sendable {
  static var card: ModelCard { get }
  /// Whether q is ever other than 0.
  static var isExponential: Bool { get }
  /// Normals a device draws: 0, 1 or 2.
  static var normals: Int { get }
  init(_ settings: ModelSettings) throws(MemSimError)
  /// - Parameters: conductances g [S]; slope, by which derivatives are multiplied; two standard normals.
  func device<L: DeviceLanes>(_ g: L, _ slope: L, _ z: (L, L)) -> DeviceFactors<L>
  func drive<L: DeviceLanes>(_ volts: L) -> DriveFactors<L>
  /// Where the first normal must be drawn again.
  func rejects(_ z: FloatLanes) -> IntLanes
}

extension DeviceLaw {
  func rejects(_ z: FloatLanes) -> IntLanes { .zero }
}

/// a, q, slope da/dG and slope a dq/dG.
package struct DeviceFactors<L: DeviceLanes> {
  let a, q, da, dq: L
}

/// r, t, r' and r t', of a voltage.
package struct DriveFactors<L: DeviceLanes> {
  let r, t, dr, rdt: L
}

/// Where the factors of a tile's devices go: vectors of [a] or [a, q], and of [da] or [da, dq], a row after another,
/// for each part of a block.
package struct FactorTables<L: DeviceLanes> {
  let factors, slopes: (UnsafeMutablePointer<L.Scalar>, UnsafeMutablePointer<L.Scalar>)
  /// Columns of the block.
  let columns: Int
  /// 1 for a column that exists, 0 beyond.
  private let kept: (L, L)

  init(
    factors: (UnsafeMutablePointer<L.Scalar>, UnsafeMutablePointer<L.Scalar>),
    slopes: (UnsafeMutablePointer<L.Scalar>, UnsafeMutablePointer<L.Scalar>), columns: Int
  ) {
    (self.factors, self.slopes, self.columns) = (factors, slopes, columns)
    kept = (FactorTables.ones(columns), FactorTables.ones(columns - L.scalarCount))
  }

  private static func ones(_ count: Int) -> L {
    var lanes = L.zero
    for lane in 0..<min(max(count, 0), L.scalarCount) { lanes[lane] = 1 }
    return lanes
  }

  @inline(__always)
  func kept(part k: Int) -> L { k == 0 ? kept.0 : kept.1 }

  @inline(__always)
  func factor(part k: Int) -> UnsafeMutablePointer<L.Scalar> { k == 0 ? factors.0 : factors.1 }
  @inline(__always)
  func slope(part k: Int) -> UnsafeMutablePointer<L.Scalar> { k == 0 ? slopes.0 : slopes.1 }
}

/// A law, compiled for both precisions where its type is known.
package struct CurrentLaw: Sendable {
  let name: String
  let isExponential: Bool
  let normals: Int
  let floatTile: @Sendable (DeviceTile<FloatLanes>, DrawKey, _ position: Int, FactorTables<FloatLanes>) -> Void
  let doubleTile: @Sendable (DeviceTile<DoubleLanes>, DrawKey, _ position: Int, FactorTables<DoubleLanes>) -> Void
  let floatDrive: @Sendable (FloatLanes) -> DriveFactors<FloatLanes>
  let doubleDrive: @Sendable (DoubleLanes) -> DriveFactors<DoubleLanes>
  let device: @Sendable (DoubleLanes, (DoubleLanes, DoubleLanes)) -> DeviceFactors<DoubleLanes>

  init<Law: DeviceLaw>(_ law: Law) {
    (name, isExponential, normals) = (Law.card.name, Law.isExponential, Law.normals)
    floatTile = { tile, key, position, tables in fill(law, tile, key, position, tables) }
    doubleTile = { tile, key, position, tables in fill(law, tile, key, position, tables) }
    floatDrive = { law.drive($0) }
    doubleDrive = { law.drive($0) }
    device = { law.device($0, DoubleLanes(repeating: 1), $1) }
  }
}

@inline(__always)
private func fill<Law: DeviceLaw, L: DeviceLanes>(
  _ law: Law, _ tile: DeviceTile<L>, _ key: DrawKey, _ position: Int, _ tables: FactorTables<L>
) {
  let none: RowsOfFour = (.zero, .zero, .zero, .zero)
  let second = key.normals(position: position, channel: 1)
  let drawn = key.replay == nil
  tile.fours { group, rows in
    let z = drawn && Law.normals > 0 ? accepted(law, key, position, group) : none
    let y = drawn && Law.normals > 1 ? second.group(group) : none
    for i in rows {
      for k in 0..<L.parts {
        let at = i &* 16 &+ k &* L.scalarCount
        var normals = (L.part(quarter(i, of: z), k), L.part(quarter(i, of: y), k))
        if !drawn { normals = replayed(tile, key.replay!, i, k &* L.scalarCount, tables.columns) }
        let device = law.device(L.load(tile.conductance + at), L.load(tile.slope + at), normals)
        write(device, tables, i, k, Law.isExponential)
      }
    }
  }
}

/// Normals of four rows, those that the law rejects drawn again from further channels.
@inline(__always)
private func accepted<Law: DeviceLaw>(_ law: Law, _ key: DrawKey, _ position: Int, _ group: Int) -> RowsOfFour {
  var z = key.normals(position: position, channel: 0).group(group)
  var channel = 2
  while channel < 66, any(law.rejects(z.0) | law.rejects(z.1) | law.rejects(z.2) | law.rejects(z.3)) {
    let again = key.normals(position: position, channel: channel).group(group)
    z.0 = FloatLanes.select(law.rejects(z.0), again.0, z.0)
    z.1 = FloatLanes.select(law.rejects(z.1), again.1, z.1)
    z.2 = FloatLanes.select(law.rejects(z.2), again.2, z.2)
    z.3 = FloatLanes.select(law.rejects(z.3), again.3, z.3)
    channel += 1
  }
  return z
}

@inline(never)
private func replayed<L: DeviceLanes>(
  _ tile: DeviceTile<L>, _ replay: UnsafePointer<Double>, _ row: Int, _ lane: Int, _ columns: Int
) -> (L, L) {
  var (z, y) = (L.zero, L.zero)
  for l in 0..<L.scalarCount where lane + l < columns {
    let at = 2 * (tile.first + row * tile.columns + lane + l)
    z[l] = L.Scalar(replay[at])
    y[l] = L.Scalar(replay[at + 1])
  }
  return (z, y)
}

@inline(__always)
private func write<L: DeviceLanes>(
  _ device: DeviceFactors<L>, _ tables: FactorTables<L>, _ row: Int, _ k: Int, _ isExponential: Bool
) {
  let (width, kept) = (L.scalarCount, tables.kept(part: k))
  let at = row &* (isExponential ? 2 &* width : width)
  L.store(device.a * kept, tables.factor(part: k) + at)
  L.store(device.da * kept, tables.slope(part: k) + at)
  if isExponential {
    L.store(device.q * kept, tables.factor(part: k) + (at &+ width))
    L.store(device.dq * kept, tables.slope(part: k) + (at &+ width))
  }
}
