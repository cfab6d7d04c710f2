import CMemSim
import MemSimCore

private let devices = CardShelf<PulsedDevice>()
private let settings = CardShelf<TileSettings>()

@_cdecl("memsim_pulsed_device_count") @implementation
public func memsim_pulsed_device_count() -> Int32 { devices.count }

@_cdecl("memsim_pulsed_device_name") @implementation
public func memsim_pulsed_device_name(_ index: Int32) -> UnsafePointer<CChar>! { devices.name(index) }

@_cdecl("memsim_pulsed_device_info") @implementation
public func memsim_pulsed_device_info(
  _ name: UnsafePointer<CChar>!, _ out: UnsafeMutablePointer<memsim_model_card>!
) -> memsim_status {
  guarded { () throws(MemSimError) in try writeCard(devices.card(name).model, to: out) }
}

@_cdecl("memsim_pulsed_device_param") @implementation
public func memsim_pulsed_device_param(
  _ name: UnsafePointer<CChar>!, _ index: Int32, _ out: UnsafeMutablePointer<memsim_param_card>!
) -> memsim_status {
  guarded { () throws(MemSimError) in try writeCard(element(devices.card(name).parameters, index), to: out) }
}

@_cdecl("memsim_pulsed_device_option") @implementation
public func memsim_pulsed_device_option(
  _ name: UnsafePointer<CChar>!, _ index: Int32, _ out: UnsafeMutablePointer<memsim_option_card>!
) -> memsim_status {
  guarded { () throws(MemSimError) in try writeCard(element(devices.card(name).options, index), to: out) }
}

@_cdecl("memsim_pulsed_device_state") @implementation
public func memsim_pulsed_device_state(
  _ name: UnsafePointer<CChar>!, _ index: Int32, _ out: UnsafeMutablePointer<memsim_state_card>!
) -> memsim_status {
  guarded { () throws(MemSimError) in try writeCard(element(devices.card(name).states, index), to: out) }
}

@_cdecl("memsim_pulsed_device_preset") @implementation
public func memsim_pulsed_device_preset(
  _ name: UnsafePointer<CChar>!, _ index: Int32, _ out: UnsafeMutablePointer<memsim_preset_card>!
) -> memsim_status {
  guarded { () throws(MemSimError) in try writeCard(element(devices.card(name).presets, index), to: out) }
}

@_cdecl("memsim_tile_settings_info") @implementation
public func memsim_tile_settings_info(
  _ name: UnsafePointer<CChar>!, _ out: UnsafeMutablePointer<memsim_model_card>!
) -> memsim_status {
  guarded { () throws(MemSimError) in try writeCard(settings.card(name).model, to: out) }
}

@_cdecl("memsim_tile_settings_param") @implementation
public func memsim_tile_settings_param(
  _ name: UnsafePointer<CChar>!, _ index: Int32, _ out: UnsafeMutablePointer<memsim_param_card>!
) -> memsim_status {
  guarded { () throws(MemSimError) in try writeCard(element(settings.card(name).parameters, index), to: out) }
}

@_cdecl("memsim_tile_settings_option") @implementation
public func memsim_tile_settings_option(
  _ name: UnsafePointer<CChar>!, _ index: Int32, _ out: UnsafeMutablePointer<memsim_option_card>!
) -> memsim_status {
  guarded { () throws(MemSimError) in try writeCard(element(settings.card(name).options, index), to: out) }
}

private let compounds = CardShelf<Compound>()

@_cdecl("memsim_compound_count") @implementation
public func memsim_compound_count() -> Int32 { compounds.count }

@_cdecl("memsim_compound_name") @implementation
public func memsim_compound_name(_ index: Int32) -> UnsafePointer<CChar>! { compounds.name(index) }

@_cdecl("memsim_compound_info") @implementation
public func memsim_compound_info(
  _ name: UnsafePointer<CChar>!, _ out: UnsafeMutablePointer<memsim_model_card>!
) -> memsim_status {
  guarded { () throws(MemSimError) in try writeCard(compounds.card(name).model, to: out) }
}

@_cdecl("memsim_compound_param") @implementation
public func memsim_compound_param(
  _ name: UnsafePointer<CChar>!, _ index: Int32, _ out: UnsafeMutablePointer<memsim_param_card>!
) -> memsim_status {
  guarded { () throws(MemSimError) in try writeCard(element(compounds.card(name).parameters, index), to: out) }
}

@_cdecl("memsim_compound_option") @implementation
public func memsim_compound_option(
  _ name: UnsafePointer<CChar>!, _ index: Int32, _ out: UnsafeMutablePointer<memsim_option_card>!
) -> memsim_status {
  guarded { () throws(MemSimError) in try writeCard(element(compounds.card(name).options, index), to: out) }
}

