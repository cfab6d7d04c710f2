import Glibc

/// Two crossbars with resistance in their wires that hold weights W [inputs x outputs]: max(W, 0) and max(-W, 0).
///
/// Inputs are word lines, outputs bit lines, of either array; results are subtracted behind them. Every line has one
/// terminal, where it is driven in one direction of a product and read in the other: word lines at output 0, bit lines at
/// input 0. By reciprocity the transposed product is then that of the transposed transfer matrix. Conductances are in units
/// of that of a weight of 1, resistances in units of its inverse.
struct TileCircuit: Equatable, Sendable {
  /// Of a segment.
  let word, bit: Double
  /// Conductance of a device that holds nothing.
  let least: Double

  /// The same crossbars with outputs as inputs.
  var turned: TileCircuit { TileCircuit(word: bit, bit: word, least: least) }

  /// What settings say of it; nil: no circuit is to be solved. Errors: argument, for wires of too high a resistance.
  init?(_ settings: ModelSettings) throws(MemSimError) {
    let scale = settings.value("ir_drop"), ratio = settings.value("ir_drop_g_ratio")
    let isPerfect = settings.value("is_perfect") != 0
    guard settings.choice("ir_drop_model") == IOSettings.DropModel.exact.rawValue, scale > 0, !isPerfect else { return nil }
    let bit = scale / ratio, word = bit * settings.value("ir_drop_word_ratio")
    guard max(bit, word) <= 1e15 else {
      throw .argument(
        "ir_drop / ir_drop_g_ratio, times ir_drop_word_ratio of word lines, must be at most 1e15, got \(max(bit, word))")
    }
    self.init(word: word, bit: bit, least: settings.value("ir_drop_g_min"))
  }

  init(word: Double, bit: Double, least: Double) { (self.word, self.bit, self.least) = (word, bit, least) }

  /// The matrix M by which terminals see W, y = M x, for `weights` and `out` [inputs x stride].
  ///
  /// Errors: argument (weights out of range), convergence, memory: `out` then holds no matrix.
  func transfer(_ weights: TileMatrix, into out: UnsafeMutablePointer<Float>, _ context: Context) throws(MemSimError) {
    try check(weights)
    let plus = try side(1, weights, context), minus = try side(-1, weights, context)
    for input in 0..<weights.inputs {
      let row = (weights.inputs - 1 - input) * weights.outputs, to = out + input * weights.stride
      for output in 0..<weights.outputs {
        to[output] = Float((plus.base[row + output] - minus.base[row + output]) / (1 - least))
      }
      for output in weights.outputs..<weights.stride { to[output] = 0 }
    }
  }

  /// Errors: argument.
  private func check(_ weights: TileMatrix) throws(MemSimError) {
    for input in 0..<weights.inputs {
      for output in 0..<weights.outputs {
        let weight = weights.base[input * weights.stride + output]
        guard abs(weight) <= 1e9 else {
          throw .argument(
            "ir_drop_model \"exact\" needs weights within ±1e9, got \(weight) of input \(input), output \(output)")
        }
      }
    }
  }

  /// Of the array of one sign [inputs x outputs], inputs from the last one on: bit lines end behind their last row.
  ///
  /// Errors: convergence, memory.
  private func side(_ sign: Float, _ weights: TileMatrix, _ context: Context) throws(MemSimError) -> Storage<Double> {
    let shape = WireShape(rows: weights.inputs, columns: weights.outputs)
    let wires = try Wires(shape, WireResistances(word: [word], bit: [bit]), try WireTolerance(), context) { (_, _, g) in
      for row in 0..<shape.rows {
        let from = weights.base + (shape.rows - 1 - row) * weights.stride
        shape.eachPlace { output, place in
          g[row * shape.paddedColumns + place] = least + (1 - least) * Double(max(sign * from[output], 0))
        }
      }
      return nil
    }
    let matrix = try Storage<Double>(shape.rows * shape.columns)
    do throws(MemSimError) {
      try wires.transfer(.iterative, into: matrix.base)
    } catch .convergence(let text) {
      throw .convergence("ir_drop_model \"exact\" finds no solution, the wires' resistance is too high: \(text)")
    }
    return matrix
  }
}

/// The transfer matrix of a circuit, kept until the weights are others.
final class WiredMatrix: @unchecked Sendable {
  private let circuit: TileCircuit
  /// The weights that were solved, nil before; and their matrix.
  private var solved: Storage<UInt8>?
  private var matrix: Storage<Float>?

  init(_ circuit: TileCircuit) { self.circuit = circuit }

  var bytes: Int { (solved?.count ?? 0) + (matrix?.bytes.count ?? 0) }

  /// [inputs x stride], solved anew if the weights are others than last time. Errors: argument, convergence, memory.
  func of(_ weights: TileMatrix, _ context: Context) throws(MemSimError) -> UnsafePointer<Float> {
    if let solved, let matrix, memcmp(solved.base, weights.base, solved.count) == 0 { return UnsafePointer(matrix.base) }
    let given = UnsafeRawBufferPointer(start: weights.base, count: weights.inputs * weights.stride * MemoryLayout<Float>.size)
    let found: Storage<Float>
    if let matrix { found = matrix } else { found = try Storage(weights.inputs * weights.stride) }
    let kept: Storage<UInt8>
    if let solved { kept = solved } else { kept = try Storage(given.count) }
    solved = nil
    try circuit.transfer(weights, into: found.base, context)
    kept.bytes.copyMemory(from: given)
    (solved, matrix) = (kept, found)
    return UnsafePointer(found.base)
  }
}
