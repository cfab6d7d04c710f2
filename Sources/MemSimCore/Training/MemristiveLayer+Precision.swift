// The calls of a layer in both precisions. Their bodies are generic and compiled here, where the type is known.

extension MemristiveLayer {
  /// Bytes of the workspace that a draw fills.
  public func workspaceBytes(_ precision: Precision) -> Int {
    switch precision {
    case .float: workspaceBytes(FloatLanes.self)
    case .double: workspaceBytes(DoubleLanes.self)
    }
  }

  /// See the generic `draw`.
  public func draw(
    _ weights: UnsafePointer<Float>, _ key: LayerKey, replay: UnsafePointer<Double>? = nil,
    into workspace: UnsafeMutableRawPointer
  ) throws(MemSimError) {
    try draw(weights, key, replay: replay, into: workspace, FloatLanes.self)
  }

  public func draw(
    _ weights: UnsafePointer<Double>, _ key: LayerKey, replay: UnsafePointer<Double>? = nil,
    into workspace: UnsafeMutableRawPointer
  ) throws(MemSimError) {
    try draw(weights, key, replay: replay, into: workspace, DoubleLanes.self)
  }

  /// See the generic `conductances`.
  public func conductances(
    _ weights: UnsafePointer<Float>, _ key: LayerKey, into out: UnsafeMutablePointer<Float>
  ) throws(MemSimError) {
    try conductances(weights, key, into: out, FloatLanes.self)
  }

  public func conductances(
    _ weights: UnsafePointer<Double>, _ key: LayerKey, into out: UnsafeMutablePointer<Double>
  ) throws(MemSimError) {
    try conductances(weights, key, into: out, DoubleLanes.self)
  }

  /// See the generic `forward`.
  public func forward(
    _ workspace: UnsafeMutableRawPointer, _ x: UnsafePointer<Float>, batch: Int, into y: UnsafeMutablePointer<Float>,
    power: UnsafeMutablePointer<Float>? = nil
  ) throws(MemSimError) {
    try forward(workspace, x, batch: batch, into: y, power: power, FloatLanes.self)
  }

  public func forward(
    _ workspace: UnsafeMutableRawPointer, _ x: UnsafePointer<Double>, batch: Int,
    into y: UnsafeMutablePointer<Double>, power: UnsafeMutablePointer<Double>? = nil
  ) throws(MemSimError) {
    try forward(workspace, x, batch: batch, into: y, power: power, DoubleLanes.self)
  }

  /// See the generic `backward`.
  public func backward(
    _ workspace: UnsafeMutableRawPointer, _ weights: UnsafePointer<Float>, _ x: UnsafePointer<Float>,
    _ y: UnsafePointer<Float>, _ gradY: UnsafePointer<Float>, batch: Int, penalty: Double = 0,
    gradX: UnsafeMutablePointer<Float>?, gradWeights: UnsafeMutablePointer<Float>
  ) throws(MemSimError) {
    try backward(
      workspace, weights, x, y, gradY, batch: batch, penalty: penalty, gradX: gradX, gradWeights: gradWeights,
      FloatLanes.self)
  }

  public func backward(
    _ workspace: UnsafeMutableRawPointer, _ weights: UnsafePointer<Double>, _ x: UnsafePointer<Double>,
    _ y: UnsafePointer<Double>, _ gradY: UnsafePointer<Double>, batch: Int, penalty: Double = 0,
    gradX: UnsafeMutablePointer<Double>?, gradWeights: UnsafeMutablePointer<Double>
  ) throws(MemSimError) {
    try backward(
      workspace, weights, x, y, gradY, batch: batch, penalty: penalty, gradX: gradX, gradWeights: gradWeights,
      DoubleLanes.self)
  }
}

extension WeightPairs {
  package static func map(
    _ weights: UnsafePointer<Float>, count: Int, _ mapping: PairMapping, into pairs: UnsafeMutablePointer<Float>
  ) throws(MemSimError) {
    try self.pairs(weights, count: count, mapping, into: pairs)
  }

  package static func map(
    _ weights: UnsafePointer<Double>, count: Int, _ mapping: PairMapping, into pairs: UnsafeMutablePointer<Double>
  ) throws(MemSimError) {
    try self.pairs(weights, count: count, mapping, into: pairs)
  }

  package static func backward(
    _ weights: UnsafePointer<Float>, count: Int, _ mapping: PairMapping, gradPairs: UnsafePointer<Float>,
    into gradient: UnsafeMutablePointer<Float>
  ) throws(MemSimError) {
    try gradients(weights, count: count, mapping, gradPairs: gradPairs, into: gradient)
  }

  package static func backward(
    _ weights: UnsafePointer<Double>, count: Int, _ mapping: PairMapping, gradPairs: UnsafePointer<Double>,
    into gradient: UnsafeMutablePointer<Double>
  ) throws(MemSimError) {
    try gradients(weights, count: count, mapping, gradPairs: gradPairs, into: gradient)
  }
}
