/// Fills of whole numbers. All throw `MemSimError.argument` before anything is written.
extension RandomFill {
  /// Poisson counts of mean `rate`, 0...1e6. Allocates a table of the distribution, some 300 KB at most.
  public static func poisson(
    _ context: Context, _ key: RandomKey, rate: Double, _ out: UnsafeMutablePointer<Int32>, _ count: Int
  ) throws(MemSimError) {
    try poissonFill(context, key, rate, out, count)
  }

  public static func poisson(
    _ context: Context, _ key: RandomKey, rate: Double, _ out: UnsafeMutablePointer<Int64>, _ count: Int
  ) throws(MemSimError) {
    try poissonFill(context, key, rate, out, count)
  }

  private static func poissonFill<Value: FillInteger>(
    _ context: Context, _ key: RandomKey, _ rate: Double, _ out: UnsafeMutablePointer<Value>, _ count: Int
  ) throws(MemSimError) {
    try check(key, count)
    guard rate >= 0, rate <= 1e6 else { throw .argument("rate must be 0...1e6, got \(rate)") }
    fill(Poisson<Value>(table: PoissonTable(rate: rate)), context, key, out, count)
  }

  /// 1 with probability `p`, else 0.
  public static func bernoulli(
    _ context: Context, _ key: RandomKey, p: Double, _ out: UnsafeMutablePointer<UInt8>, _ count: Int
  ) throws(MemSimError) {
    try check(key, count)
    guard p >= 0, p <= 1 else { throw .argument("p must be 0...1, got \(p)") }
    fill(Bernoulli(p: p), context, key, out, count)
  }

  /// Uniform on low...high-1, both of which an Int32 must hold.
  public static func integers(
    _ context: Context, _ key: RandomKey, low: Int64, high: Int64, _ out: UnsafeMutablePointer<Int32>, _ count: Int
  ) throws(MemSimError) {
    try check(key, count)
    guard low < high, low >= Int64(Int32.min), high <= Int64(Int32.max) + 1 else {
      throw .argument("low must be < high, and low...high-1 within int32, got low \(low) and high \(high)")
    }
    let last = UInt32(truncatingIfNeeded: high &- 1 &- low)
    fill(NarrowIntegers<Int32>(low: low, last: last), context, key, out, count)
  }

  /// Uniform on low...high-1.
  public static func integers(
    _ context: Context, _ key: RandomKey, low: Int64, high: Int64, _ out: UnsafeMutablePointer<Int64>, _ count: Int
  ) throws(MemSimError) {
    try check(key, count)
    guard low < high else { throw .argument("low must be < high, got low \(low) and high \(high)") }
    let span = UInt64(bitPattern: high &- low)
    if span <= 1 << 32 {
      fill(NarrowIntegers<Int64>(low: low, last: UInt32(span - 1)), context, key, out, count)
    } else {
      fill(WideIntegers(low: low, span: span), context, key, out, count)
    }
  }
}
