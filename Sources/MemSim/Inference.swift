import CMemSim
import MemSimCore

private let models = CardShelf<InferenceModel>()
private let converters = CardShelf<ConductanceConverter>()
private let settings = CardShelf<InferenceSettings>()

@_cdecl("memsim_inference_model_count") @implementation
public func memsim_inference_model_count() -> Int32 { models.count }

@_cdecl("memsim_inference_model_name") @implementation
public func memsim_inference_model_name(_ index: Int32) -> UnsafePointer<CChar>! { models.name(index) }

@_cdecl("memsim_inference_model_info") @implementation
public func memsim_inference_model_info(
  _ name: UnsafePointer<CChar>!, _ out: UnsafeMutablePointer<memsim_model_card>!
) -> memsim_status {
  guarded { () throws(MemSimError) in try writeCard(models.card(name).model, to: out) }
}

@_cdecl("memsim_inference_model_param") @implementation
public func memsim_inference_model_param(
  _ name: UnsafePointer<CChar>!, _ index: Int32, _ out: UnsafeMutablePointer<memsim_param_card>!
) -> memsim_status {
  guarded { () throws(MemSimError) in try writeCard(element(models.card(name).parameters, index), to: out) }
}

@_cdecl("memsim_inference_model_state") @implementation
public func memsim_inference_model_state(
  _ name: UnsafePointer<CChar>!, _ index: Int32, _ out: UnsafeMutablePointer<memsim_state_card>!
) -> memsim_status {
  guarded { () throws(MemSimError) in try writeCard(element(models.card(name).states, index), to: out) }
}

@_cdecl("memsim_inference_converter_count") @implementation
public func memsim_inference_converter_count() -> Int32 { converters.count }

@_cdecl("memsim_inference_converter_name") @implementation
public func memsim_inference_converter_name(_ index: Int32) -> UnsafePointer<CChar>! { converters.name(index) }

@_cdecl("memsim_inference_converter_info") @implementation
public func memsim_inference_converter_info(
  _ name: UnsafePointer<CChar>!, _ out: UnsafeMutablePointer<memsim_model_card>!
) -> memsim_status {
  guarded { () throws(MemSimError) in try writeCard(converters.card(name).model, to: out) }
}

@_cdecl("memsim_inference_converter_param") @implementation
public func memsim_inference_converter_param(
  _ name: UnsafePointer<CChar>!, _ index: Int32, _ out: UnsafeMutablePointer<memsim_param_card>!
) -> memsim_status {
  guarded { () throws(MemSimError) in try writeCard(element(converters.card(name).parameters, index), to: out) }
}

@_cdecl("memsim_inference_settings_info") @implementation
public func memsim_inference_settings_info(
  _ name: UnsafePointer<CChar>!, _ out: UnsafeMutablePointer<memsim_model_card>!
) -> memsim_status {
  guarded { () throws(MemSimError) in try writeCard(settings.card(name).model, to: out) }
}

@_cdecl("memsim_inference_settings_param") @implementation
public func memsim_inference_settings_param(
  _ name: UnsafePointer<CChar>!, _ index: Int32, _ out: UnsafeMutablePointer<memsim_param_card>!
) -> memsim_status {
  guarded { () throws(MemSimError) in try writeCard(element(settings.card(name).parameters, index), to: out) }
}

@_cdecl("memsim_inference_settings_option") @implementation
public func memsim_inference_settings_option(
  _ name: UnsafePointer<CChar>!, _ index: Int32, _ out: UnsafeMutablePointer<memsim_option_card>!
) -> memsim_status {
  guarded { () throws(MemSimError) in try writeCard(element(settings.card(name).options, index), to: out) }
}

private var defaults: memsim_inference_def {
  let none = memsim_settings(params: nil, param_count: 0, options: nil, option_count: 0)
  return memsim_inference_def(
    size: UInt32(MemoryLayout<memsim_inference_def>.size), reserved: 0, outputs: 64, inputs: 64, seed: 0,
    model: models.name(0), converter: nil, model_parameters: none, converter_parameters: none, context: nil)
}

@_cdecl("memsim_inference_def_init") @implementation
public func memsim_inference_def_init(_ def: UnsafeMutablePointer<memsim_inference_def>!, _ size: Int) -> memsim_status {
  guarded { () throws(MemSimError) in try writeDefaults(defaults, to: def, size: size) }
}

@_cdecl("memsim_inference_create") @implementation
public func memsim_inference_create(
  _ def: UnsafePointer<memsim_inference_def>!, _ weights: UnsafePointer<Float>!,
  _ out: UnsafeMutablePointer<OpaquePointer?>!
) -> memsim_status {
  guarded { () throws(MemSimError) in
    let (out, weights) = (try required(out, "out"), try required(weights, "weights"))
    let def = try readDef(try required(def, "def"), defaults: defaults)
    guard def.reserved == 0 else { throw .argument("def.reserved must be 0, got \(def.reserved)") }
    let (outputs, inputs) = try extents(def.outputs, def.inputs)
    out.pointee = makeHandle(try ProgrammedWeights(
      weights, outputs: outputs, inputs: inputs, model: text(def.model, "def.model"),
      parameters: numbers(def.model_parameters, "def.model_parameters"), converter: optionalText(def.converter),
      converterParameters: numbers(def.converter_parameters, "def.converter_parameters"), seed: def.seed,
      context: context(def.context)))
  }
}

/// Errors: argument, for extents that no matrix has.
private func extents(_ outputs: UInt64, _ inputs: UInt64) throws(MemSimError) -> (Int, Int) {
  for (value, name) in [(outputs, "outputs"), (inputs, "inputs")] where !(1...1 << 24).contains(value) {
    throw .argument("\(name) must be 1...2^24, got \(value)")
  }
  return (Int(outputs), Int(inputs))
}

