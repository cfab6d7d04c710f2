/// Fields of an iteration.
struct WireNumbers<Scalar: WireScalar> {
  typealias Numbers = UnsafeMutablePointer<Scalar>

  /// z, and what is half way through the bit lines.
  let z, f: Numbers
  /// The directions p and their sum b.
  var directions: WireDirections<Scalar>
  /// What is missing, V, all that is applied to begin with, and what it counts by, 1/V.
  private let missing: Field
  private let sources: WireSources
  private(set) var isFirst = true
  private var unit = 1.0
  /// Of `WordSweep`; what rounding loses of f in its last row.
  let lines, lost: Numbers
  let wordLeftover, bitLeftover: Numbers
  /// Before each of the bit lines' modes, what `WireModes` takes in and gives out.
  let toModes, fromModes: Numbers

  static func elements(_ shape: WireShape) -> Int {
    2 * shape.spaced + WireDirections<Scalar>.elements(shape) + shape.paddedRows
      + (2 * WordSweep<Scalar>.together + 2 + 2 * WireModes<Scalar>.ofLine) * shape.paddedColumns
  }

  init(_ shape: WireShape, _ work: WireWork, _ memory: Numbers) {
    (missing, sources) = (work.eps, work.sources)
    var scratch = Scratch(at: UnsafeMutableRawPointer(memory))
    func take(_ count: Int) -> Numbers { scratch.take(Scalar.self, count) }
    (z, f) = (take(shape.spaced), take(shape.spaced))
    directions = WireDirections(shape, take(WireDirections<Scalar>.elements(shape)))
    (lines, lost) = (take(2 * WordSweep<Scalar>.together * shape.paddedColumns), take(shape.paddedColumns))
    (wordLeftover, bitLeftover) = (take(shape.paddedRows), take(shape.paddedColumns))
    let modes = WireModes<Scalar>.ofLine * shape.paddedColumns
    (toModes, fromModes) = (take(modes), take(modes))
  }

  mutating func begin(scale: Double, isFirst: Bool) { (unit, self.isFirst) = (1 / scale, isFirst) }

  @inline(__always)
  func eps(_ at: Int, _ row: Int, _ shape: WireShape) -> SIMD16<Scalar> {
    Scalar.lanes(isFirst ? sources.vector(row, at &- row &* shape.paddedColumns, unit) : missing.vector(at) * unit)
  }

  /// What a task keeps of a row on its way, where no modes are.
  @inline(__always)
  func kept(_ at: Int, _ row: Int, _ shape: WireShape) -> Numbers {
    toModes.advanced(by: (row % WordSweep<Scalar>.together &- row) &* shape.paddedColumns &+ at)
  }

  /// What bit lines carry from one row to the next: f, what its rounding has lost, and the direction.
  struct Carry {
    var f, lost, p: SIMD16<Scalar>
  }

  @inline(__always)
  func carry(_ k: Int, to row: Int, _ shape: WireShape) -> Carry {
    guard row > 0 else { return Carry(f: .zero, lost: .zero, p: .zero) }
    let at = (row &- 1) &* shape.paddedColumns &+ k
    return Carry(f: f.vector(at), lost: lost.vector(k), p: directions.next.vector(at))
  }

  /// Goes on down the bit lines, f_i = c_i (f_(i-1) + y_i).
  @inline(__always)
  func descend(_ y: SIMD16<Scalar>, _ c: SIMD16<Scalar>, _ at: Int, _ carry: inout Carry) {
    if Scalar.keepsLoss {
      let added = y + carry.lost
      let change = added.addingProduct(c, carry.f + added)
      let sum = carry.f + change
      (carry.f, carry.lost) = (sum, change - (sum - carry.f))
    } else {
      carry.f = c * (carry.f + y)
    }
    f.set(at, carry.f)
  }

  /// Adds a row's leftover current to its last column.
  @inline(__always)
  func loaded(_ y: SIMD16<Scalar>, _ shape: WireShape, _ at: Int, _ row: Int) -> SIMD16<Scalar> {
    guard wordLeftover[row] != 0, at == (row &+ 1) &* shape.paddedColumns &- WireShape.width else { return y }
    var sum = y
    sum[WireShape.width &- 1] += wordLeftover[row]
    return sum
  }
}
