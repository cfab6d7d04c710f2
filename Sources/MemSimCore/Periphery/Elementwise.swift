import CMemSimSIMD

/// An element type that converters read and write; they compute in double precision.
protocol ConvertibleElement: BinaryFloatingPoint {
  static func loadDoubles(_ from: UnsafePointer<Self>) -> DoubleLanes
  static func storeDoubles(_ lanes: DoubleLanes, _ to: UnsafeMutablePointer<Self>)
}

extension Float: ConvertibleElement {
  @inline(__always)
  static func loadDoubles(_ from: UnsafePointer<Float>) -> DoubleLanes { Widened.load(from) }

  @inline(__always)
  static func storeDoubles(_ lanes: DoubleLanes, _ to: UnsafeMutablePointer<Float>) {
    UnsafeMutableRawPointer(to).storeBytes(of: ms_d_to_f(lanes), as: SIMD8<Float>.self)
  }
}

extension Double: ConvertibleElement {
  @inline(__always)
  static func loadDoubles(_ from: UnsafePointer<Double>) -> DoubleLanes { Double.load(from) }

  @inline(__always)
  static func storeDoubles(_ lanes: DoubleLanes, _ to: UnsafeMutablePointer<Double>) { Double.store(lanes, to) }
}

/// Writes `transform` of each of `count` values to `out`, which may be `values`.
@inline(__always)
func elementwise<Element: ConvertibleElement>(
  _ values: UnsafePointer<Element>, _ out: UnsafeMutablePointer<Element>, _ count: Int, _ context: Context,
  _ transform: (DoubleLanes) -> DoubleLanes
) {
  let partSize = 1 << 14
  context.parallel((count + partSize - 1) / partSize) { part in
    var index = part &* partSize
    let end = min(index &+ partSize, count)
    while index &+ 8 <= end {
      Element.storeDoubles(transform(Element.loadDoubles(values + index)), out + index)
      index &+= 8
    }
    while index < end {
      out[index] = Element(transform(DoubleLanes(repeating: Double(values[index])))[0])
      index &+= 1
    }
  }
}
