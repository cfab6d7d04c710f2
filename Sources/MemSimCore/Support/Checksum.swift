/// A 64-bit checksum of a stream of 64-bit words, four lanes wide so that it keeps up with memory. It finds damage;
/// it does not resist an adversary.
struct Checksum {
  private var lanes = SIMD4<UInt64>(0x9e37_79b9_7f4a_7c15, 0xbf58_476d_1ce4_e5b9, 0x94d0_49bb_1331_11eb, 0xd6e8_feb8_6659_fd93)
  private var words = 0

  /// - Parameter bytes: a multiple of 8 bytes.
  mutating func update(_ bytes: UnsafeRawBufferPointer) {
    guard let base = bytes.baseAddress else { return }
    let count = bytes.count / 8
    var i = 0
    while i < count && words % 4 != 0 { step(base, &i) }
    while i &+ 4 <= count {
      let four = base.loadUnaligned(fromByteOffset: i &* 8, as: SIMD4<UInt64>.self)
      lanes = (lanes ^ four) &* 0xff51_afd7_ed55_8ccd
      lanes = lanes ^ (lanes &>> 29)
      i &+= 4
      words &+= 4
    }
    while i < count { step(base, &i) }
  }

  private mutating func step(_ base: UnsafeRawPointer, _ i: inout Int) {
    let word = base.loadUnaligned(fromByteOffset: i &* 8, as: UInt64.self)
    var lane = (lanes[words % 4] ^ word) &* 0xff51_afd7_ed55_8ccd
    lane ^= lane >> 29
    lanes[words % 4] = lane
    i += 1
    words += 1
  }

  var value: UInt64 {
    var sum = UInt64(words)
    for lane in 0..<4 {
      sum = (sum ^ lanes[lane]) &* 0xc4ce_b9fe_1a85_ec53
      sum ^= sum >> 32
    }
    return sum
  }
}
