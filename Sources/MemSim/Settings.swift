import CMemSim
import MemSimCore

// What differs from a model's defaults, as arrays and evaluations take it.

/// Longest list of parameters, options, states or outputs: longer ones are mistakes.
private let listLimit = 4096

/// A caller's list, given as a pointer and a count. Errors: argument, naming it.
func list<T>(
  _ pointer: UnsafePointer<T>?, _ count: Int, _ name: StaticString, _ countName: StaticString
) throws(MemSimError) -> UnsafeBufferPointer<T> {
  guard count != 0 else { return UnsafeBufferPointer(start: nil, count: 0) }
  guard count > 0, count <= listLimit else {
    throw .argument("\(countName) must be at most \(listLimit), got \(UInt(bitPattern: count))")
  }
  return UnsafeBufferPointer(start: try required(pointer, name), count: count)
}

func parameters(
  _ params: UnsafePointer<memsim_param>?, _ count: Int
) throws(MemSimError) -> [(name: String, values: [Double])] {
  var parameters: [(name: String, values: [Double])] = []
  for param in try list(params, count, "def.params", "def.param_count") {
    guard param.count > 0, param.count <= 1 << 20 else {
      throw .shape("def.params: a count must be 1...2^20, got \(UInt(bitPattern: param.count))")
    }
    let values = UnsafeBufferPointer(start: try required(param.values, "def.params[].values"), count: param.count)
    parameters.append((try text(param.name, "def.params[].name"), Array(values)))
  }
  return parameters
}

func options(
  _ options: UnsafePointer<memsim_option>?, _ count: Int
) throws(MemSimError) -> [(name: String, choice: String)] {
  var chosen: [(name: String, choice: String)] = []
  for option in try list(options, count, "def.options", "def.option_count") {
    chosen.append((try text(option.name, "def.options[].name"), try text(option.choice, "def.options[].choice")))
  }
  return chosen
}

/// The text a caller passed, or nil for NULL.
func optionalText(_ pointer: UnsafePointer<CChar>?) -> String? { pointer.map { String(cString: $0) } }
