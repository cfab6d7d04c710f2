import CMemSimSIMD

/// Currents [A] of eight devices and their slopes [S].
struct Flow {
  var current, slope: DoubleLanes
}

/// I-V law of what stands in series with a device. Increasing in the voltage, 0 at 0 V.
protocol SelectorLaw: Sendable {
  static var card: ModelCard { get }
  init(_ settings: ModelSettings) throws(MemSimError)
  /// V of the gate, one for all word lines or one for each; empty without a gate.
  var gates: [Double] { get }
  func flow(_ volts: DoubleLanes, gate: DoubleLanes) -> Flow
}

extension SelectorLaw {
  var gates: [Double] { [] }
}

/// What stands in series with every device of a crossbar: a card, and how to make it.
public struct SelectorKind: Catalogued {
  public static let kind = "selector"
  public let card: ModelCard
  let make: @Sendable (ModelSettings) throws(MemSimError) -> any SelectorLaw

  /// Every selector, in the order the C API lists them. Add new ones at the end.
  public static let all: [SelectorKind] = [kind(ExponentialSelector.self), kind(ThresholdSelector.self), kind(Transistor.self)]

  private static func kind<Law: SelectorLaw>(_: Law.Type) -> SelectorKind {
    SelectorKind(card: Law.card) { (settings) throws(MemSimError) in try Law(settings) }
  }
}

/// A selector of one crossbar.
struct Selector: Sendable {
  private let law: any SelectorLaw
  private let gates: [Double]

  /// Errors: argument, shape (neither one gate voltage nor one a word line).
  init(_ name: String, _ parameters: [(name: String, values: [Double])], rows: Int) throws(MemSimError) {
    let kind = try SelectorKind.named(name)
    law = try kind.make(try ModelSettings(kind.card, parameters: parameters))
    gates = law.gates
    guard gates.count <= 1 || gates.count == rows else {
      throw .shape("parameter \"gate\" must have 1 or \(rows) values, got \(gates.count)")
    }
  }

  func gate(_ row: Int) -> Double { gates.isEmpty ? 0 : gates.count == 1 ? gates[0] : row < gates.count ? gates[row] : 0 }

  func flow(_ volts: DoubleLanes, _ gate: DoubleLanes) -> Flow { law.flow(volts, gate: gate) }

  /// Device and selector at a common current, by Newton's method within a bracket that shrinks.
  ///
  /// - Parameters: start, the selectors' voltages to begin with.
  func inSeries(
    _ volts: DoubleLanes, _ gate: DoubleLanes, start: DoubleLanes, _ device: (DoubleLanes) -> Flow
  ) -> (flow: Flow, selectorVolts: DoubleLanes) {
    let both = inSeries(
      WideLanes(low: volts, high: .zero), WideLanes(low: gate, high: .zero), start: WideLanes(low: start, high: .zero)
    ) { v in
      let flow = device(v.low)
      return WideFlow(current: WideLanes(low: flow.current, high: .zero), slope: WideLanes(low: flow.slope, high: .zero))
    }
    return (Flow(current: both.flow.current.low, slope: both.flow.slope.low), both.selectorVolts.low)
  }

  func inSeries(
    _ volts: WideLanes, _ gate: WideLanes, start: WideLanes, _ device: (WideLanes) -> WideFlow
  ) -> (flow: WideFlow, selectorVolts: WideLanes) {
    var low = volts.replacing(with: 0, where: volts .> .zero), high = volts.replacing(with: 0, where: volts .< .zero)
    var x = start.clamped(lowerBound: low, upperBound: high)
    var result = WideFlow(current: .zero, slope: .zero)
    for _ in 0..<200 {
      let (s, d) = (wide(x, gate), device(volts - x))
      let excess = s.current - d.current
      let sum = s.slope + d.slope
      // Of the two currents the one that a mistake in x changes less.
      result.current = d.current.replacing(with: s.current, where: s.slope .< d.slope)
      result.slope = (s.slope * d.slope / sum).replacing(with: 0, where: .!(sum .> .zero))
      high = high.replacing(with: x, where: excess .> .zero)
      low = low.replacing(with: x, where: excess .<= .zero)
      let newton = x - excess / sum
      let isInside = (newton .> low) .& (newton .< high)
      let next = (0.5 * (low + high)).replacing(with: newton, where: isInside)
      let moved = next - x
      x = next
      if moved.magnitudes.max() <= 2e-16 * volts.magnitudes.max() { break }
    }
    return (result, x)
  }

  private func wide(_ x: WideLanes, _ gate: WideLanes) -> WideFlow {
    let (a, b) = (law.flow(x.low, gate: gate.low), law.flow(x.high, gate: gate.high))
    return WideFlow(current: WideLanes(low: a.current, high: b.current), slope: WideLanes(low: a.slope, high: b.slope))
  }
}

extension SIMD16 where Scalar == Double {
  fileprivate var magnitudes: WideLanes { WideLanes(low: ms_abs_d(low), high: ms_abs_d(high)) }
}
