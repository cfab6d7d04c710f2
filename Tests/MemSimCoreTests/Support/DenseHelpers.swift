import Testing

/// Numbers without pattern in -1..<1.
func patternless<T: BinaryFloatingPoint>(_ count: Int, _ seed: UInt64, _: T.Type) -> [T]
where T.RawSignificand: FixedWidthInteger {
  var state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1
  return (0..<count).map { _ in
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return T(Int32(truncatingIfNeeded: state >> 32)) * 0x1p-31
  }
}

/// The definition: fma(a[row, i], b[i, column], sum) over i, from 0.
func chains<T: FloatingPoint>(_ a: [T], _ b: [T], _ shape: [Int]) -> [T] {
  let (depth, columns) = (shape[1], shape[2])
  var c = [T](repeating: 0, count: shape[0] * columns)
  for row in 0..<shape[0] {
    for i in 0..<depth {
      for column in 0..<columns {
        c[row * columns + column].addProduct(a[row * depth + i], b[i * columns + column])
      }
    }
  }
  return c
}

/// `count` values that `body` writes; fails if it writes beside them.
func guarded<T: BinaryFloatingPoint>(_ count: Int, _ body: (UnsafeMutablePointer<T>) throws -> Void) rethrows -> [T] {
  var memory = [T](repeating: 12345, count: count + 64)
  try memory.withUnsafeMutableBufferPointer { try body($0.baseAddress! + 32) }
  #expect(memory[..<32].allSatisfy { $0 == 12345 } && memory[(count + 32)...].allSatisfy { $0 == 12345 })
  return Array(memory[32..<(count + 32)])
}
