/// The lowest modes of a ladder: solutions of L h = lambda D h, with L of its segments and D of its devices, orthonormal
/// by D.
///
/// Found by inverse iteration of the subspace from cosines, so that ladders of any ends and devices have theirs.
struct LineModes {
  typealias Modes = SIMD4<Double>

  static var count: Int { Modes.scalarCount }

  private static var sweeps: Int { 6 }

  let nodes: Int
  /// Conductances of the devices.
  let g: Field
  private let modes: UnsafeMutablePointer<Modes>
  private let c: Field
  private let gram: Cholesky

  static func scratch(_ nodes: Int) -> Int { 6 * roundUp(nodes, 8) + count * count }

  init(_ nodes: Int, _ memory: Field) {
    var scratch = Scratch(at: UnsafeMutableRawPointer(memory))
    self.nodes = nodes
    (g, c) = (scratch.take(Double.self, nodes), scratch.take(Double.self, nodes))
    modes = scratch.take(Modes.self, nodes)
    gram = Cholesky(LineModes.count, scratch.take(Double.self, LineModes.count * LineModes.count))
  }

  subscript(node: Int) -> Modes { modes[node] }

  /// Of a line with segments of resistance r > 0, held by conductances `near` its first node and `far` beyond the segment
  /// after its last. False if it has fewer modes.
  func find(r: Double, near: Double, far: Double) -> Bool {
    var sum = 0.0
    for j in 0..<nodes { sum += g[j] }
    guard sum > 0 else { return false }
    start()
    // So little that no mode minds, and lines that nothing holds have an inverse.
    let shift = 1e-3 / (r * Double(nodes) * sum)
    for _ in 0..<LineModes.sweeps {
      solve(r, near, far, shift)
      guard normalize() else { return false }
    }
    return true
  }

  private func start() {
    for j in 0..<nodes {
      let x = cosine(Double(2 * j + 1) / Double(nodes))
      modes[j] = Modes(1, x, 2 * x * x - 1, (4 * x * x - 3) * x)
    }
  }

  /// Like cos(pi t / 2) for t in 0...2, near enough to begin with.
  private func cosine(_ t: Double) -> Double { (1 - t) * (1.5 - 0.5 * (1 - t) * (1 - t)) }

  /// h = (L + shift D)^-1 D h, as ladders are solved by `WireFactors`.
  private func solve(_ r: Double, _ near: Double, _ far: Double, _ shift: Double) {
    var (seen, f) = (near, Modes.zero)
    for j in 0..<nodes {
      seen += shift * g[j]
      c[j] = 1 / (1 + r * seen)
      seen *= c[j]
      f = c[j] * (f + g[j] * modes[j])
      modes[j] = f
    }
    var x = f / (seen + far)
    for j in (0..<nodes).reversed() {
      x = r * modes[j] + c[j] * x
      modes[j] = x
    }
  }

  private func normalize() -> Bool {
    let n = LineModes.count
    var rows = (Modes.zero, Modes.zero, Modes.zero, Modes.zero)
    for j in 0..<nodes {
      let (h, held) = (modes[j], g[j] * modes[j])
      rows.0 += held[0] * h
      rows.1 += held[1] * h
      rows.2 += held[2] * h
      rows.3 += held[3] * h
    }
    for k in 0..<n { (gram[0, k], gram[1, k], gram[2, k], gram[3, k]) = (rows.0[k], rows.1[k], rows.2[k], rows.3[k]) }
    // Fewer devices than modes leave rounding.
    let scale = (0..<n).map { gram[$0, $0] }
    guard gram.factor() else { return false }
    for k in 0..<n where gram[k, k] * gram[k, k] < 1e-12 * scale[k] { return false }
    gram.invertFactor()
    for j in 0..<nodes {
      let h = modes[j]
      var next = Modes.zero
      for k in 0..<n {
        for m in 0...k { next[k] += gram[k, m] * h[m] }
      }
      modes[j] = next
    }
    return true
  }
}