@_cdecl("memsim_compound_state") @implementation
public func memsim_compound_state(
  _ name: UnsafePointer<CChar>!, _ index: Int32, _ out: UnsafeMutablePointer<memsim_state_card>!
) -> memsim_status {
  guarded { () throws(MemSimError) in try writeCard(element(compounds.card(name).states, index), to: out) }
}

private var tileDefaults: memsim_tile_def {
  let none = memsim_settings(params: nil, param_count: 0, options: nil, option_count: 0)
  return memsim_tile_def(
    size: UInt32(MemoryLayout<memsim_tile_def>.size), reserved: 0, inputs: 64, outputs: 64, seed: 0, device: devices.name(0),
    preset: nil, parameters: none, forward: none, backward: none, update: none, context: nil, compound: nil,
    compound_settings: none, cells: nil, cell_count: 0, transfer_forward: none, transfer_update: none)
}

@_cdecl("memsim_tile_def_init") @implementation
public func memsim_tile_def_init(_ def: UnsafeMutablePointer<memsim_tile_def>!, _ size: Int) -> memsim_status {
  guarded { () throws(MemSimError) in try writeDefaults(tileDefaults, to: def, size: size) }
}

/// What a handle is of.
private final class TileBox {
  let tile: any WeightTile
  init(_ tile: any WeightTile) { self.tile = tile }
}

@_cdecl("memsim_tile_create") @implementation
public func memsim_tile_create(
  _ def: UnsafePointer<memsim_tile_def>!, _ out: UnsafeMutablePointer<OpaquePointer?>!
) -> memsim_status {
  guarded { () throws(MemSimError) in
    let out = try required(out, "out")
    let def = try readDef(try required(def, "def"), defaults: tileDefaults)
    guard def.reserved == 0 else { throw .argument("def.reserved must be 0, got \(def.reserved)") }
    for (value, name) in [(def.inputs, "inputs"), (def.outputs, "outputs")] where value > 1 << 24 {
      throw .argument("\(name) must be 1...2^24, got \(value)")
    }
    out.pointee = makeHandle(TileBox(def.compound == nil ? try plainTile(def) : try compoundTile(def)))
  }
}

private func plainTile(_ def: memsim_tile_def) throws(MemSimError) -> AnalogTile {
  guard def.cell_count == 0 else { throw .argument("def.cell_count must be 0 without a compound, got \(UInt(bitPattern: def.cell_count))") }
  return try AnalogTile(
    inputs: Int(def.inputs), outputs: Int(def.outputs), device: text(def.device, "def.device"),
    preset: optionalText(def.preset), settings: given(def.parameters), forward: given(def.forward),
    backward: given(def.backward), update: given(def.update), seed: def.seed, context: context(def.context))
}

private func compoundTile(_ def: memsim_tile_def) throws(MemSimError) -> CompoundTile {
  var cells: [CompoundTile.Cell] = []
  for cell in try list(def.cells, def.cell_count, "def.cells", "def.cell_count") {
    cells.append((
      try text(cell.device, "def.cells[].device"), optionalText(cell.preset),
      try given(cell.parameters)
    ))
  }
  return try CompoundTile(
    inputs: Int(def.inputs), outputs: Int(def.outputs), compound: text(def.compound, "def.compound"),
    settings: given(def.compound_settings), cells: cells, read: given(def.transfer_forward),
    write: given(def.transfer_update), forward: given(def.forward), backward: given(def.backward),
    update: given(def.update), seed: def.seed, context: context(def.context))
}

private func given(_ settings: memsim_settings) throws(MemSimError) -> TileGiven {
  (try parameters(settings.params, settings.param_count), try options(settings.options, settings.option_count))
}

private func tile(_ handle: OpaquePointer?) throws(MemSimError) -> any WeightTile {
  try object(handle, TileBox.self, "tile").tile
}

@_cdecl("memsim_tile_destroy") @implementation
public func memsim_tile_destroy(_ handle: OpaquePointer!) { destroyHandle(handle) }

@_cdecl("memsim_tile_memory") @implementation
public func memsim_tile_memory(_ handle: OpaquePointer!, _ out: UnsafeMutablePointer<UInt64>!) -> memsim_status {
  guarded { () throws(MemSimError) in try required(out, "out").pointee = UInt64(tile(handle).bytes) }
}

@_cdecl("memsim_tile_set_weights") @implementation
public func memsim_tile_set_weights(_ handle: OpaquePointer!, _ weights: UnsafePointer<Float>!) -> memsim_status {
  guarded { () throws(MemSimError) in try tile(handle).setWeights(try required(weights, "weights")) }
}

@_cdecl("memsim_tile_weights") @implementation
public func memsim_tile_weights(_ handle: OpaquePointer!, _ out: UnsafeMutablePointer<Float>!) -> memsim_status {
  guarded { () throws(MemSimError) in try tile(handle).weights(into: try required(out, "out")) }
}

