import CMemSim
import MemSimCore

private var evaluateDefaults: memsim_evaluate_def {
  memsim_evaluate_def(
    size: UInt32(MemoryLayout<memsim_evaluate_def>.size), dtype: Int32(MEMSIM_FLOAT64.rawValue),
    model: memsim_model_name(0), preset: nil, params: nil, param_count: 0, options: nil, option_count: 0,
    volts: nil, volts_count: 1, states: nil, state_count: 0, count: 1)
}

@_cdecl("memsim_evaluate_def_init") @implementation
public func memsim_evaluate_def_init(_ def: UnsafeMutablePointer<memsim_evaluate_def>!, _ size: Int) -> memsim_status {
  guarded { () throws(MemSimError) in try writeDefaults(evaluateDefaults, to: def, size: size) }
}

@_cdecl("memsim_model_evaluate") @implementation
public func memsim_model_evaluate(
  _ owner: OpaquePointer!, _ def: UnsafePointer<memsim_evaluate_def>!, _ outputs: UnsafePointer<memsim_output>!,
  _ outputCount: Int
) -> memsim_status {
  guarded { () throws(MemSimError) in
    let def = try readDef(try required(def, "def"), defaults: evaluateDefaults)
    guard def.count >= 1, def.count <= 1 << 31 else { throw .shape("def.count must be 1...2^31, got \(def.count)") }
    let model = try DeviceModel.named(text(def.model, "def.model"))
    let settings = try ModelSettings(
      model.card, preset: optionalText(def.preset), parameters: parameters(def.params, def.param_count),
      options: options(def.options, def.option_count))
    try model.evaluate(
      settings, volts: operand(def.volts, elementType(def), def.volts_count, "volts"), states: states(def),
      count: Int(def.count), outputs: targets(outputs, outputCount), context: context(owner))
  }
}

private func elementType(_ def: memsim_evaluate_def) throws(MemSimError) -> memsim_dtype {
  guard let value = UInt32(exactly: def.dtype) else {
    throw .argument("def.dtype must be MEMSIM_FLOAT32 or MEMSIM_FLOAT64, got \(def.dtype)")
  }
  return memsim_dtype(value)
}

private func states(_ def: memsim_evaluate_def) throws(MemSimError) -> [NamedValues] {
  var states: [NamedValues] = []
  for state in try list(def.states, def.state_count, "def.states", "def.state_count") {
    let name = try text(state.name, "def.states[].name")
    guard state.count == 1 || state.count == Int(def.count) else {
      throw .shape("state \"\(name)\" must have 1 or count = \(def.count) values, got \(UInt(bitPattern: state.count))")
    }
    states.append((name, try operand(state.values, elementType(def), state.count, "def.states[].values")))
  }
  return states
}

private func targets(
  _ outputs: UnsafePointer<memsim_output>?, _ count: Int
) throws(MemSimError) -> [(name: String, out: UnsafeMutableRawPointer)] {
  var targets: [(name: String, out: UnsafeMutableRawPointer)] = []
  for output in try list(outputs, count, "outputs", "output_count") {
    targets.append((try text(output.name, "outputs[].name"), try required(output.values, "outputs[].values")))
  }
  return targets
}
