import Foundation
import MemSimCore
import Testing

/// A trained step of a 5-4-3 network on Poole-Frenkel devices, against values computed elsewhere with the same normals.
@Suite struct NetworkGoldenTests {
  private let golden = try! Golden.json("nonideality_aware_training.json").object("network")

  private func flat(_ rows: [[Double]]) -> [Double] { rows.flatMap { $0 } }
  private func normals(_ key: String) -> [Double] {
    (golden[key] as! [[[NSNumber]]]).flatMap { $0.flatMap { $0.map(\.doubleValue) } }
  }

  /// As close as `tolerance` relative to the largest.
  private func expect<T: LayerScalar>(_ got: [T], _ key: String, _ tolerance: Double) {
    let want = flat(golden.rows(key))
    #expect(got.count == want.count)
    let largest = want.reduce(0) { max($0, abs($1)) }
    for (g, w) in zip(got, want) { #expect(abs(Double(g) - w) <= tolerance * largest, "\(key): \(g), not \(w)") }
  }

  /// Sums of few terms of exponentials of exponents up to 40, in double precision.
  @Test func doubles() throws { try step(1e-12, Double.self) }

  /// The same at 2^-24.
  @Test func floats() throws { try step(1e-5, Float.self) }

  private func step<T: LayerScalar>(_ tolerance: Double, _: T.Type) throws {
    let law: Nonidealities = [("poole-frenkel", [])]
    let scale = golden.number("k_V")
    let first = try DrawnLayer(
      try MemristiveLayer(5, 4, law, scale: scale), flat(golden.rows("W1")).map { T($0) }, replay: normals("z1"))
    let second = try DrawnLayer(
      try MemristiveLayer(4, 3, law, scale: scale), flat(golden.rows("W2")).map { T($0) }, replay: normals("z2"))

    let x = flat(golden.rows("x")).map { T($0) }
    let hidden = try first.forward(x)
    let active = hidden.y.map { T(1 / (1 + exp(-Double($0)))) }
    let logits = try second.forward(active)
    expect(hidden.y, "pre_sigmoid", tolerance)
    expect(logits.y, "logits", tolerance)
    let power = (hidden.power + logits.power).reduce(0) { $0 + Double($1) } / 3
    #expect(abs(power / golden.number("avg_power_both_layers") - 1) <= tolerance)

    let (loss, gradLogits) = crossEntropy(logits.y)
    #expect(abs(loss / golden.number("loss") - 1) <= tolerance)
    let back = try second.backward(active, logits.y, gradLogits)
    let gradHidden = zip(back.x, active).map { T(Double($0) * Double($1) * (1 - Double($1))) }
    expect(back.weights, "grad_W2", tolerance)
    expect(try first.backward(x, hidden.y, gradHidden).weights, "grad_W1", tolerance)
    expect(try first.weightGradients(x, hidden.y, gradHidden), "grad_W1", tolerance)
  }

  /// Mean over the samples, and its gradient.
  private func crossEntropy<T: LayerScalar>(_ logits: [T]) -> (loss: Double, gradient: [T]) {
    let labels = golden.numbers("y").map { Int($0) }
    var (loss, gradient) = (0.0, [T]())
    for (sample, label) in labels.enumerated() {
      let e = (0..<3).map { exp(Double(logits[3 * sample + $0])) }
      let sum = e.reduce(0, +)
      loss -= log(e[label] / sum) / 3
      for k in 0..<3 { gradient.append(T((e[k] / sum - (k == label ? 1 : 0)) / 3)) }
    }
    return (loss, gradient)
  }
}
