import MemSimCore
import Testing

/// Weights are checked one and all, wherever they lie.
@Suite struct WeightRefusalTests {
  @Test(arguments: [-1, -Double.leastNonzeroMagnitude, .nan, .infinity, -.infinity])
  func everyBadWeightIsFound(_ bad: Double) throws {
    for outputs in [1, 3, 10] {
      let layer = try MemristiveLayer(4, outputs)
      try check(layer, bad, Double.self)
      if Float(bad) != 0 { try check(layer, Float(bad), Float.self) }
    }
  }

  /// One bad weight at every place: in a vector's lanes and after the last whole vector.
  private func check<T: LayerScalar>(_ layer: MemristiveLayer, _ bad: T, _: T.Type) throws {
    let good: [T] = layerWeights(layer)
    let missed = try good.indices.filter { place in
      var weights = good
      weights[place] = bad
      let (row, column) = (place / layer.columns, place % layer.columns)
      let text = "weights must be finite and >= 0, got \(bad) at row \(row), column \(column)"
      do {
        _ = try layer.conductances(weights)
        return true
      } catch MemSimError.argument(text) {
        return false
      }
    }
    #expect(missed.isEmpty, "\(T.self) \(bad) is missed at \(missed.count) places of \(good.count)")
    var weights = good
    weights[0] = bad
    #expect(throws: MemSimError.self, "\(T.self) \(bad)") { try DrawnLayer(layer, weights) }
  }

  @Test func somethingMustSetTheScale() throws {
    let error = MemSimError.argument("weights must not all be 0: the largest sets the scale of the layer")
    for outputs in [1, 3, 10] {
      let layer = try MemristiveLayer(4, outputs)
      var weights = [Double](repeating: 0, count: layer.rows * layer.columns)
      #expect(throws: error) { try DrawnLayer(layer, weights) }
      weights[1] = -0.0
      #expect(throws: error) { try DrawnLayer(layer, weights.map { Float($0) }) }
      #expect(throws: error) { try layer.conductances(weights) }
      weights[weights.count - 1] = 1e-30
      #expect(try layer.conductances(weights).last == siox.on)
    }
  }

  /// k_G and its inverse are numbers of full precision.
  @Test func theScaleIsANumber() throws {
    func error(_ largest: Double) -> MemSimError {
      .argument("weights must have a largest one that scales the window in this precision, got \(largest)")
    }
    let layer = try MemristiveLayer(1, 1, bias: false)
    for largest: Float in [0x1p-149, 0x1p-147, 1e33, .greatestFiniteMagnitude] {
      #expect(throws: error(Double(largest))) { try DrawnLayer(layer, [0, largest]) }
      #expect(throws: error(Double(largest))) { try layer.conductances([0, largest]) }
      #expect(try layer.conductances([0, Double(largest)]) == [siox.off, siox.on])
    }
    for largest: Double in [0x1p-1074, 0x1p-1056, 1e303, .greatestFiniteMagnitude] {
      #expect(throws: error(largest)) { try DrawnLayer(layer, [0, largest]) }
    }
    for largest: Float in [0x1p-143, 0x1p-126, 1e30] {
      let drawn = try DrawnLayer(layer, [0, largest])
      #expect(abs(try drawn.outputs([1])[0] / -largest - 1) < 1e-2)
    }
  }
}

/// A workspace works for the layer and the weights that it was drawn for.
@Suite struct WorkspaceRefusalTests {
  private static let undrawn = MemSimError.argument(
    "workspace holds no devices drawn by this layer in this precision: draw them first")

  /// Draws with one layer, calls another; memory is enough for either.
  private func cross<T: LayerScalar, U: LayerScalar>(
    _ one: MemristiveLayer, _: T.Type, _ two: MemristiveLayer, _: U.Type
  ) throws {
    let memory = UnsafeMutableRawPointer.allocate(byteCount: 1 << 16, alignment: 64)
    defer { memory.deallocate() }
    memory.initializeMemory(as: UInt8.self, repeating: 0, count: 1 << 16)
    let x = [U](repeating: 1, count: two.inputs), weights = [U](repeating: 1, count: two.rows * two.columns)
    var (y, gradient) = ([U](repeating: 0, count: two.outputs), weights)
    #expect(throws: Self.undrawn, "nothing drawn") { try U.forward(two, memory, x, 1, &y, nil) }
    try T.draw(one, [T](repeating: 1, count: one.rows * one.columns), LayerKey(), nil, memory)
    #expect(throws: Self.undrawn) { try U.forward(two, memory, x, 1, &y, nil) }
    #expect(throws: Self.undrawn) { try U.backward(two, memory, weights, x, y, y, 1, 0, nil, &gradient) }
    try U.draw(two, weights, LayerKey(), nil, memory)
    try U.forward(two, memory, x, 1, &y, nil)
    #expect(throws: MemSimError.self) { try U.draw(two, weights.map { -$0 }, LayerKey(), nil, memory) }
    #expect(throws: Self.undrawn, "a draw that failed") { try U.forward(two, memory, x, 1, &y, nil) }
  }

  @Test func otherLayers() throws {
    let layer = try MemristiveLayer(5, 3)
    try cross(layer, Float.self, layer, Double.self)
    try cross(layer, Double.self, layer, Float.self)
    try cross(layer, Float.self, try MemristiveLayer(5, 3), Float.self)
    try cross(layer, Float.self, try MemristiveLayer(6, 3, bias: false), Float.self)
    try cross(layer, Float.self, try MemristiveLayer(5, 4), Float.self)
    try cross(layer, Float.self, try MemristiveLayer(5, 3, redraw: .sample), Float.self)
    try cross(layer, Float.self, try MemristiveLayer(5, 3, [("poole-frenkel", [])]), Float.self)
  }

  @Test func otherWeights() throws {
    let layer = try MemristiveLayer(5, 3)
    let weights: [Float] = layerWeights(layer), memory = UnsafeMutableRawPointer.allocate(byteCount: 1 << 16, alignment: 64)
    defer { memory.deallocate() }
    try Float.draw(layer, weights, LayerKey(), nil, memory)
    var gradient = weights
    let (x, y) = ([Float](repeating: 1, count: 5), [Float](repeating: 1, count: 3))
    let error = MemSimError.argument("weights are not those that the workspace's devices were drawn for")
    #expect(throws: error) {
      try Float.backward(layer, memory, weights.map { $0 / 2 }, x, y, y, 1, 0, nil, &gradient)
    }
    try Float.backward(layer, memory, weights, x, y, y, 1, 0, nil, &gradient)
  }
}
