import CMemSimSIMD

/// base + sum of h clamp(a x + b, 0, 1): straight pieces, level beyond both ends.
struct PiecewiseLinear: Sendable {
  struct Ramp: Sendable {
    let a, b, h: Float
  }

  let base: Float
  let ramps: [Ramp]

  init(base: Float, ramps: [Ramp]) { (self.base, self.ramps) = (base, ramps) }

  /// Through the nodes (x, y), x rising; there must be one or more, as many of both.
  init(x: [Double], y: [Double]) {
    base = Float(y[0])
    ramps = zip(x.indices.dropFirst(), x.indices).map { next, last in
      let width = x[next] - x[last]
      return Ramp(a: Float(1 / width), b: Float(-x[last] / width), h: Float(y[next] - y[last]))
    }
  }

  @inline(__always)
  func callAsFunction(_ x: FloatLanes) -> FloatLanes {
    let one = FloatLanes(repeating: 1)
    var sum = FloatLanes(repeating: base)
    for ramp in ramps {
      let part = FloatLanes(repeating: ramp.b).addingProduct(x, FloatLanes(repeating: ramp.a))
      sum.addProduct(FloatLanes.clamp(part, .zero, one), FloatLanes(repeating: ramp.h))
    }
    return sum
  }
}
