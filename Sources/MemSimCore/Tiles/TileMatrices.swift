import CMemSimSIMD

/// A matrix [inputs x stride], stride the outputs rounded up to whole vectors, zero beyond.
struct TileMatrix: @unchecked Sendable {
  /// Weights.
  let base: UnsafePointer<Float>
  /// What products are made with: the weights, or what is left of them behind wires with resistance.
  let lines: UnsafePointer<Float>
  let inputs, outputs, stride: Int

  init(_ base: UnsafePointer<Float>, lines: UnsafePointer<Float>? = nil, inputs: Int, outputs: Int) {
    (self.base, self.lines, self.inputs, self.outputs) = (base, lines ?? base, inputs, outputs)
    stride = (outputs + 15) / 16 * 16
  }
}

/// What the products of both directions are made with: weights, their transpose, and either as seen through wires. Each is
/// made when needed and kept until weights change.
final class TileMatrices: @unchecked Sendable {
  private let inputs, outputs: Int
  private let context: Context
  /// One for both directions where their circuits are alike.
  private let forwardWires, backwardWires: WiredMatrix?
  private var forwardLines, backwardLines: UnsafePointer<Float>?
  private let transposed, transposedLines: TransposedMatrix

  init(inputs: Int, outputs: Int, forward: TileCircuit?, backward: TileCircuit?, context: Context) {
    (self.inputs, self.outputs, self.context) = (inputs, outputs, context)
    forwardWires = forward.map(WiredMatrix.init)
    backwardWires = backward == forward ? forwardWires : backward.map(WiredMatrix.init)
    (transposed, transposedLines) = (TransposedMatrix(context), TransposedMatrix(context))
  }

  var bytes: Int {
    let own = backwardWires === forwardWires ? 0 : backwardWires?.bytes ?? 0
    return (forwardWires?.bytes ?? 0) + own + transposed.bytes + transposedLines.bytes
  }

  /// To be called whenever W changes.
  func weightsChange() {
    (forwardLines, backwardLines) = (nil, nil)
    (transposed.isFresh, transposedLines.isFresh) = (false, false)
  }

  /// Errors: argument, convergence, memory, of wires.
  func forward(_ weights: UnsafePointer<Float>) throws(MemSimError) -> TileMatrix {
    let matrix = TileMatrix(weights, inputs: inputs, outputs: outputs)
    guard let forwardWires else { return matrix }
    if forwardLines == nil { forwardLines = try forwardWires.of(matrix, context) }
    return TileMatrix(weights, lines: forwardLines, inputs: inputs, outputs: outputs)
  }

  /// The transposed. Errors: argument, convergence, memory, of wires.
  func backward(_ weights: UnsafePointer<Float>) throws(MemSimError) -> TileMatrix {
    let matrix = TileMatrix(weights, inputs: inputs, outputs: outputs), base = try transposed.of(matrix)
    guard let backwardWires else { return TileMatrix(base, inputs: outputs, outputs: inputs) }
    if backwardLines == nil { backwardLines = try backwardWires.of(matrix, context) }
    let seen = TileMatrix(backwardLines!, inputs: inputs, outputs: outputs)
    return TileMatrix(base, lines: try transposedLines.of(seen), inputs: outputs, outputs: inputs)
  }
}

/// A matrix turned, [outputs x inputs rounded up], zero beyond.
final class TransposedMatrix: @unchecked Sendable {
  private let context: Context
  private var kept: Storage<Float>?
  /// Whether the matrix is the one that was turned last.
  var isFresh = false

  init(_ context: Context) { self.context = context }

  var bytes: Int { kept?.bytes.count ?? 0 }

  /// Errors: memory.
  func of(_ matrix: TileMatrix) throws(MemSimError) -> UnsafePointer<Float> {
    let wide = (matrix.inputs + 15) / 16 * 16
    if kept == nil { kept = try Storage(matrix.stride * wide) }
    if !isFresh { turn(matrix, into: kept!.base, wide) }
    isFresh = true
    return UnsafePointer(kept!.base)
  }

  private func turn(_ matrix: TileMatrix, into to: UnsafeMutablePointer<Float>, _ wide: Int) {
    let (from, inputs, stride) = (matrix.base, matrix.inputs, matrix.stride)
    context.parallel(stride / 16) { part in
      for row in Swift.stride(from: 0, to: inputs, by: 16) {
        if row + 16 <= inputs {
          ms_transpose_f(from + row * stride + part * 16, Int64(stride), to + part * 16 * wide + row, Int64(wide))
        } else {
          for i in row..<inputs { for k in 0..<16 { to[(part * 16 + k) * wide + i] = from[i * stride + part * 16 + k] } }
        }
      }
    }
  }
}
