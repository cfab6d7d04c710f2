import MemSimCore
import Testing

typealias Nonidealities = [(name: String, parameters: [(name: String, values: [Double])])]

/// A precision of layers, for tests that are written once for both.
protocol LayerScalar: BinaryFloatingPoint, Sendable where RawSignificand: FixedWidthInteger {
  static var precision: Precision { get }
  static func draw(
    _ layer: MemristiveLayer, _ weights: [Self], _ key: LayerKey, _ replay: UnsafePointer<Double>?,
    _ workspace: UnsafeMutableRawPointer) throws
  static func conductances(
    _ layer: MemristiveLayer, _ weights: [Self], _ key: LayerKey, _ out: UnsafeMutablePointer<Self>) throws
  static func forward(
    _ layer: MemristiveLayer, _ workspace: UnsafeMutableRawPointer, _ x: [Self], _ batch: Int,
    _ y: UnsafeMutablePointer<Self>, _ power: UnsafeMutablePointer<Self>?) throws
  static func backward(
    _ layer: MemristiveLayer, _ workspace: UnsafeMutableRawPointer, _ weights: [Self], _ x: [Self], _ y: [Self],
    _ gradY: [Self], _ batch: Int, _ penalty: Double, _ gradX: UnsafeMutablePointer<Self>?,
    _ gradWeights: UnsafeMutablePointer<Self>) throws
}

extension MemristiveLayer {
  /// A layer on the high-resistance window of SiOx.
  convenience init(
    _ inputs: Int, _ outputs: Int, _ nonidealities: Nonidealities = [], bias: Bool = true, redraw: Redraw = .call,
    scale: Double = 0.5, context: Context = .shared
  ) throws {
    try self.init(
      inputs: inputs, outputs: outputs, bias: bias, window: siox, scale: scale, nonidealities: nonidealities,
      redraw: redraw, context: context)
  }

  func conductances<T: LayerScalar>(_ weights: [T], _ key: LayerKey = LayerKey()) throws -> [T] {
    try guarded(rows * columns) { try T.conductances(self, weights, key, $0) }
  }
}

let siox = try! ConductanceWindow(off: 5.248407497001691e-07, on: 2.6242037485008458e-06)

/// The devices of one draw, with weights and results in arrays.
final class DrawnLayer<T: LayerScalar> {
  let layer: MemristiveLayer
  let weights: [T]
  private let memory: UnsafeMutableRawPointer

  init(_ layer: MemristiveLayer, _ weights: [T], _ key: LayerKey = LayerKey(), replay: [Double]? = nil) throws {
    (self.layer, self.weights) = (layer, weights)
    let bytes = layer.workspaceBytes(T.precision)
    memory = .allocate(byteCount: bytes + 64, alignment: 64)
    memory.initializeMemory(as: UInt8.self, repeating: 0xA5, count: bytes + 64)
    try (replay ?? []).withUnsafeBufferPointer {
      try T.draw(layer, weights, key, replay == nil ? nil : $0.baseAddress!, memory)
    }
    let after = UnsafeRawBufferPointer(start: memory + bytes, count: 64)
    #expect(after.allSatisfy { $0 == 0xA5 }, "the workspace is longer than it says")
  }

  deinit { memory.deallocate() }

  func outputs(_ x: [T]) throws -> [T] {
    let batch = x.count / layer.inputs
    return try guarded(batch * layer.outputs) { try T.forward(layer, memory, x, batch, $0, nil) }
  }

  func forward(_ x: [T]) throws -> (y: [T], power: [T]) {
    let batch = x.count / layer.inputs
    var y: [T] = []
    let power = try guarded(batch) { power in
      y = try guarded(batch * layer.outputs) { try T.forward(layer, memory, x, batch, $0, power) }
    }
    return (y, power)
  }

  /// Gradients of a loss whose derivatives by the outputs are `gradY` at `y`.
  func backward(_ x: [T], _ y: [T], _ gradY: [T], penalty: Double = 0) throws -> (x: [T], weights: [T]) {
    let batch = x.count / layer.inputs
    var gradX: [T] = []
    let gradWeights = try guarded(weights.count) { gradWeights in
      gradX = try guarded(x.count) {
        try T.backward(layer, memory, weights, x, y, gradY, batch, penalty, $0, gradWeights)
      }
    }
    return (gradX, gradWeights)
  }

