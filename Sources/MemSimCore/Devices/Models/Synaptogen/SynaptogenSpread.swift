import CMemSimSIMD

/// Device-to-device spread: each cell's offset and scale of every feature, drawn once from a mixture of normals.
struct SynaptogenSpread: @unchecked Sendable {
  private static let features = 8
  /// Upper ends of the components' shares of [0, 1).
  private let ends: [Float]
  /// Means [component][8] and factors [component][8 x 8].
  private let means: Storage<Float>
  private let factors: Storage<Float>

  /// Errors: argument, if the weights are all 0.
  init(_ settings: ModelSettings) throws(MemSimError) {
    let weights = settings.values("wk")
    let total = weights.reduce(0, +)
    guard total > 0 else { throw .argument("parameter \"wk\" must have a positive value") }
    var sum = 0.0
    ends = weights.map { sum += $0; return Float(sum / total) }
    means = try Storage(weights.count * 8)
    factors = try Storage(weights.count * 64)
    fill(settings.values("muDtD"), settings.values("LDtD"))
  }

  private func fill(_ mean: [Double], _ factor: [Double]) {
    let components = ends.count
    for k in 0..<components {
      for i in 0..<8 {
        means.base[8 * k + i] = Float(mean[i * components + k])
        for j in 0..<8 { factors.base[64 * k + 8 * i + j] = Float(factor[i * 8 * components + 8 * k + j]) }
      }
    }
  }

  /// Writes mu and sigma of sixteen cells, 8 rows of 16, given uniform `u` [0, 1) and eight rows of normals.
  func draw(u: FloatLanes, normals z: UnsafePointer<FloatLanes>, into rows: UnsafeMutablePointer<FloatLanes>) {
    // The first component whose end is not below u; the last one takes rounding's leftovers.
    var beyond = IntLanes(repeating: -1)
    for k in ends.indices {
      let below = k == ends.count - 1 ? beyond : ms_less_equal_f(u, FloatLanes(repeating: ends[k])) & beyond
      for i in 0..<8 {
        var value = FloatLanes(repeating: means.base[8 * k + i])
        for j in 0...i { value.addProduct(factors.base[64 * k + 8 * i + j], z[j]) }
        rows[i] = ms_select_f(below, value, rows[i])
      }
      beyond = beyond & ~below
    }
  }
}
