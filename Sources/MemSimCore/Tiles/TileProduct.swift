import CMemSimSIMD

/// Products of some vectors with the steps of a converter on either side: aihwkit's order of them.
struct TileProduct: @unchecked Sendable {
  let products: TileProducts
  let direction: TileDirection
  let matrix: TileMatrix
  /// Inputs [vectors x inputs], a second set of them, and results [vectors x stride], a second set.
  let x, other, y, second: UnsafeMutablePointer<Float>
  /// |W|, and room for sums of a pass; nil where nothing needs them.
  let plane, sums: Storage<Float>?
  /// W with its read asymmetry, where it has one.
  private let skewed: Storage<Float>?
  /// What products of negative inputs by themselves are made with.
  let negative: UnsafePointer<Float>
  /// Whether every vector has one value at most.
  let sparse: Bool

  var settings: IOSettings { direction.settings }

  /// Errors: memory; argument and convergence, of wires.
  init(
    _ products: TileProducts, _ direction: TileDirection, _ matrix: TileMatrix, vectors: Int, sparse: Bool
  ) throws(MemSimError) {
    (self.products, self.direction, self.matrix) = (products, direction, matrix)
    self.sparse = sparse && (direction.settings.isPerfect || direction.settings.inputNoise == 0)
    // A second set for signs apart.
    let sets = direction.settings.mode == .onePass ? 1 : 2
    let inputs = (vectors * matrix.inputs + 15) / 16 * 16, outputs = vectors * matrix.stride
    x = try direction.scratch(sets * (inputs + outputs))
    other = x + (sets - 1) * inputs
    y = other + inputs
    second = y + (sets - 1) * outputs
    let settings = direction.settings, count = matrix.inputs * matrix.stride
    let drops = settings.estimatesDrop, needs = !settings.isPerfect && (drops || settings.readsNoisily)
    plane = needs ? try Storage(count) : nil
    sums = needs ? try Storage(vectors * ((drops ? 2 : 1) * matrix.stride + matrix.inputs)) : nil
    if let plane { for i in 0..<count { plane.base[i] = abs(matrix.base[i]) } }
    skewed = settings.skewsWeights ? try direction.skewed(matrix, products.key) : nil
    let seen = skewed.map { TileMatrix($0.base, inputs: matrix.inputs, outputs: matrix.outputs) }
    if let seen, let wires = direction.skewedWires {
      negative = try wires.of(seen, products.context)
    } else {
      negative = seen?.base ?? matrix.lines
    }
  }

  /// One vector under way.
  struct Try {
    /// Its place in the segment.
    let place: Int
    var management: Float
    var factor: Float
    var scale: Float
  }

  func run(_ given: UnsafePointer<Float>, _ count: Int, first: UInt64, into out: UnsafeMutablePointer<Float>) {
    if settings.isPerfect { return exact(given, count, into: out) }
    var open: [Try] = []
    open.reserveCapacity(count)
    for v in 0..<count {
      let scale = management(settings.noiseManagement, given + v * matrix.inputs)
      if settings.noiseManagement != .none, scale <= 0, direction.side == 1 || settings.inputNoise <= 0 {
        (out + v * matrix.outputs).update(repeating: 0, count: matrix.outputs)
      } else {
        open.append(Try(place: v, management: scale, factor: 0.5, scale: 1))
      }
    }
    var round = 0
    while !open.isEmpty {
      begin(&open, round, given)
      let pass = TilePass(work: self, tries: open, round: round, first: first, given: given)
      open = pass.run(into: out)
      round += 1
    }
  }

  private var managesBounds: Bool { direction.side == 0 && settings.boundManagement != .none }

  /// Scales of the next try.
  private func begin(_ open: inout [Try], _ round: Int, _ given: UnsafePointer<Float>) {
    for k in open.indices {
      open[k].factor *= 2
      if round == 1, settings.boundManagement == .worst, settings.noiseManagement != .sum {
        open[k].management = management(.sum, given + open[k].place * matrix.inputs)
        open[k].factor = 1
      }
      var scale: Float = 1
      if settings.noiseManagement != .none, open[k].management > 0 { scale /= open[k].management }
      if managesBounds { scale /= open[k].factor }
      open[k].scale = scale
    }
  }

  /// Whether a vector whose outputs met the bound is left as it is.
  func isLast(_ one: Try) -> Bool {
    if !managesBounds { return true }
    let steps = settings.inputStep > 0 && one.factor > settings.maxResolution / settings.inputStep
    return one.factor > settings.maxFactor || steps
  }

  private func exact(_ given: UnsafePointer<Float>, _ count: Int, into out: UnsafeMutablePointer<Float>) {
    multiply(given, matrix.base, y, count)
    for v in 0..<count {
      for k in 0..<matrix.outputs { out[v * matrix.outputs + k] = settings.outputScale * y[v * matrix.stride + k] }
    }
  }

  /// y = W x for `count` vectors; of one value each, a line of W times it.
  func multiply(
    _ x: UnsafePointer<Float>, _ w: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, _ count: Int
  ) {
    if !sparse { return dense(x, w, y, count) }
    products.context.parallel(count) { k in
      let (values, to) = (x + k * matrix.inputs, y + k * matrix.stride)
      let line = (0..<matrix.inputs).first { values[$0] != 0 } ?? 0
      for i in 0..<matrix.stride { to[i] = w[line * matrix.stride + i] * values[line] }
    }
  }

  /// The same bits either way; without memory for panels, by products so small that they need none.
  private func dense(_ x: UnsafePointer<Float>, _ w: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, _ count: Int) {
    let (depth, columns, context) = (matrix.inputs, matrix.stride, products.context)
    if Dense.productWithZeros(x, w, y, rows: count, depth: depth, columns: columns, context: context) { return }
    func product(_ first: Int, _ rows: Int) throws(MemSimError) {
      try Dense.product(
        x + first * depth, w, y + first * columns, rows: rows, depth: depth, columns: columns, context: context)
    }
    do {
      try product(0, count)
    } catch {
      for first in stride(from: 0, to: count, by: Dense.streamedRows) {
        try? product(first, min(Dense.streamedRows, count - first))
      }
    }
  }

  /// What a vector's inputs are divided by.
  private func management(_ kind: IOSettings.NoiseManagement, _ x: UnsafePointer<Float>) -> Float {
    func capped(_ value: Float) -> Float { settings.threshold > 0 ? min(value, settings.threshold) : value }
    switch kind {
    case .none: return 1
    case .constant: return settings.threshold > 0 ? settings.threshold : 1
    case .absMax: return capped(largestSize(x, matrix.inputs))
    case .max:
      var most = -Float.infinity
      for i in 0..<matrix.inputs { most = max(most, x[i]) }
      return capped(most)
    case .average:
      let most = largestSize(x, matrix.inputs)
      products.average = products.average < 0 ? most : (1 - settings.averageDecay) * products.average + settings.averageDecay * most
      return products.average
    case .sum:
      let most = capped(largestSize(x, matrix.inputs))
      var sums = (positive: 0.0, negative: 0.0)
      for i in 0..<matrix.inputs { if x[i] > 0 { sums.positive += Double(x[i]) } else { sums.negative -= Double(x[i]) } }
      let bound = settings.outputBound
      var sum = bound < .infinity ? Float(max(sums.positive, sums.negative)) * settings.assumedMost / bound : 1
      if settings.inputStep > 0 { sum = min(most / settings.inputStep * settings.maxResolution, sum) }
      return max(most, sum)
    }
  }
}
