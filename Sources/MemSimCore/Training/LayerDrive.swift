/// The rows that carry a voltage for some sample or, of a row, the samples that give it one; and the voltages' factors.
struct DriveList<L: LayerLanes> {
  let index: UnsafeMutablePointer<Int32>
  /// V, and what `DriveFactors` names so.
  let v, r, t, dr, rdt: UnsafeMutablePointer<L.Scalar>
  private(set) var count = 0

  /// Bytes of a list of up to `capacity` entries, a multiple of 64.
  static func bytes(_ capacity: Int) -> Int { (room(capacity) * (5 * MemoryLayout<L.Scalar>.stride + 4) + 63) & ~63 }

  /// A vector is written whole before its entries are picked.
  private static func room(_ capacity: Int) -> Int { capacity + 16 }

  init(_ memory: UnsafeMutableRawPointer, capacity: Int) {
    let room = DriveList.room(capacity)
    v = memory.assumingMemoryBound(to: L.Scalar.self)
    (r, t, dr, rdt) = (v + room, v + 2 * room, v + 3 * room, v + 4 * room)
    index = UnsafeMutableRawPointer(v + 5 * room).assumingMemoryBound(to: Int32.self)
  }

  /// Appends those of the first `lanes` of a vector of entries, from number `first` on, that have a voltage.
  @inline(__always)
  mutating func append(_ volts: L, first: Int, lanes: Int) {
    guard L.any(L.less(.zero, L.abs(volts))) || volts != volts else { return }
    let start = count
    L.store(volts, v + start)
    for lane in 0..<lanes { append(v[start &+ lane], number: first &+ lane, all: false) }
  }

  /// Appends one entry; one without a voltage only if `all`.
  @inline(__always)
  mutating func append(_ volts: L.Scalar, number: Int, all: Bool) {
    index[count] = Int32(truncatingIfNeeded: number)
    v[count] = volts
    count &+= all || volts != 0 ? 1 : 0
  }

  /// Works out the factors of all entries.
  func complete(_ law: CurrentLaw) {
    var i = 0
    while i < count {
      let drive = L.drive(law, L.load(v + i))
      L.store(drive.r, r + i)
      L.store(drive.t, t + i)
      L.store(drive.dr, dr + i)
      L.store(drive.rdt, rdt + i)
      i &+= L.scalarCount
    }
  }
}
