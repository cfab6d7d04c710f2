/// Fills of real values. All throw `MemSimError.argument` before anything is written.
extension RandomFill {
  /// Uniform on [low, high): `low` may occur if it is a Float, `high` never does. Steps of 2^-24 of the range.
  public static func uniform(
    _ context: Context, _ key: RandomKey, low: Double, high: Double, _ out: UnsafeMutablePointer<Float>, _ count: Int
  ) throws(MemSimError) {
    try check(key, count)
    let (low, high) = try bounds(low, high, Float.self)
    fill(UniformFloat(low: low, high: high), context, key, out, count)
  }

  /// Uniform on [low, high): `low` may occur, `high` never does. Steps of 2^-53 of the range.
  public static func uniform(
    _ context: Context, _ key: RandomKey, low: Double, high: Double, _ out: UnsafeMutablePointer<Double>, _ count: Int
  ) throws(MemSimError) {
    try check(key, count)
    let (low, high) = try bounds(low, high, Double.self)
    fill(UniformDouble(low: low, high: high), context, key, out, count)
  }

  /// mean + std z of standard normals |z| <= 6.77; infinite where that overflows.
  public static func normal(
    _ context: Context, _ key: RandomKey, mean: Double, std: Double, _ out: UnsafeMutablePointer<Float>, _ count: Int
  ) throws(MemSimError) {
    try check(key, count)
    let (mean, std) = (try finite("mean", mean, Float.self), try deviation("std", std, Float.self))
    fill(NormalFloat(mean: mean, std: std), context, key, out, count)
  }

  /// mean + std z of standard normals |z| <= 9.5; infinite where that overflows.
  public static func normal(
    _ context: Context, _ key: RandomKey, mean: Double, std: Double, _ out: UnsafeMutablePointer<Double>, _ count: Int
  ) throws(MemSimError) {
    try check(key, count)
    let (mean, std) = (try finite("mean", mean, Double.self), try deviation("std", std, Double.self))
    fill(NormalDouble(mean: mean, std: std), context, key, out, count)
  }

  /// exp(mean + sigma z) of the z of `normal`; infinite where that overflows.
  public static func lognormal(
    _ context: Context, _ key: RandomKey, mean: Double, sigma: Double, _ out: UnsafeMutablePointer<Float>, _ count: Int
  ) throws(MemSimError) {
    try check(key, count)
    let (mean, sigma) = (try finite("mean", mean, Float.self), try deviation("sigma", sigma, Float.self))
    fill(LognormalFloat(mean: mean, sigma: sigma), context, key, out, count)
  }

  public static func lognormal(
    _ context: Context, _ key: RandomKey, mean: Double, sigma: Double, _ out: UnsafeMutablePointer<Double>,
    _ count: Int
  ) throws(MemSimError) {
    try check(key, count)
    let (mean, sigma) = (try finite("mean", mean, Double.self), try deviation("sigma", sigma, Double.self))
    fill(LognormalDouble(mean: mean, sigma: sigma), context, key, out, count)
  }

  /// -scale log u for u in (0, 1): at most 22.9 scale, and always finite.
  public static func exponential(
    _ context: Context, _ key: RandomKey, scale: Double, _ out: UnsafeMutablePointer<Float>, _ count: Int
  ) throws(MemSimError) {
    try check(key, count)
    fill(ExponentialFloat(scale: try positive("scale", scale, Float.self)), context, key, out, count)
  }

  /// -scale log u for u in (0, 1): at most 45.1 scale, and always finite.
  public static func exponential(
    _ context: Context, _ key: RandomKey, scale: Double, _ out: UnsafeMutablePointer<Double>, _ count: Int
  ) throws(MemSimError) {
    try check(key, count)
    fill(ExponentialDouble(scale: try positive("scale", scale, Double.self)), context, key, out, count)
  }
}
