import Foundation
import MemSimCore
import Testing

/// The lognormal spread against values computed elsewhere, by way of the formula written down once more.
@Suite struct NonidealitySpreadTests {
  private let rows = try! Golden.json("nonideality_aware_training.json")["d2d"] as! [[String: Any]]
  private static let tolerance = 1e-12

  /// The spread as published: G' and its derivative by G.
  private static func spread(
    _ g: Double, _ z: Double, _ on: Double, _ off: Double, _ window: ConductanceWindow
  ) -> (g: Double, slope: Double) {
    let (least, most) = (1 / window.on, 1 / window.off)
    let part = (1 / g - least) / (most - least)
    let s = on + min(max(part, 0), 1) * (off - on)
    let factor = exp(s * s / 2 - s * z)
    let bySize = part > 0 && part < 1 ? (off - on) / (most - least) : 0
    return (g * factor, factor * (1 - (s - z) / g * bySize))
  }

  @Test func spreadIsAsPublished() throws {
    for row in rows {
      let window = try ConductanceWindow(off: row.number("G_off"), on: row.number("G_on"))
      let (on, off, g, z) = (row.number("R_on_log_std"), row.number("R_off_log_std"), row.number("G"), row.number("z"))
      let got = Self.spread(g, z, on, off, window).g
      #expect(abs(got / row.number("G_out") - 1) <= Self.tolerance, "\(got) at \(row)")
      let h = 1e-5 * g, ends = [window.off, window.on]
      if ends.contains(where: { abs($0 - g) < 2 * h }) { continue }
      let (up, down) = (Self.spread(g + h, z, on, off, window).g, Self.spread(g - h, z, on, off, window).g)
      let slope = Self.spread(g, z, on, off, window).slope
      // h² of the third derivative, and roundings over h.
      #expect(abs((up - down) / (2 * h) - slope) < 1e-8 * max(1, abs(slope)), "slope at \(row)")
    }
  }

  /// The layer's devices are spread by that very formula: conductances and, through gradients of ohmic devices, slopes.
  @Test(arguments: [(0.25, 0.25), (0.05, 0.5), (0.5, 0.5), (0.7, 0.1)]) func layersSpreadSo(on: Double, off: Double) throws {
    let layer = try MemristiveLayer(70, 20, [("lognormal", [("sigma_on", [on]), ("sigma_off", [off])])], bias: false)
    let weights: [Double] = layerWeights(layer), key = LayerKey(seed: 3, call: 9)
    let z = DeviceNumbers(key, layer.rows, layer.columns).plane(0, position: 0, channel: 0)
    let gain = (siox.on - siox.off) / weights.max()!
    let g = try layer.conductances(weights, key)
    // Every input on its own: the gradient of a pair's difference shows the slope of each of its devices.
    let x = (0..<70 * 70).map { $0 % 71 == 0 ? 1.0 : 0 }, ones = [Double](repeating: 1, count: 70 * 20)
    let drawn = try DrawnLayer(layer, weights, key)
    let gradient = try drawn.backward(x, drawn.outputs(x), ones).weights
    for i in weights.indices {
      let want = Self.spread(gain * weights[i] + siox.off, z[i], on, off, siox)
      #expect(abs(g[i] / want.g - 1) <= Self.tolerance, "device \(i)")
      // At the ends of the window the formula has two slopes.
      if weights[i] == 0 || weights[i] == weights.max()! { continue }
      let slope = i % 2 == 0 ? gradient[i] : -gradient[i]
      #expect(abs(slope - want.slope) <= Self.tolerance * max(1, abs(want.slope)), "slope of device \(i)")
    }
  }
  /// At the low end of the window weights can only rise and at the high end, where others hold the scale, only fall: a
  /// device there has the slope of the inside, whatever its conductance is rounded to.
  @Test func spreadAtTheEndsOfAnyWindow() throws {
    let windows = try (0..<40).map {
      try ConductanceWindow(off: 1e-6 * (1 + Double($0) / 37), on: 1e-5 * (1 + Double($0) / 23))
    }
    #expect(try windows.filter { try errorsAtEnds($0, Double.self) > 1e-7 }.isEmpty)
    // Some ten roundings of slopes of some units.
    #expect(try windows.filter { try errorsAtEnds($0, Float.self) > 1e-5 }.isEmpty)
  }

  /// The largest error of a slope at the ends of the window.
  private func errorsAtEnds<T: LayerScalar>(_ window: ConductanceWindow, _: T.Type) throws -> Double {
    let layer = try MemristiveLayer(
      inputs: 1, outputs: 8, bias: false, window: window,
      nonidealities: [("lognormal", [("sigma_on", [0.1]), ("sigma_off", [0.6])])])
    let weights = (0..<16).map { 0.7 * T($0 / 2 % 2) }
    let z = DeviceNumbers(LayerKey(), 1, 16).plane(0, position: 0, channel: 0)
    let drawn = try DrawnLayer(layer, weights)
    let gradient = try drawn.backward([1], drawn.outputs([1]), [T](repeating: 1, count: 8)).weights
    let errors = (0..<16).map { i in
      let inside = weights[i] == 0 ? window.off * (1 + 1e-9) : window.on * (1 - 1e-9)
      return Double(gradient[i]) - (i % 2 == 0 ? 1 : -1) * Self.spread(inside, z[i], 0.1, 0.6, window).slope
    }
    // What all the largest have in common is what the scale gives them.
    let low = (0..<16).filter { weights[$0] == 0 }.map { abs(errors[$0]) }
    let high = (0..<16).filter { weights[$0] > 0 }.map { errors[$0] }
    return max(low.max()!, high.max()! - high.min()!)
  }
}