private func numbers(
  _ given: memsim_settings, _ name: String
) throws(MemSimError) -> [(name: String, values: [Double])] {
  guard given.option_count == 0 else { throw .argument("\(name) has options: models and converters have none") }
  return try parameters(given.params, given.param_count)
}

private func programmed(_ handle: OpaquePointer?) throws(MemSimError) -> ProgrammedWeights {
  try object(handle, ProgrammedWeights.self, "inference")
}

@_cdecl("memsim_inference_destroy") @implementation
public func memsim_inference_destroy(_ handle: OpaquePointer!) { destroyHandle(handle) }

@_cdecl("memsim_inference_memory") @implementation
public func memsim_inference_memory(_ handle: OpaquePointer!, _ out: UnsafeMutablePointer<UInt64>!) -> memsim_status {
  guarded { () throws(MemSimError) in try required(out, "out").pointee = UInt64(programmed(handle).bytes) }
}

@_cdecl("memsim_inference_planes") @implementation
public func memsim_inference_planes(_ handle: OpaquePointer!, _ out: UnsafeMutablePointer<Int32>!) -> memsim_status {
  guarded { () throws(MemSimError) in try required(out, "out").pointee = Int32(programmed(handle).planes) }
}

@_cdecl("memsim_inference_weights") @implementation
public func memsim_inference_weights(
  _ handle: OpaquePointer!, _ t: Double, _ out: UnsafeMutablePointer<Float>!
) -> memsim_status {
  guarded { () throws(MemSimError) in try programmed(handle).weights(at: t, into: try required(out, "out")) }
}

@_cdecl("memsim_inference_state") @implementation
public func memsim_inference_state(
  _ handle: OpaquePointer!, _ name: UnsafePointer<CChar>!, _ out: UnsafeMutablePointer<Float>!
) -> memsim_status {
  guarded { () throws(MemSimError) in try programmed(handle).state(text(name, "name"), into: try required(out, "out")) }
}

@_cdecl("memsim_inference_state_size") @implementation
public func memsim_inference_state_size(_ handle: OpaquePointer!, _ out: UnsafeMutablePointer<UInt64>!) -> memsim_status {
  guarded { () throws(MemSimError) in try required(out, "out").pointee = UInt64(programmed(handle).stateSize) }
}

@_cdecl("memsim_inference_save") @implementation
public func memsim_inference_save(
  _ handle: OpaquePointer!, _ out: UnsafeMutableRawPointer!, _ capacity: Int
) -> memsim_status {
  guarded { () throws(MemSimError) in
    let programmed = try programmed(handle), size = programmed.stateSize
    guard capacity < 0 || capacity >= size else {
      throw .shape("capacity must be at least the \(size) bytes of memsim_inference_state_size, got \(capacity)")
    }
    try programmed.save(to: try required(out, "out"))
  }
}

@_cdecl("memsim_inference_load") @implementation
public func memsim_inference_load(_ handle: OpaquePointer!, _ state: UnsafeRawPointer!, _ size: Int) -> memsim_status {
  guarded { () throws(MemSimError) in
    let size = try counted(size, "size", stride: 1)
    try programmed(handle).load(UnsafeRawBufferPointer(start: try required(state, "state"), count: size))
  }
}

@_cdecl("memsim_inference_modify") @implementation
public func memsim_inference_modify(
  _ handle: OpaquePointer!, _ modifier: UnsafePointer<memsim_settings>!, _ seed: UInt64, _ event: UInt64,
  _ weights: UnsafePointer<Float>!, _ outputs: UInt64, _ inputs: UInt64, _ out: UnsafeMutablePointer<Float>!
) -> memsim_status {
  guarded { () throws(MemSimError) in
    let (outputs, inputs) = try extents(outputs, inputs), given = try chosen(modifier, "modifier")
    try WeightModifier(parameters: given.parameters, options: given.options).apply(
      try required(weights, "weights"), outputs: outputs, inputs: inputs, seed: seed, event: event,
      into: try required(out, "out"), context: context(handle))
  }
}

@_cdecl("memsim_inference_clip") @implementation
public func memsim_inference_clip(
  _ clip: UnsafePointer<memsim_settings>!, _ weights: UnsafeMutablePointer<Float>!, _ outputs: UInt64, _ inputs: UInt64
) -> memsim_status {
  guarded { () throws(MemSimError) in
    let (outputs, inputs) = try extents(outputs, inputs), given = try chosen(clip, "clip")
    try WeightClip(parameters: given.parameters, options: given.options).apply(
      try required(weights, "weights"), outputs: outputs, inputs: inputs)
  }
}

@_cdecl("memsim_inference_remap") @implementation
public func memsim_inference_remap(
  _ remap: UnsafePointer<memsim_settings>!, _ weights: UnsafeMutablePointer<Float>!,
  _ scales: UnsafeMutablePointer<Float>!, _ outputs: UInt64, _ inputs: UInt64
) -> memsim_status {
  guarded { () throws(MemSimError) in
    let (outputs, inputs) = try extents(outputs, inputs), given = try chosen(remap, "remap")
    try WeightRemap(parameters: given.parameters, options: given.options).apply(
      try required(weights, "weights"), try required(scales, "scales"), outputs: outputs, inputs: inputs)
  }
}

private func chosen(
  _ settings: UnsafePointer<memsim_settings>?, _ name: StaticString
) throws(MemSimError) -> AnalogTile.Given {
  let given = try required(settings, name).pointee
  return (try parameters(given.params, given.param_count), try options(given.options, given.option_count))
}
