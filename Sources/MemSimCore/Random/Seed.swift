/// Keys made from seeds, apart from the seeds themselves.
enum Seed {
  /// The finalizer of SplitMix64: a bijection that spreads every bit. Source: Steele, Lea, Flood, OOPSLA'14.
  static func scramble(_ value: UInt64) -> UInt64 {
    var x = value &+ 0x9E37_79B9_7F4A_7C15
    x = (x ^ (x &>> 30)) &* 0xBF58_476D_1CE4_E5B9
    x = (x ^ (x &>> 27)) &* 0x94D0_49BB_1331_11EB
    return x ^ (x &>> 31)
  }
}
