import Glibc

/// The stationary distribution of p successive latent vectors, as the Cholesky factor of its covariance: what a cell
/// that has been cycled for ever would remember.
struct SynaptogenStationary {
  /// Lower triangle, [4p x 4p]; rows 4j..<4j+4 are the vector j cycles ago.
  let factor: Storage<Float>

  /// Errors: argument, if the autoregression is not stable.
  init(_ regression: SynaptogenRegression) throws(MemSimError) {
    let size = 4 * regression.order
    var covariance = try stationaryCovariance(regression, size)
    factor = try Storage<Float>(size * size)
    let isDefinite = covariance.withUnsafeMutableBufferPointer { Cholesky(size, $0.baseAddress!).factor() }
    guard isDefinite else { throw .argument("the autoregression's innovation matrix L is singular") }
    for i in 0..<size {
      for j in 0...i { factor.base[i * size + j] = Float(covariance[i * size + j]) }
    }
  }
}

/// Solves P = M P M' + Q for the companion matrix M by doubling: P = sum of M^k Q M'^k.
private func stationaryCovariance(_ regression: SynaptogenRegression, _ size: Int) throws(MemSimError) -> [Double] {
  var power = companion(regression, size)
  var sum = innovationCovariance(regression, size)
  for _ in 0..<40 {
    let step = multiply(multiply(power, sum, size), transposed(power, size), size)
    for i in sum.indices { sum[i] += step[i] }
    power = multiply(power, power, size)
    guard let largest = step.map(abs).max(), largest.isFinite else { break }
    if largest < 1e-15 { return sum }
  }
  throw .argument("option \"start\" cannot be \"stationary\": the autoregression of order \(regression.order) is not stable")
}

private func companion(_ regression: SynaptogenRegression, _ size: Int) -> [Double] {
  var matrix = [Double](repeating: 0, count: size * size)
  for lag in 1...regression.order {
    for (k, value) in regression.lag(lag).enumerated() { matrix[k / 4 * size + 4 * (lag - 1) + k % 4] = value }
  }
  for i in 4..<max(4, size) { matrix[i * size + i - 4] = 1 }
  return matrix
}

private func innovationCovariance(_ regression: SynaptogenRegression, _ size: Int) -> [Double] {
  var matrix = [Double](repeating: 0, count: size * size)
  let l = regression.innovation
  for i in 0..<4 {
    for j in 0..<4 { matrix[i * size + j] = (0..<4).reduce(0) { $0 + l[4 * i + $1] * l[4 * j + $1] } }
  }
  return matrix
}

private func multiply(_ a: [Double], _ b: [Double], _ n: Int) -> [Double] {
  var c = [Double](repeating: 0, count: n * n)
  for i in 0..<n {
    for k in 0..<n where a[i * n + k] != 0 {
      for j in 0..<n { c[i * n + j] += a[i * n + k] * b[k * n + j] }
    }
  }
  return c
}

private func transposed(_ a: [Double], _ n: Int) -> [Double] {
  (0..<n * n).map { a[$0 % n * n + $0 / n] }
}
