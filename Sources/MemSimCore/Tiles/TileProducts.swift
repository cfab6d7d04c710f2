import CMemSimSIMD

/// Products with a weight matrix both ways: what the converters of each direction are told, and W^T while it is fresh.
///
/// Not for two threads at a time.
final class TileProducts: @unchecked Sendable {
  /// Vectors whose products are made at a time, at most; fewer where lines are long, so that scratch stays below 8 MiB.
  private static var segment: Int { 256 }

  let inputs, outputs, stride: Int
  let forward, backward: TileDirection
  let context: Context
  /// Philox key of noise; a state that is loaded brings its own.
  var key: UInt64
  /// The running mean of max |x| of average-abs-max; negative before the first.
  var average: Float = -1
  /// W^T as the backward products want it, made when needed.
  private var transposed: Storage<Float>?
  private var transposedIsFresh = false

  /// Errors: memory.
  init(
    inputs: Int, outputs: Int, forward: IOSettings, backward: IOSettings, key: UInt64, context: Context
  ) throws(MemSimError) {
    (self.inputs, self.outputs, self.key, self.context) = (inputs, outputs, key, context)
    stride = (outputs + 15) / 16 * 16
    self.forward = try TileDirection(forward, outputs: outputs, key: key, side: 0)
    self.backward = try TileDirection(backward, outputs: inputs, key: key, side: 1)
  }

  var bytes: Int { (transposed?.bytes.count ?? 0) + forward.bytes + backward.bytes }

  /// To be called whenever W changes.
  func weightsChange() { transposedIsFresh = false }

  /// y = W x: weights [inputs x stride], x [batch x inputs], y [batch x outputs]. `sparse`: x has one value a vector.
  ///
  /// Errors: memory.
  func forward(
    _ weights: UnsafePointer<Float>, _ x: UnsafePointer<Float>, _ batch: Int, into y: UnsafeMutablePointer<Float>,
    sparse: Bool = false
  ) throws(MemSimError) {
    let matrix = TileMatrix(base: weights, inputs: inputs, outputs: outputs, stride: stride)
    try product(forward, matrix, x, batch, into: y, sparse)
  }

  /// The transposed product: d [batch x outputs], out [batch x inputs]. Errors: memory.
  func backward(
    _ weights: UnsafePointer<Float>, _ d: UnsafePointer<Float>, _ batch: Int, into out: UnsafeMutablePointer<Float>,
    sparse: Bool = false
  ) throws(MemSimError) {
    let matrix = TileMatrix(
      base: try transpose(weights), inputs: outputs, outputs: inputs, stride: (inputs + 15) / 16 * 16)
    try product(backward, matrix, d, batch, into: out, sparse)
  }

  /// W^T [outputs x inputs rounded up], zero beyond.
  private func transpose(_ from: UnsafePointer<Float>) throws(MemSimError) -> UnsafePointer<Float> {
    let wide = (inputs + 15) / 16 * 16, stride = stride, inputs = inputs
    if transposed == nil { transposed = try Storage((outputs + 15) / 16 * 16 * wide) }
    let to = transposed!.base
    if !transposedIsFresh {
      context.parallel((outputs + 15) / 16) { part in
        for row in Swift.stride(from: 0, to: inputs, by: 16) {
          if row + 16 <= inputs {
            ms_transpose_f(from + row * stride + part * 16, Int64(stride), to + part * 16 * wide + row, Int64(wide))
          } else {
            for i in row..<inputs { for k in 0..<16 { to[(part * 16 + k) * wide + i] = from[i * stride + part * 16 + k] } }
          }
        }
      }
      transposedIsFresh = true
    }
    return UnsafePointer(to)
  }

  private func product(
    _ direction: TileDirection, _ matrix: TileMatrix, _ x: UnsafePointer<Float>, _ batch: Int,
    into y: UnsafeMutablePointer<Float>, _ sparse: Bool
  ) throws(MemSimError) {
    let fitting = (2 << 20) / (matrix.inputs + matrix.stride)
    let most = min(batch, TileProducts.segment, max(fitting, 1))
    if batch == 0 { return }
    let work = try TileProduct(self, direction, matrix, vectors: most, sparse: sparse)
    for start in Swift.stride(from: 0, to: batch, by: most) {
      let count = min(most, batch - start)
      work.run(x + start * matrix.inputs, count, first: direction.reads, into: y + start * matrix.outputs)
      direction.reads &+= UInt64(count)
    }
  }
}

/// A matrix [inputs x stride], stride the outputs rounded up to whole vectors, zero beyond.
struct TileMatrix: @unchecked Sendable {
  let base: UnsafePointer<Float>
  let inputs, outputs, stride: Int
}
