import MemSimCore
import Testing

/// What holds for every distribution: values are addressed, whatever the split, the threads and the machine.
@Suite struct RandomFillTests {
  static let key = RandomKey(seed: 0x1234_5678_9ABC_DEF0, stream: 42, offset: 11)

  @Test(arguments: AnyFill.all) func anySplitGivesTheSameValues(_ fill: AnyFill) throws {
    var source = ArgumentSource(seed: 8)
    let count = 40_000
    let whole = try fill.bytes(Self.key, count)
    for largest in [3, 100, 20_000] as [UInt64] {
      var (pieces, done) = ([UInt8](), 0)
      while done < count {
        let step = min(1 + Int(source.next() % largest), count - done)
        var key = Self.key
        key.offset += UInt64(done)
        pieces += try fill.bytes(key, step)
        done += step
      }
      #expect(pieces == whole)
    }
  }

  @Test(arguments: AnyFill.all, [1, 3, 8])
  func anyThreadCountGivesTheSameValues(_ fill: AnyFill, _ threads: Int) throws {
    let context = try Context(threads: threads)
    #expect(try fill.bytes(Self.key, 100_003, context) == fill.bytes(Self.key, 100_003, Context(threads: 1)))
  }

  /// Recorded with version 0.1.0. A change of any value breaks saved experiments: bump the version and say so.
  @Test(arguments: zip(AnyFill.all, golden)) func goldenFingerprint(_ fill: AnyFill, _ want: UInt64) throws {
    let got = fingerprint(try fill.bytes(Self.key, 20_011))
    #expect(got == want)
  }

  static let golden: [UInt64] = [
    0x8A65_2B87_6126_1DAD, 0x577D_7E76_DC73_4E83, 0x1A8A_A904_0800_7E68, 0xCDE9_93F4_F8D6_0986,
    0xB47F_F04F_F8A5_5C09, 0x388F_BD90_7E91_99CD, 0x1459_896D_C4FE_876A, 0x33AD_8A3E_2AB2_766D,
    0x1B06_66E2_92D3_6A18, 0xE2AD_0C5A_A900_0ED1, 0x638E_BA78_F879_3054, 0x1428_7CCC_AEA1_90C6,
    0xEEF2_3F56_3769_B3BA, 0x7FDB_E405_9947_BF69,
  ]

  @Test(arguments: AnyFill.all) func everyPartOfTheKeyCounts(_ fill: AnyFill) throws {
    let base = try fill.bytes(Self.key, 64)
    for bit in 0..<64 {
      let flip = UInt64(1) << UInt64(bit)
      let (seed, stream) = (Self.key.seed ^ flip, Self.key.stream ^ flip)
      #expect(try fill.bytes(RandomKey(seed: seed, stream: Self.key.stream, offset: 11), 64) != base)
      #expect(try fill.bytes(RandomKey(seed: Self.key.seed, stream: stream, offset: 11), 64) != base)
      guard bit < 63 else { continue }
      #expect(try fill.bytes(RandomKey(seed: Self.key.seed, stream: Self.key.stream, offset: 11 ^ flip), 64) != base)
    }
  }

  /// The last addresses there are, and those where the block number takes its 33rd bit.
  @Test(arguments: AnyFill.all) func farOffsets(_ fill: AnyFill) throws {
    for offset in [(1 << 63) - 300, (1 << 34) - 150, (1 << 33) - 150, (1 << 32) - 150] as [UInt64] {
      let whole = try fill.bytes(RandomKey(seed: 1, offset: offset), 300)
      let parts = try [0, 100, 200].map { try fill.bytes(RandomKey(seed: 1, offset: offset + $0), 100) }
      #expect(whole == parts.flatMap { $0 })
    }
  }

  @Test(arguments: AnyFill.all) func badAddressesAreRefused(_ fill: AnyFill) throws {
    for (offset, count) in [(1 << 63, 0), (.max, 1), ((1 << 63) - 4, 5)] as [(UInt64, Int)] {
      #expect(throws: MemSimError.self) { try fill.bytes(RandomKey(seed: 0, offset: offset), count) }
    }
    var untouched = [UInt8](repeating: 7, count: 64)
    #expect(throws: MemSimError.argument("count must be >= 0, got -1")) {
      try untouched.withUnsafeMutableBytes { try fill.write(.shared, Self.key, $0.baseAddress!, -1) }
    }
    try untouched.withUnsafeMutableBytes { try fill.write(.shared, Self.key, $0.baseAddress!, 0) }
    #expect(untouched == [UInt8](repeating: 7, count: 64))
  }

  /// Element 64 g + 16 w + l of a float fill is word w of block 16 g + l; of a double fill, 32 g + 16 p + l its words
  /// 2 p and 2 p + 1.
  @Test func addressing() throws {
    for offset in [0, (1 << 34) - 64, 5 << 40] as [UInt64] {
      let key = RandomKey(seed: 0xABCD_EF01_2345_6789, stream: 0xFEDC_BA98_7654_3210, offset: offset)
      let floats = try drawn(Float(0), 128) { try RandomFill.uniform(.shared, key, low: 0, high: 1, $0, 128) }
      let doubles = try drawn(0.0, 128) { try RandomFill.uniform(.shared, key, low: 0, high: 1, $0, 128) }
      for i in 0..<128 {
        let e = offset + UInt64(i), (lane, part) = (e % 16, Int(e / 16 % 4))
        #expect(floats[i] == Float(block(e / 64 * 16 + lane, key)[part] >> 8) * 0x1p-24)
        let words = block(e / 32 * 16 + lane, key), pair = part % 2 * 2
        #expect(doubles[i] == Double((UInt64(words[pair]) << 32 | UInt64(words[pair + 1])) >> 11) * 0x1p-53)
      }
    }
  }

  private func block(_ number: UInt64, _ key: RandomKey) -> SIMD4<UInt32> {
    let halves = { (x: UInt64) in SIMD2(UInt32(truncatingIfNeeded: x), UInt32(truncatingIfNeeded: x >> 32)) }
    return Philox.block(SIMD4(lowHalf: halves(number), highHalf: halves(key.stream)), key: halves(key.seed))
  }
}
