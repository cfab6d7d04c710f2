import CMemSimSIMD

/// Products with rows of A that are zero for the most part, as images and what rectifiers leave are: rows of B that meet
/// a zero are not read.
extension Dense {
  /// Of which share of A there may be numbers for that to be the faster way.
  private static let share = 0.3
  /// Rows of B at a time.
  private static let group = 8

  /// As `product`, of a finite B with whole vectors a row: there the product with a zero adds nothing, so the bits are the
  /// same. False where A has too many other numbers: nothing is done then.
  package static func productWithZeros(
    _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ c: UnsafeMutablePointer<Float>, rows: Int, depth: Int,
    columns: Int, context: Context
  ) -> Bool {
    guard Double(numbers(a, rows * depth)) <= share * Double(rows * depth) else { return false }
    context.parallel(rows) { row in
      withUnsafeTemporaryAllocation(of: Int32.self, capacity: depth + 32) { list in
        let (from, to, list) = (a + row &* depth, c + row &* columns, list.baseAddress!)
        let count = find(from, depth, list)
        // A group that is not full ends with products that are zero.
        for k in count..<count + group { list[k] = 0 }
        if count == 0 { to.update(repeating: 0, count: columns) }
        for start in stride(from: 0, to: count, by: group) {
          add(from, b, to, list + start, min(group, count &- start), columns, isFirst: start == 0)
        }
      }
    }
    return true
  }

  /// How many elements are not zero.
  private static func numbers(_ a: UnsafePointer<Float>, _ count: Int) -> Int {
    var (sum, at) = (IntLanes.zero, 0)
    while at &+ 16 <= count {
      sum = sum &+ ms_equal_zero_f(Float.load(a + at))
      at &+= 16
    }
    var zeros = 0
    for lane in 0..<16 { zeros &-= Int(sum[lane]) }
    while at < count {
      if a[at] == 0 { zeros &+= 1 }
      at &+= 1
    }
    return count &- zeros
  }

  /// Writes where the numbers of a row are; how many.
  private static func find(_ a: UnsafePointer<Float>, _ depth: Int, _ list: UnsafeMutablePointer<Int32>) -> Int {
    var (count, at) = (0, 0)
    let lanes = unsafeBitCast(WordLanes.numbers, to: IntLanes.self)
    while at &+ 16 <= depth {
      let bits = ms_bits(~ms_equal_zero_f(Float.load(a + at)))
      list.store(lanes &+ IntLanes(repeating: Int32(truncatingIfNeeded: at)), of: bits, at: count)
      count &+= bits.nonzeroBitCount
      at &+= 16
    }
    while at < depth {
      list[count] = Int32(truncatingIfNeeded: at)
      if a[at] != 0 { count &+= 1 }
      at &+= 1
    }
    return count
  }

  /// Adds the products of some numbers of a row of A, `list` says which, and their rows of B.
  @inline(__always)
  private static func add(
    _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ c: UnsafeMutablePointer<Float>, _ list: UnsafePointer<Int32>,
    _ count: Int, _ columns: Int, isFirst: Bool
  ) {
    let factors = InlineArray<8, FloatLanes> { FloatLanes(repeating: $0 < count ? a[Int(list[$0])] : 0) }
    let rows = InlineArray<8, UnsafePointer<Float>> { b + Int(list[$0]) &* columns }
    var column = 0
    while column < columns {
      var sum = isFirst ? .zero : Float.load(c + column)
      for i in 0..<8 { sum = Float.fma(factors[i], Float.load(rows[i] + column), sum) }
      Float.store(sum, c + column)
      column &+= 16
    }
  }
}