@_cdecl("memsim_tile_hidden") @implementation
public func memsim_tile_hidden(
  _ handle: OpaquePointer!, _ name: UnsafePointer<CChar>!, _ out: UnsafeMutablePointer<Float>!
) -> memsim_status {
  guarded { () throws(MemSimError) in try tile(handle).hidden(text(name, "name"), into: try required(out, "out")) }
}

@_cdecl("memsim_tile_set_hidden") @implementation
public func memsim_tile_set_hidden(
  _ handle: OpaquePointer!, _ name: UnsafePointer<CChar>!, _ values: UnsafePointer<Float>!
) -> memsim_status {
  guarded { () throws(MemSimError) in try tile(handle).setHidden(text(name, "name"), try required(values, "values")) }
}

@_cdecl("memsim_tile_forward") @implementation
public func memsim_tile_forward(
  _ handle: OpaquePointer!, _ x: UnsafePointer<Float>!, _ batch: Int, _ y: UnsafeMutablePointer<Float>!
) -> memsim_status {
  guarded { () throws(MemSimError) in
    let tile = try tile(handle)
    try tile.forward(try required(x, "x"), batch: vectors(batch, tile), into: try required(y, "y"))
  }
}

@_cdecl("memsim_tile_backward") @implementation
public func memsim_tile_backward(
  _ handle: OpaquePointer!, _ d: UnsafePointer<Float>!, _ batch: Int, _ out: UnsafeMutablePointer<Float>!
) -> memsim_status {
  guarded { () throws(MemSimError) in
    let tile = try tile(handle)
    try tile.backward(try required(d, "d"), batch: vectors(batch, tile), into: try required(out, "out"))
  }
}

@_cdecl("memsim_tile_update") @implementation
public func memsim_tile_update(
  _ handle: OpaquePointer!, _ x: UnsafePointer<Float>!, _ d: UnsafePointer<Float>!, _ batch: Int, _ rate: Double
) -> memsim_status {
  guarded { () throws(MemSimError) in
    let tile = try tile(handle)
    try tile.update(x: try required(x, "x"), d: try required(d, "d"), batch: vectors(batch, tile), rate: rate)
  }
}

@_cdecl("memsim_tile_step") @implementation
public func memsim_tile_step(_ handle: OpaquePointer!) -> memsim_status {
  guarded { () throws(MemSimError) in try tile(handle).step() }
}

@_cdecl("memsim_tile_drift") @implementation
public func memsim_tile_drift(_ handle: OpaquePointer!, _ seconds: Double) -> memsim_status {
  guarded { () throws(MemSimError) in try tile(handle).drift(seconds: seconds) }
}

@_cdecl("memsim_tile_reset") @implementation
public func memsim_tile_reset(
  _ handle: OpaquePointer!, _ start: UInt64, _ count: UInt64, _ probability: Double
) -> memsim_status {
  guarded { () throws(MemSimError) in
    try tile(handle).reset(
      start: Int(clamping: start), count: Int(clamping: count), probability: probability)
  }
}

@_cdecl("memsim_tile_state_size") @implementation
public func memsim_tile_state_size(_ handle: OpaquePointer!, _ out: UnsafeMutablePointer<UInt64>!) -> memsim_status {
  guarded { () throws(MemSimError) in try required(out, "out").pointee = UInt64(tile(handle).stateSize) }
}

@_cdecl("memsim_tile_save") @implementation
public func memsim_tile_save(_ handle: OpaquePointer!, _ out: UnsafeMutableRawPointer!, _ capacity: Int) -> memsim_status {
  guarded { () throws(MemSimError) in
    let tile = try tile(handle), size = tile.stateSize
    guard capacity < 0 || capacity >= size else {
      throw .shape("capacity must be at least the \(size) bytes of memsim_tile_state_size, got \(capacity)")
    }
    try tile.save(to: try required(out, "out"))
  }
}

@_cdecl("memsim_tile_load") @implementation
public func memsim_tile_load(_ handle: OpaquePointer!, _ state: UnsafeRawPointer!, _ size: Int) -> memsim_status {
  guarded { () throws(MemSimError) in
    let size = try counted(size, "size", stride: 1)
    try tile(handle).load(UnsafeRawBufferPointer(start: try required(state, "state"), count: size))
  }
}

/// Errors: shape, if a batch could be no buffer.
private func vectors(_ batch: Int, _ tile: any WeightTile) throws(MemSimError) -> Int {
  guard batch >= 0, batch <= (1 << 56) / (tile.inputs + tile.outputs) else {
    throw .shape("batch must make a buffer, got \(UInt(bitPattern: batch))")
  }
  return batch
}
