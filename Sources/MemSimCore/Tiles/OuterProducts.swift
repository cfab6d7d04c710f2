/// Products of inputs and errors that are added to weights as numbers: x [count x inputs], d [count x outputs].
///
/// Vectors of ordinary sizes are added in single precision; those whose products come near its end in double precision,
/// and no further than `most`: no weight becomes infinite or not a number.
struct OuterProducts {
  private let x, d: UnsafePointer<Float>
  private let inputs, outputs: Int
  /// Of a vector.
  private let rates: [Double]
  /// Of a vector: whether single precision holds all its products, and every sum of one and a finite number.
  private let isOrdinary: [Bool]

  private static let most = Double(PulsedCommon.unbounded)

  init(x: UnsafePointer<Float>, inputs: Int, d: UnsafePointer<Float>, outputs: Int, rates: [Double]) {
    (self.x, self.inputs, self.d, self.outputs, self.rates) = (x, inputs, d, outputs, rates)
    isOrdinary = rates.enumerated().map { v, rate in
      let factor = abs(rate) * Double(largestSize(x + v * inputs, inputs))
      return max(abs(rate), factor, factor * Double(largestSize(d + v * outputs, outputs))) <= OuterProducts.most
    }
  }

  /// Adds rate x d of vector `v` to the weights of an input.
  func add(_ v: Int, row: Int, to line: UnsafeMutablePointer<Float>) {
    let errors = d + v * outputs, x = x[v * inputs + row]
    if !isOrdinary[v] { return addCarefully(rates[v] * Double(x), errors, to: line) }
    let factor = Float(rates[v]) * x
    for k in 0..<outputs { line[k] += factor * errors[k] }
  }

  @inline(never)
  private func addCarefully(_ factor: Double, _ errors: UnsafePointer<Float>, to line: UnsafeMutablePointer<Float>) {
    for k in 0..<outputs where errors[k] != 0 {
      let sum = Double(line[k]) + factor * Double(errors[k])
      line[k] = Float(min(max(sum, -OuterProducts.most), OuterProducts.most))
    }
  }
}
