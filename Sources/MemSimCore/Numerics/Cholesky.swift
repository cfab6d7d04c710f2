/// Symmetric positive definite matrices [n x n], of which only the lower triangle is read.
struct Cholesky {
  let n: Int
  let base: UnsafeMutablePointer<Double>

  init(_ n: Int, _ base: UnsafeMutablePointer<Double>) { (self.n, self.base) = (n, base) }

  @inline(__always)
  subscript(_ i: Int, _ j: Int) -> Double {
    get { base[i &* n &+ j] }
    nonmutating set { base[i &* n &+ j] = newValue }
  }

  /// The lower triangle becomes the factor L of L L'; false if there is none.
  func factor() -> Bool {
    for i in 0..<n {
      for j in 0...i {
        var rest = self[i, j]
        for k in 0..<j { rest -= self[i, k] * self[j, k] }
        if i == j && !(rest > 0) { return false }
        self[i, j] = i == j ? rest.squareRoot() : rest / self[j, j]
      }
    }
    return true
  }

  /// L becomes its inverse.
  func invertFactor() {
    for j in 0..<n {
      self[j, j] = 1 / self[j, j]
      for i in j + 1..<max(n, j + 1) {
        var sum = 0.0
        for k in j..<i { sum -= self[i, k] * self[k, j] }
        self[i, j] = sum / self[i, i]
      }
    }
  }

  /// Of the inverse of L: an element of the matrix's inverse.
  func inverse(_ i: Int, _ j: Int) -> Double {
    var sum = 0.0
    for k in max(i, j)..<n { sum += self[k, i] * self[k, j] }
    return sum
  }
}
