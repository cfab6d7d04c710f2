import Foundation
import MemSimCore

/// The golden vectors of JART VCM v1b and arrays with their parameters.
enum Jart {
  nonisolated(unsafe) static let golden = try! Golden.json("jart_vcm_v1b.json")

  typealias Parameters = [(name: String, values: [Double])]
  typealias Options = [(name: String, choice: String)]

  /// "det": hard stop and pi as 3.1416, as the deterministic file has them; "var": the card's defaults.
  static func parameters(_ variant: String) -> Parameters { variant == "det" ? [("limiter", [0])] : [] }
  static func options(_ variant: String) -> Options { variant == "det" ? [("constants", "det")] : [] }

  static func array(
    _ variant: String, cells: Int = 1, method: String = "map", _ parameters: Parameters = []
  ) throws -> DeviceArray {
    try DeviceArray(
      "jart-vcm-v1b", rows: 1, columns: cells, parameters: Jart.parameters(variant) + parameters,
      options: Jart.options(variant) + [("method", method)])
  }

  static func rows(_ key: String) -> [[String: Any]] { golden.object(key)["rows"] as! [[String: Any]] }
}

/// The card's quantities of cells at `volts`, by name; in single precision if `Number` is Float.
func evaluate<Number: BinaryFloatingPoint>(
  _ variant: String, volts: [Number], n: [Double], _ names: [String] = ["current", "temperature", "interface_voltage", "rate"]
) throws -> [String: [Number]] {
  let model = try DeviceModel.named("jart-vcm-v1b")
  let settings = try ModelSettings(model.card, parameters: Jart.parameters(variant), options: Jart.options(variant))
  let out = names.map { _ in UnsafeMutableBufferPointer<Number>.allocate(capacity: volts.count) }
  defer { out.forEach { $0.deallocate() } }
  try volts.withUnsafeBytes { volt in
    try n.withUnsafeBytes { state in
      let precision: Precision = Number.self == Float.self ? .float : .double
      try model.evaluate(
        settings, volts: Operand(volt.baseAddress!, precision, count: volts.count),
        states: [("N", Operand(state.baseAddress!, .double, count: n.count))], count: volts.count,
        outputs: zip(names, out).map { ($0, UnsafeMutableRawPointer($1.baseAddress!)) })
    }
  }
  return Dictionary(uniqueKeysWithValues: zip(names, out.map(Array.init)))
}

/// Calls of arrays with double precision and time.
extension DeviceArray {
  private func withDoubles<R>(_ values: [Double], _ body: (Operand) throws -> R) throws -> R {
    try values.withUnsafeBytes { try body(Operand($0.baseAddress!, .double, count: values.count)) }
  }

  func setDoubles(_ name: String, _ values: [Double]) throws { try withDoubles(values) { try setState(name, to: $0) } }

  func doubles(_ name: String) throws -> [Double] {
    var values = [Double](repeating: 0, count: count)
    try values.withUnsafeMutableBytes { try state(name, into: $0.baseAddress!, .double, count: count) }
    return values
  }

  func hold(_ volts: [Double], _ durations: [Double]) throws {
    try withDoubles(volts) { volts in try withDoubles(durations) { try apply(volts, durations: $0) } }
  }

  func conductances(_ volts: Double) throws -> [Double] {
    var values = [Double](repeating: 0, count: count)
    try withDoubles([volts]) { volts in try values.withUnsafeMutableBytes { try conductance(volts, into: $0.baseAddress!) } }
    return values
  }

  func pulseAll(_ counts: [Int32]) throws {
    try counts.withUnsafeBufferPointer { try pulse(CountOperand($0.baseAddress!, count: counts.count)) }
  }

  /// Currents [points x cells].
  func trace(_ times: [Double], _ volts: [Double]) throws -> [Double] {
    var currents = [Double](repeating: 0, count: times.count * count)
    try times.withUnsafeBufferPointer { t in
      try volts.withUnsafeBufferPointer { v in
        let waveform = Waveform(times: t.baseAddress!, volts: v.baseAddress!, count: t.count)
        try currents.withUnsafeMutableBytes { try sweep(waveform, into: $0.baseAddress!, .double) }
      }
    }
    return currents
  }
}
