/// The transfer matrix by elimination from the top row down: what the bit lines below a row see is a Norton source, a
/// matrix of conductances and currents by the word lines' voltages. O(rows columns² (rows + columns)).
///
/// It shares neither the iteration nor the drops' formulation with `WireIteration`: a check, and slow.
struct DenseSweep {
  private let wires: Wires
  private let n: Int
  private var places: [Int] { wires.places }

  init(_ wires: Wires) { (self.wires, n) = (wires, wires.columns) }

  /// Errors: memory.
  func run(into out: UnsafeMutablePointer<Double>) throws(MemSimError) {
    let m = wires.rows
    // Y, then the m columns of currents by word line.
    let matrix = try Storage<Double>(n * (n + m)), row = try Storage<Double>(n * (n + 1)), left = try Storage<Double>(n * n)
    for i in 0..<m {
      wordLine(i, row.base)
      for a in 0..<n {
        for b in 0..<n { matrix.base[a * (n + m) + b] += row.base[a * (n + 1) + b] }
        matrix.base[a * (n + m) + n + i] = row.base[a * (n + 1) + n]
      }
      segment(matrix.base, n + m, last: i == m - 1, left.base)
    }
    for i in 0..<m {
      for j in 0..<n {
        let isOpen = wires.bits.isCut[places[j]] || wires.words.isFloating[i]
        out[i * n + j] = isOpen ? 0 : matrix.base[j * (n + m) + n + i]
      }
    }
  }

  /// [n x (n + 1)]: how the currents into the bit lines fall with their potentials, and rise with the line's voltage.
  private func wordLine(_ i: Int, _ out: Field) {
    let row = wires.g + i * wires.shape.paddedColumns
    let g = places.map { row[$0] }
    let (r, near, far) = (wires.words.inner[i], wires.words.near[i], wires.words.far[i])
    for b in 0...n {
      // The line's potentials for 1 V on bit line b, or on the source (b = n).
      let w = potentials(g, r, near, far, unit: b)
      for a in 0..<n { out[a * (n + 1) + b] = (b == n ? 1 : -1) * g[a] * (w[a] - (a == b ? 1 : 0)) }
    }
  }

  /// Nodal potentials of a word line, its ladder eliminated from the near end; without resistance, of its source.
  private func potentials(_ g: [Double], _ r: Double, _ near: Double, _ far: Double, unit: Int) -> [Double] {
    let source = unit == n ? 1.0 : 0.0
    if near == .infinity { return Array(repeating: source, count: n) }
    // From the near end on: the conductance `seen` with the current it would bring, nothing subtracted.
    var (c, flow) = (Array(repeating: 0.0, count: n), Array(repeating: 0.0, count: n))
    var (seen, brought) = (near, near * source)
    for a in 0..<n {
      let (total, current) = (seen + g[a], brought + (a == unit ? g[a] : 0))
      c[a] = 1 / (1 + r * total)
      (seen, brought) = (total * c[a], current * c[a])
      flow[a] = brought
    }
    var x = seen + far > 0 ? (brought + far * source) / (seen + far) : 0
    if far == .infinity { x = source }
    var potentials = Array(repeating: 0.0, count: n)
    for a in (0..<n).reversed() {
      x = r * flow[a] + c[a] * x
      potentials[a] = x
    }
    return potentials
  }

  /// Through the bit lines' next segment: (Y, J) -> (1 + Y R)^-1 (Y, J). Y is symmetric and of an M-matrix's kind.
  private func segment(_ matrix: Field, _ width: Int, last: Bool, _ left: Field) {
    if last { for b in 0..<n where wires.bits.isFloating[places[b]] { release(matrix, width, b) } }
    for (b, place) in places.enumerated() {
      let end = last && wires.bits.far[place] > 0 ? 1 / wires.bits.far[place] : 0
      let r = last && wires.bits.isFloating[place] ? 0 : wires.bits.inner[place] + end
      for a in 0..<n { left[a * n + b] = matrix[a * width + b] * r + (a == b ? 1 : 0) }
    }
    for k in 0..<n {
      let pivot = (k..<n).max { left[$0 * n + k].magnitude < left[$1 * n + k].magnitude }!
      if pivot != k {
        for b in 0..<n { swapAt(left, k * n + b, pivot * n + b) }
        for b in 0..<width { swapAt(matrix, k * width + b, pivot * width + b) }
      }
      for a in 0..<n where a != k && left[a * n + k] != 0 {
        let factor = left[a * n + k] / left[k * n + k]
        for b in k..<n { left[a * n + b] -= factor * left[k * n + b] }
        for b in 0..<width { matrix[a * width + b] -= factor * matrix[k * width + b] }
      }
    }
    for k in 0..<n { for b in 0..<width { matrix[k * width + b] /= left[k * n + k] } }
  }

  /// A bit line without a terminal takes the potential at which no current is left.
  private func release(_ matrix: Field, _ width: Int, _ b: Int) {
    let pivot = matrix[b * width + b]
    for a in 0..<n where a != b && pivot > 0 {
      let factor = matrix[a * width + b] / pivot
      for k in 0..<width { matrix[a * width + k] -= factor * matrix[b * width + k] }
      matrix[a * width + b] = 0
    }
    for k in 0..<width { matrix[b * width + k] = 0 }
  }

  private func swapAt(_ x: Field, _ a: Int, _ b: Int) { (x[a], x[b]) = (x[b], x[a]) }
}
