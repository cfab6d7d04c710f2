import MemSimCore

/// Compounds of devices and pulses as in `Exact`, and what their cells should do.
enum ExactCompound {
  static let inputs = 6, outputs = 4, count = 24

  static func tile(
    _ name: String, cells: Int, _ settings: TileGiven = ([], []), update: TileGiven = Exact.pulses,
    write: TileGiven = Exact.pulses, seed: UInt64 = 7
  ) throws -> CompoundTile {
    try CompoundTile(
      inputs: inputs, outputs: outputs, compound: name, settings: settings,
      cells: Array(repeating: ("constant-step", nil, Exact.devices), count: cells), read: Exact.products, write: write,
      forward: Exact.products, backward: Exact.products, update: update, seed: seed)
  }

  /// Vectors whose products are no halves of steps.
  static func vectors(_ count: Int, _ seed: UInt64) -> (x: [Float], d: [Float]) {
    (uniforms(count * inputs, seed), uniforms(count * outputs, seed + 1))
  }

  /// Pulses of all devices [outputs x inputs], as weight changes.
  static func change(_ rate: Double, _ x: ArraySlice<Float>, _ d: ArraySlice<Float>) -> [Double] {
    d.flatMap { d in x.map { Exact.count(rate, $0, d) * Exact.step } }
  }

  static func change(_ rate: Double, _ all: (x: [Float], d: [Float]), _ v: Int) -> [Double] {
    change(rate, all.x[v * inputs..<(v + 1) * inputs], all.d[v * outputs..<(v + 1) * outputs])
  }

  static let none = [Double](repeating: 0, count: count)
  static func sum(_ a: [Double], _ b: [Double], times: Double = 1) -> [Double] { zip(a, b).map { $0 + times * $1 } }
  static func floats(_ values: [Double]) -> [Float] { values.map { Float($0) } }
}
