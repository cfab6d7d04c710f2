import CMemSimSIMD

/// An element type that noisy reads are computed in.
protocol NoisyElement: DenseElement {
  static func magnitude(_ x: Lanes) -> Lanes
  /// Square root of x, of 0 where x is negative; NaN stays.
  static func deviation(_ variance: Lanes) -> Lanes
  /// The lesser in each lane; NaN may be lost.
  static func least(_ a: Lanes, _ b: Lanes) -> Lanes
  /// As many normals as there are lanes.
  static func normals(_ from: UnsafePointer<Float>) -> Lanes
  /// Eight elements in double precision.
  static func wide(_ from: UnsafePointer<Self>) -> DoubleLanes
}

extension Float: NoisyElement {
  @inline(__always)
  static func magnitude(_ x: FloatLanes) -> FloatLanes { ms_abs_f(x) }
  @inline(__always)
  static func deviation(_ variance: FloatLanes) -> FloatLanes { ms_sqrt_f(ms_at_least_f(variance, .zero)) }
  @inline(__always)
  static func least(_ a: FloatLanes, _ b: FloatLanes) -> FloatLanes { ms_at_most_f(b, a) }
  @inline(__always)
  static func normals(_ from: UnsafePointer<Float>) -> FloatLanes { load(from) }
  @inline(__always)
  static func wide(_ from: UnsafePointer<Float>) -> DoubleLanes { Widened.load(from) }
}

extension Double: NoisyElement {
  @inline(__always)
  static func magnitude(_ x: DoubleLanes) -> DoubleLanes { ms_abs_d(x) }
  @inline(__always)
  static func deviation(_ variance: DoubleLanes) -> DoubleLanes { ms_sqrt_d(ms_at_least_d(variance, .zero)) }
  @inline(__always)
  static func least(_ a: DoubleLanes, _ b: DoubleLanes) -> DoubleLanes { ms_at_most_d(b, a) }
  @inline(__always)
  static func normals(_ from: UnsafePointer<Float>) -> DoubleLanes { Widened.load(from) }
  @inline(__always)
  static func wide(_ from: UnsafePointer<Double>) -> DoubleLanes { load(from) }
}

/// Sum of a[i], or of a[i] b[i], in double precision and a fixed order.
func fixedOrderSum<Element: NoisyElement>(
  _ a: UnsafePointer<Element>, times b: UnsafePointer<Element>? = nil, count: Int
) -> Double {
  var lanes = DoubleLanes.zero
  let whole = count / 8 * 8
  for i in stride(from: 0, to: whole, by: 8) {
    lanes = Double.fma(Element.wide(a + i), b.map { Element.wide($0 + i) } ?? DoubleLanes(repeating: 1), lanes)
  }
  for i in whole..<count { lanes[i &- whole].addProduct(Double(a[i]), b.map { Double($0[i]) } ?? 1) }
  let half = lanes.lowHalf + lanes.highHalf
  let quarter = half.lowHalf + half.highHalf
  return quarter[0] + quarter[1]
}
