/// Fields of an iteration.
struct WireNumbers<L: WireLanes> {
  typealias Numbers = UnsafeMutablePointer<L.Scalar>

  /// eps; z and the direction p, b, and what is half way through the bit lines.
  let e, z, p, b, f: Numbers
  /// [padded columns x lanes], [lanes x lanes].
  let lines, turned: Numbers
  let wordLeftover, bitLeftover: Numbers

  static func elements(_ shape: WireShape) -> Int {
    5 * shape.count + L.scalarCount * (shape.paddedColumns + L.scalarCount) + shape.paddedRows + shape.paddedColumns
  }

  init(_ shape: WireShape, _ memory: Numbers) {
    var scratch = Scratch(at: UnsafeMutableRawPointer(memory))
    func take(_ count: Int) -> Numbers { scratch.take(L.Scalar.self, count) }
    (e, z, p) = (take(shape.count), take(shape.count), take(shape.count))
    (b, f) = (take(shape.count), take(shape.count))
    (lines, turned) = (take(L.scalarCount * shape.paddedColumns), take(L.scalarCount * L.scalarCount))
    (wordLeftover, bitLeftover) = (take(shape.paddedRows), take(shape.paddedColumns))
  }
}
