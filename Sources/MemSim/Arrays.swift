import CMemSim
import MemSimCore

private var arrayDefaults: memsim_array_def {
  memsim_array_def(
    size: UInt32(MemoryLayout<memsim_array_def>.size), reserved: 0, rows: 64, columns: 64, seed: 0,
    model: memsim_model_name(0), params: nil, param_count: 0, options: nil, option_count: 0, context: nil, preset: nil)
}

var readDefaults: memsim_read_def {
  memsim_read_def(
    size: UInt32(MemoryLayout<memsim_read_def>.size), noise: Int32(MEMSIM_NOISE_AUTO.rawValue), bandwidth: 1e8)
}

@_cdecl("memsim_array_def_init") @implementation
public func memsim_array_def_init(_ def: UnsafeMutablePointer<memsim_array_def>!, _ size: Int) -> memsim_status {
  guarded { () throws(MemSimError) in try writeDefaults(arrayDefaults, to: def, size: size) }
}

@_cdecl("memsim_array_create") @implementation
public func memsim_array_create(
  _ def: UnsafePointer<memsim_array_def>!, _ out: UnsafeMutablePointer<OpaquePointer?>!
) -> memsim_status {
  guarded { () throws(MemSimError) in
    let out = try required(out, "out")
    let def = try readDef(try required(def, "def"), defaults: arrayDefaults)
    guard def.reserved == 0 else { throw .argument("def.reserved must be 0, got \(def.reserved)") }
    guard def.rows <= UInt64(Int.max), def.columns <= UInt64(Int.max) else {
      throw .argument("rows and columns must be >= 1 with at most 2^31 cells, got \(def.rows) x \(def.columns)")
    }
    let array = try DeviceArray(
      text(def.model, "def.model"), rows: Int(def.rows), columns: Int(def.columns), seed: def.seed,
      preset: optionalText(def.preset), parameters: parameters(def.params, def.param_count),
      options: options(def.options, def.option_count), context: context(def.context))
    out.pointee = makeHandle(array)
  }
}

@_cdecl("memsim_array_destroy") @implementation
public func memsim_array_destroy(_ handle: OpaquePointer!) { destroyHandle(handle) }

@_cdecl("memsim_array_shape") @implementation
public func memsim_array_shape(
  _ handle: OpaquePointer!, _ rows: UnsafeMutablePointer<UInt64>!, _ columns: UnsafeMutablePointer<UInt64>!
) -> memsim_status {
  guarded { () throws(MemSimError) in
    let array = try array(handle)
    rows?.pointee = UInt64(array.rows)
    columns?.pointee = UInt64(array.columns)
  }
}

@_cdecl("memsim_array_model") @implementation
public func memsim_array_model(
  _ handle: OpaquePointer!, _ out: UnsafeMutablePointer<UnsafePointer<CChar>?>!
) -> memsim_status {
  guarded { () throws(MemSimError) in try required(out, "out").pointee = nameOf(array(handle).model) }
}

@_cdecl("memsim_array_memory") @implementation
public func memsim_array_memory(_ handle: OpaquePointer!, _ out: UnsafeMutablePointer<UInt64>!) -> memsim_status {
  guarded { () throws(MemSimError) in try required(out, "out").pointee = UInt64(array(handle).bytes) }
}

@_cdecl("memsim_array_apply") @implementation
public func memsim_array_apply(
  _ handle: OpaquePointer!, _ volts: UnsafeRawPointer!, _ dtype: memsim_dtype, _ count: Int,
  _ mask: UnsafePointer<UInt8>!
) -> memsim_status {
  guarded { () throws(MemSimError) in
    try array(handle).apply(operand(volts, dtype, count, "volts"), where: mask)
  }
}

@_cdecl("memsim_read_def_init") @implementation
public func memsim_read_def_init(_ def: UnsafeMutablePointer<memsim_read_def>!, _ size: Int) -> memsim_status {
  guarded { () throws(MemSimError) in try writeDefaults(readDefaults, to: def, size: size) }
}

