import MemSimCore

/// Random numbers of a layer's devices, found by their address: what a key means, stated once more.
///
/// Philox key = scramble(scramble(seed) + stream); event = call 2^32 + sample; purpose = 0x4E, position, channel.
/// Device (i, j) is element ((j / 16) R + i) 16 + j % 16 of the event, R the rows rounded up to a multiple of 4.
struct DeviceNumbers {
  /// Positions of the I-V law and of read noise.
  static let (law, noise) = (0xFF, 0xFE)
  private let key: LayerKey
  private let rows, columns: Int

  init(_ key: LayerKey, _ rows: Int, _ columns: Int) { (self.key, self.rows, self.columns) = (key, rows, columns) }

  /// [rows x columns] normals, or uniform numbers on [0, 1).
  func plane(_ sample: Int, position: Int, channel: Int, uniform: Bool = false) -> [Double] {
    let seed = scramble(scramble(key.seed) &+ key.stream)
    let number = key.firstSample + UInt64(sample) * key.sampleStep
    let event = EventNormals(
      seed: seed, purpose: 0x4E00_0000 + UInt32(position) * 256 + UInt32(channel), event: key.call << 32 + number)
    let groups = (rows + 3) / 4
    var plane = [Double](repeating: 0, count: rows * columns)
    for block in 0..<(columns + 15) / 16 {
      for group in 0..<groups {
        let four = uniform ? event.uniforms(block * groups + group) : event.group(block * groups + group)
        for (i, lanes) in [four.0, four.1, four.2, four.3].enumerated() where 4 * group + i < rows {
          for column in 16 * block..<min(16 * block + 16, columns) {
            plane[(4 * group + i) * columns + column] = Double(lanes[column % 16])
          }
        }
      }
    }
    return plane
  }

  /// Both normals of every device, the first drawn again from channels 2, 3 ... where the law asks for it.
  func ofLaw(_ law: PlainLaw, sample: Int) -> [SIMD2<Double>] {
    if law == .ohmic { return Array(repeating: .zero, count: rows * columns) }
    var z = plane(sample, position: DeviceNumbers.law, channel: 0)
    if law == .pooleFrenkel { return zip(z, plane(sample, position: DeviceNumbers.law, channel: 1)).map { [$0, $1] } }
    var channel = 2
    while z.contains(where: { 2.989 + 0.3689 * $0 < 2 }) {
      let again = plane(sample, position: DeviceNumbers.law, channel: channel)
      z = zip(z, again).map { 2.989 + 0.3689 * $0 < 2 ? $1 : $0 }
      channel += 1
    }
    return z.map { [$0, 0] }
  }

  /// The finalizer of SplitMix64.
  private func scramble(_ value: UInt64) -> UInt64 {
    var x = value &+ 0x9E37_79B9_7F4A_7C15
    x = (x ^ x >> 30) &* 0xBF58_476D_1CE4_E5B9
    x = (x ^ x >> 27) &* 0x94D0_49BB_1331_11EB
    return x ^ x >> 31
  }
}
