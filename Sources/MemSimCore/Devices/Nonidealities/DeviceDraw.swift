/// Which devices are drawn: a pure function of (seed, stream; call, sample).
package struct DrawKey: @unchecked Sendable {
  private let key: UInt64
  private let event: UInt64
  /// Normals of the law that take the place of drawn ones: [rows x columns x 2].
  let replay: UnsafePointer<Double>?

  /// - Parameters:
  ///   - stream: keeps the layers of one seed apart.
  ///   - call: below 2^32. - sample: below 2^32.
  package init(seed: UInt64, stream: UInt64, call: UInt64, sample: UInt64, replay: UnsafePointer<Double>? = nil) {
    key = Seed.scramble(Seed.scramble(seed) &+ stream)
    event = call &<< 32 | sample
    self.replay = replay
  }

  /// - Parameters:
  ///   - position: of the nonideality among those of the layer.
  ///   - channel: of the nonideality's random numbers.
  func normals(position: Int, channel: Int) -> EventNormals {
    EventNormals(seed: key, purpose: 0x4E00_0000 | UInt32(position) &<< 8 | UInt32(channel), event: event)
  }
}

/// Some rows of one block of sixteen columns, in scratch: conductances, and their derivatives by those asked for.
///
/// Device (i, j) takes element ((j / 16) R + i) 16 + j % 16 of an event, R the rows rounded up to a multiple of 4.
package struct DeviceTile<L: DeviceLanes> {
  /// [rows x 16] S.
  let conductance: UnsafeMutablePointer<L.Scalar>
  /// [rows x 16] 1.
  let slope: UnsafeMutablePointer<L.Scalar>
  let rows: Int
  /// The random group of the first four rows.
  let group: Int
  let window: ConductanceWindow
  /// Index of the first device among all, and devices a row: for replayed normals.
  let first, columns: Int

  /// Calls `body` for each four rows with their group, and the range of their rows.
  @inline(__always)
  func fours(_ body: (_ group: Int, _ rows: Range<Int>) -> Void) {
    var row = 0
    while row < rows {
      body(group &+ row / 4, row..<min(row &+ 4, rows))
      row &+= 4
    }
  }
}
