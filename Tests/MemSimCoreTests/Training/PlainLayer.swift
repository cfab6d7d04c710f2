import Foundation
import MemSimCore
import Testing

/// A sum, and the sum of its terms' magnitudes, to which rounding is relative.
struct Sum {
  var value = 0.0
  var size = 0.0
  mutating func add(_ term: Double, size more: Double? = nil) {
    value += term
    size += more ?? abs(term)
  }
}

/// An I-V law as published, with its default parameters.
enum PlainLaw: String, CaseIterable, Sendable {
  case ohmic
  case pooleFrenkel = "poole-frenkel"
  case nParameter = "n-parameter"

  var nonidealities: Nonidealities { self == .ohmic ? [] : [(rawValue, [])] }

  /// Current of a device, and its derivatives by conductance and voltage.
  func current(_ g: Double, _ v: Double, _ z: SIMD2<Double>) -> (i: Double, byG: Double, byV: Double) {
    switch self {
    case .ohmic: return (g * v, v, g)
    case .pooleFrenkel:
      let (cc, cd, dd) = (0.03208286768622609, 0.0927270014831381, 0.32510818431689975)
      let (l11, l21) = (sqrt(cc), cd / sqrt(cc))
      let c = exp(1.0302302706254205 * log(g) - 0.2505956863510743 + l11 * z.x)
      let d = exp(0.09010778171390911 * log(g) - 37.11860705159415 + l21 * z.x + sqrt(dd - l21 * l21) * z.y)
      let bend = 1.602176634e-19 / (1.380649e-23 * 293.15) * sqrt(1.602176634e-19 / (.pi * d)) * sqrt(abs(v))
      let i = c * v * exp(bend)
      return (i, i / g * (1.0302302706254205 - 0.5 * 0.09010778171390911 * bend), c * exp(bend) * (1 + 0.5 * bend))
    case .nParameter:
      let power = log2(2.989 + 0.3689 * z.x)
      let i = copysign(0.25 * g * pow(abs(v) / 0.25, power), v)
      // The slope at 0 V is that at 1e-12 of the reference, so that n = 2 has one.
      return (i, i / g, power * g * pow(max(abs(v) / 0.25, 1e-12), power - 1))
    }
  }
}

/// Devices of one sample: [rows x columns].
struct PlainDevices {
  var conductance: [Double]
  /// Of the conductance by that which was programmed.
  var slope: [Double]
  var normals: [SIMD2<Double>]
}

/// A layer by its definition, device by device, in double precision.
struct PlainLayer {
  let layer: MemristiveLayer
  let law: PlainLaw
  let weights: [Double]
  let devices: (_ sample: Int) -> PlainDevices

  /// k_G [S], and y per A.
  private let largest, gainG, gainY: Double

  /// Devices as programmed, whose law takes the numbers of `key` by their address.
  init(_ layer: MemristiveLayer, _ law: PlainLaw, _ weights: [Double], _ key: LayerKey) {
    let gain = (layer.window.on - layer.window.off) / weights.max()!
    let conductance = weights.map { gain * $0 + layer.window.off }
    let numbers = DeviceNumbers(key, layer.rows, layer.columns)
    func drawn(_ sample: Int) -> PlainDevices {
      PlainDevices(
        conductance: conductance, slope: conductance.map { _ in 1 }, normals: numbers.ofLaw(law, sample: sample))
    }
    let shared = drawn(0)
    self.init(layer: layer, law: law, weights: weights) { layer.redraw == .call ? shared : drawn($0) }
  }

  init(layer: MemristiveLayer, law: PlainLaw, weights: [Double], devices: @escaping (Int) -> PlainDevices) {
    (self.layer, self.law, self.weights, self.devices) = (layer, law, weights, devices)
    largest = weights.max()!
    gainG = (layer.window.on - layer.window.off) / largest
    gainY = 1 / (layer.scale * gainG)
  }

  func forward(_ x: [Double]) -> (y: [Sum], power: [Sum]) {
    let batch = x.count / layer.inputs
    var (y, power) = ([Sum](repeating: Sum(), count: batch * layer.outputs), [Sum](repeating: Sum(), count: batch))
    each(x) { sample, _, column, v, device, _ in
      y[sample * layer.outputs + column / 2].add((column % 2 == 0 ? gainY : -gainY) * device.i)
      power[sample].add(abs(v * device.i))
    }
    return (y, power)
  }

  func backward(_ x: [Double], _ y: [Sum], _ gradY: [Double], penalty: Double = 0) -> (x: [Sum], weights: [Sum]) {
    var gradX = [Sum](repeating: Sum(), count: x.count)
    var gradient = [Sum](repeating: Sum(), count: weights.count)
    each(x) { sample, row, column, _, device, slope in
      let gamma = (column % 2 == 0 ? gainY : -gainY) * gradY[sample * layer.outputs + column / 2]
      gradient[row * layer.columns + column].add(gainG * gamma * device.byG * slope)
      if row < layer.inputs { gradX[sample * layer.inputs + row].add(layer.scale * gamma * device.byV) }
    }
    var share = Sum()
    for (y, g) in zip(y, gradY) { share.add(g * y.value / largest, size: abs(g) * y.size / largest) }
    for (g, w) in zip(gradient, weights) { share.add(-g.value * w / largest, size: g.size * w / largest) }
    let ties = Double(weights.count { $0 == largest })
    for (i, w) in weights.enumerated() {
      if w > 0 { gradient[i].add(penalty) }
      if w == largest { gradient[i].add(share.value / ties, size: share.size / ties) }
    }
    return (gradX, gradient)
  }

  /// Calls `body` for every device of every sample.
  private func each(
    _ x: [Double],
    _ body: (
      _ sample: Int, _ row: Int, _ column: Int, _ v: Double, _ device: (i: Double, byG: Double, byV: Double),
      _ slope: Double
    ) -> Void
  ) {
    for sample in 0..<x.count / layer.inputs {
      let devices = devices(sample)
      for row in 0..<layer.rows {
        let v = layer.scale * (row < layer.inputs ? x[sample * layer.inputs + row] : 1)
        for column in 0..<layer.columns {
          let at = row * layer.columns + column
          let device = law.current(devices.conductance[at], v, devices.normals[at])
          body(sample, row, column, v, device, devices.slope[at])
        }
      }
    }
  }
}

/// Every number is the sum it should be but for `roundings` roundings of its terms' magnitudes.
func expectSums<T: LayerScalar>(_ got: [T], _ want: [Sum], roundings: Int, _ what: String) {
  #expect(got.count == want.count, "\(what)")
  let bound = Double(T.ulpOfOne) / 2 * Double(roundings)
  let bad = zip(got, want).enumerated().first { !(abs(Double($1.0) - $1.1.value) <= bound * $1.1.size) }
  let text = bad.map { "\($0.offset): \($0.element.0), not \($0.element.1.value), of size \($0.element.1.size)" }
  #expect(bad == nil, "\(T.self), \(what) \(text ?? "")")
}
