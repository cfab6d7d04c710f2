import CMemSimSIMD

extension AnalogTile {
  /// Vectors whose products are made at a time, at most; fewer where lines are long, so that scratch stays below 8 MiB.
  private static var segment: Int { 256 }

  /// y = W x through the forward settings: x [batch x inputs], y [batch x outputs].
  ///
  /// Errors: argument (not finite), memory, busy; nothing is then written.
  public func forward(_ x: UnsafePointer<Float>, batch: Int, into y: UnsafeMutablePointer<Float>) throws(MemSimError) {
    try exclusively { () throws(MemSimError) in
      try checkFinite(x, batch * inputs, "x")
      let matrix = TileMatrix(base: planes.weights.base, inputs: inputs, outputs: outputs, stride: stride)
      try product(forward, matrix, x, batch, into: y)
    }
  }

  /// The transposed product through the backward settings: d [batch x outputs], out [batch x inputs].
  ///
  /// Errors: argument (not finite), memory, busy; nothing is then written.
  public func backward(_ d: UnsafePointer<Float>, batch: Int, into out: UnsafeMutablePointer<Float>) throws(MemSimError) {
    try exclusively { () throws(MemSimError) in
      try checkFinite(d, batch * outputs, "d")
      let matrix = TileMatrix(
        base: try transposedWeights(), inputs: outputs, outputs: inputs, stride: (inputs + 15) / 16 * 16)
      try product(backward, matrix, d, batch, into: out)
    }
  }

  /// W^T [outputs x inputs rounded up], zero beyond.
  private func transposedWeights() throws(MemSimError) -> UnsafePointer<Float> {
    let wide = (inputs + 15) / 16 * 16, stride = stride, inputs = inputs
    if transposed == nil { transposed = try Storage((outputs + 15) / 16 * 16 * wide) }
    let (to, from) = (transposed!.base, planes.weights.base)
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
    into y: UnsafeMutablePointer<Float>
  ) throws(MemSimError) {
    let fitting = (2 << 20) / (matrix.inputs + matrix.stride)
    let most = min(batch, AnalogTile.segment, max(fitting, 1))
    if batch == 0 { return }
    let work = try TileProduct(self, direction, matrix, vectors: most)
    for start in Swift.stride(from: 0, to: batch, by: most) {
      let count = min(most, batch - start)
      try work.run(x + start * matrix.inputs, count, first: direction.reads, into: y + start * matrix.outputs)
      direction.reads &+= UInt64(count)
    }
  }
}

/// A matrix [inputs x stride], stride the outputs rounded up to whole vectors, zero beyond.
struct TileMatrix: @unchecked Sendable {
  let base: UnsafePointer<Float>
  let inputs, outputs, stride: Int
}
