/// Products with a weight matrix both ways: what the converters of each direction are told, and what W becomes on its way.
///
/// Not for two threads at a time.
final class TileProducts: @unchecked Sendable {
  /// Vectors whose products are made at a time, at most; fewer where lines are long, so that scratch stays below 8 MiB.
  private static var segment: Int { 256 }

  let stride: Int
  let forward, backward: TileDirection
  let context: Context
  /// Philox key of noise; a state that is loaded brings its own.
  var key: UInt64
  /// The running mean of max |x| of average-abs-max; negative before the first.
  var average: Float = -1
  private let matrices: TileMatrices

  /// Errors: memory.
  init(
    inputs: Int, outputs: Int, forward: IOSettings, backward: IOSettings, key: UInt64, context: Context
  ) throws(MemSimError) {
    (self.key, self.context) = (key, context)
    stride = (outputs + 15) / 16 * 16
    self.forward = try TileDirection(forward, outputs: outputs, key: key, side: 0)
    self.backward = try TileDirection(backward, outputs: inputs, key: key, side: 1)
    matrices = TileMatrices(
      inputs: inputs, outputs: outputs, forward: forward.circuit, backward: backward.circuit, context: context)
  }

  var bytes: Int { matrices.bytes + forward.bytes + backward.bytes }

  /// To be called whenever W changes.
  func weightsChange() { matrices.weightsChange() }

  /// y = W x: weights [inputs x stride], x [batch x inputs], y [batch x outputs]. `sparse`: x has one value a vector.
  ///
  /// Errors: memory; argument and convergence, of wires.
  func forward(
    _ weights: UnsafePointer<Float>, _ x: UnsafePointer<Float>, _ batch: Int, into y: UnsafeMutablePointer<Float>,
    sparse: Bool = false
  ) throws(MemSimError) {
    if batch == 0 { return }
    try product(forward, try matrices.forward(weights), x, batch, into: y, sparse)
  }

  /// The transposed product: d [batch x outputs], out [batch x inputs]. Errors: as of forward.
  func backward(
    _ weights: UnsafePointer<Float>, _ d: UnsafePointer<Float>, _ batch: Int, into out: UnsafeMutablePointer<Float>,
    sparse: Bool = false
  ) throws(MemSimError) {
    if batch == 0 { return }
    try product(backward, try matrices.backward(weights), d, batch, into: out, sparse)
  }

  private func product(
    _ direction: TileDirection, _ matrix: TileMatrix, _ x: UnsafePointer<Float>, _ batch: Int,
    into y: UnsafeMutablePointer<Float>, _ sparse: Bool
  ) throws(MemSimError) {
    let fitting = (2 << 20) / (matrix.inputs + matrix.stride)
    let most = min(batch, TileProducts.segment, max(fitting, 1))
    let work = try TileProduct(self, direction, matrix, vectors: most, sparse: sparse)
    for start in Swift.stride(from: 0, to: batch, by: most) {
      let count = min(most, batch - start)
      work.run(x + start * matrix.inputs, count, first: direction.reads, into: y + start * matrix.outputs)
      direction.reads &+= UInt64(count)
    }
  }
}
