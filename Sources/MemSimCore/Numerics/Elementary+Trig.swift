extension Elementary {
  /// Sine and cosine of 2 pi x for |x| <= 1/8.
  @inline(__always)
  static func sinCosEighth(_ x: FloatLanes) -> (sin: FloatLanes, cos: FloatLanes) {
    let z = x * x
    let sin = (x * polynomial(z, [-1.94192793e-7, -41.3416634, 81.5926895, -75.4079285]))
      .addingProduct(x, FloatLanes(repeating: 0x1.921fb6p+2))
    return (sin, polynomial(z, [1, -19.7392082, 64.9391708, -85.4282379, 58.7647285]))
  }
}