@_cdecl("memsim_array_read") @implementation
public func memsim_array_read(
  _ handle: OpaquePointer!, _ volts: UnsafeRawPointer!, _ dtype: memsim_dtype, _ count: Int,
  _ def: UnsafePointer<memsim_read_def>!, _ out: UnsafeMutableRawPointer!
) -> memsim_status {
  guarded { () throws(MemSimError) in
    let def = try readDef(def, defaults: readDefaults)
    let model = try ReadNoise(bandwidth: def.bandwidth)
    let noise = try columnNoise(def.noise) == .none ? nil : model
    try array(handle).read(operand(volts, dtype, count, "volts"), noise: noise, into: required(out, "out"))
  }
}

@_cdecl("memsim_array_conductance") @implementation
public func memsim_array_conductance(
  _ handle: OpaquePointer!, _ volts: UnsafeRawPointer!, _ dtype: memsim_dtype, _ count: Int,
  _ out: UnsafeMutableRawPointer!
) -> memsim_status {
  guarded { () throws(MemSimError) in
    try array(handle).conductance(operand(volts, dtype, count, "volts"), into: required(out, "out"))
  }
}

@_cdecl("memsim_array_get_state") @implementation
public func memsim_array_get_state(
  _ handle: OpaquePointer!, _ name: UnsafePointer<CChar>!, _ out: UnsafeMutableRawPointer!, _ dtype: memsim_dtype,
  _ count: Int
) -> memsim_status {
  guarded { () throws(MemSimError) in
    try array(handle).state(text(name, "name"), into: required(out, "out"), precision(dtype), count: count)
  }
}

@_cdecl("memsim_array_set_state") @implementation
public func memsim_array_set_state(
  _ handle: OpaquePointer!, _ name: UnsafePointer<CChar>!, _ values: UnsafeRawPointer!, _ dtype: memsim_dtype,
  _ count: Int, _ mask: UnsafePointer<UInt8>!
) -> memsim_status {
  guarded { () throws(MemSimError) in
    try array(handle).setState(text(name, "name"), to: operand(values, dtype, count, "values"), where: mask)
  }
}

@_cdecl("memsim_array_hash") @implementation
public func memsim_array_hash(_ handle: OpaquePointer!, _ out: UnsafeMutablePointer<UInt64>!) -> memsim_status {
  guarded { () throws(MemSimError) in try required(out, "out").pointee = array(handle).hash() }
}

@_cdecl("memsim_array_save") @implementation
public func memsim_array_save(_ handle: OpaquePointer!, _ path: UnsafePointer<CChar>!) -> memsim_status {
  guarded { () throws(MemSimError) in try array(handle).save(FilePath(try required(path, "path"))) }
}

@_cdecl("memsim_array_load") @implementation
public func memsim_array_load(
  _ path: UnsafePointer<CChar>!, _ owner: OpaquePointer!, _ out: UnsafeMutablePointer<OpaquePointer?>!
) -> memsim_status {
  guarded { () throws(MemSimError) in
    let out = try required(out, "out")
    out.pointee = makeHandle(try DeviceArray.load(FilePath(try required(path, "path")), context: context(owner)))
  }
}

@_cdecl("memsim_array_size") @implementation
public func memsim_array_size(_ handle: OpaquePointer!, _ out: UnsafeMutablePointer<UInt64>!) -> memsim_status {
  guarded { () throws(MemSimError) in try required(out, "out").pointee = UInt64(array(handle).savedSize()) }
}

@_cdecl("memsim_array_write") @implementation
public func memsim_array_write(_ handle: OpaquePointer!, _ out: UnsafeMutableRawPointer!, _ capacity: Int) -> memsim_status {
  guarded { () throws(MemSimError) in
    let out = try required(out, "out")
    try array(handle).write(into: UnsafeMutableRawBufferPointer(start: out, count: counted(capacity, "capacity")))
  }
}

@_cdecl("memsim_array_read_from") @implementation
public func memsim_array_read_from(
  _ bytes: UnsafeRawPointer!, _ count: Int, _ owner: OpaquePointer!, _ out: UnsafeMutablePointer<OpaquePointer?>!
) -> memsim_status {
  guarded { () throws(MemSimError) in
    let out = try required(out, "out")
    let buffer = UnsafeRawBufferPointer(start: try required(bytes, "bytes"), count: try counted(count, "count"))
    out.pointee = makeHandle(try DeviceArray.load(buffer, context: context(owner)))
  }
}