  /// The same for the weights alone.
  func weightGradients(_ x: [T], _ y: [T], _ gradY: [T]) throws -> [T] {
    let batch = x.count / layer.inputs
    return try guarded(weights.count) { try T.backward(layer, memory, weights, x, y, gradY, batch, 0, nil, $0) }
  }
}

/// Inputs as a network has them: in 0..<1, a third of them 0, and some negative.
func layerInputs<T: LayerScalar>(_ count: Int, _ seed: UInt64 = 3) -> [T] {
  patternless(count, seed, Double.self).enumerated().map { i, u in
    abs(u) < 1.0 / 3 ? 0 : T(Float(i % 7 == 6 ? -abs(u) : abs(u)))
  }
}

/// Weights in 0..<2 of which some are 0, the largest at a place without pattern.
func layerWeights<T: LayerScalar>(_ layer: MemristiveLayer, _ seed: UInt64 = 4) -> [T] {
  patternless(layer.rows * layer.columns, seed, Double.self).map { abs($0) < 0.1 ? 0 : T(Float(1 + $0)) }
}

extension Float: LayerScalar {
  static var precision: Precision { .float }
  static func draw(
    _ layer: MemristiveLayer, _ weights: [Float], _ key: LayerKey, _ replay: UnsafePointer<Double>?,
    _ workspace: UnsafeMutableRawPointer
  ) throws { try layer.draw(weights, key, replay: replay, into: workspace) }
  static func conductances(
    _ layer: MemristiveLayer, _ weights: [Float], _ key: LayerKey, _ out: UnsafeMutablePointer<Float>
  ) throws { try layer.conductances(weights, key, into: out) }
  static func forward(
    _ layer: MemristiveLayer, _ workspace: UnsafeMutableRawPointer, _ x: [Float], _ batch: Int,
    _ y: UnsafeMutablePointer<Float>, _ power: UnsafeMutablePointer<Float>?
  ) throws { try layer.forward(workspace, x, batch: batch, into: y, power: power) }
  static func backward(
    _ layer: MemristiveLayer, _ workspace: UnsafeMutableRawPointer, _ weights: [Float], _ x: [Float], _ y: [Float],
    _ gradY: [Float], _ batch: Int, _ penalty: Double, _ gradX: UnsafeMutablePointer<Float>?,
    _ gradWeights: UnsafeMutablePointer<Float>
  ) throws {
    try layer.backward(
      workspace, weights, x, y, gradY, batch: batch, penalty: penalty, gradX: gradX, gradWeights: gradWeights)
  }
}

extension Double: LayerScalar {
  static var precision: Precision { .double }
  static func draw(
    _ layer: MemristiveLayer, _ weights: [Double], _ key: LayerKey, _ replay: UnsafePointer<Double>?,
    _ workspace: UnsafeMutableRawPointer
  ) throws { try layer.draw(weights, key, replay: replay, into: workspace) }
  static func conductances(
    _ layer: MemristiveLayer, _ weights: [Double], _ key: LayerKey, _ out: UnsafeMutablePointer<Double>
  ) throws { try layer.conductances(weights, key, into: out) }
  static func forward(
    _ layer: MemristiveLayer, _ workspace: UnsafeMutableRawPointer, _ x: [Double], _ batch: Int,
    _ y: UnsafeMutablePointer<Double>, _ power: UnsafeMutablePointer<Double>?
  ) throws { try layer.forward(workspace, x, batch: batch, into: y, power: power) }
  static func backward(
    _ layer: MemristiveLayer, _ workspace: UnsafeMutableRawPointer, _ weights: [Double], _ x: [Double], _ y: [Double],
    _ gradY: [Double], _ batch: Int, _ penalty: Double, _ gradX: UnsafeMutablePointer<Double>?,
    _ gradWeights: UnsafeMutablePointer<Double>
  ) throws {
    try layer.backward(
      workspace, weights, x, y, gradY, batch: batch, penalty: penalty, gradX: gradX, gradWeights: gradWeights)
  }
}
