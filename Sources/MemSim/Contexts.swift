import CMemSim
import MemSimCore

private var defaults: memsim_context_def {
  memsim_context_def(size: UInt32(MemoryLayout<memsim_context_def>.size), threads: 0)
}

@_cdecl("memsim_context_def_init") @implementation
public func memsim_context_def_init(_ def: UnsafeMutablePointer<memsim_context_def>!, _ size: Int) -> memsim_status {
  guarded { () throws(MemSimError) in try writeDefaults(defaults, to: def, size: size) }
}

@_cdecl("memsim_context_create") @implementation
public func memsim_context_create(
  _ def: UnsafePointer<memsim_context_def>!, _ out: UnsafeMutablePointer<OpaquePointer?>!
) -> memsim_status {
  guarded { () throws(MemSimError) in
    let out = try required(out, "out")
    let def = try readDef(def, defaults: defaults)
    out.pointee = makeHandle(try Context(threads: Int(def.threads)))
  }
}

@_cdecl("memsim_context_destroy") @implementation
public func memsim_context_destroy(_ handle: OpaquePointer!) { destroyHandle(handle) }

@_cdecl("memsim_context_threads") @implementation
public func memsim_context_threads(_ handle: OpaquePointer!, _ out: UnsafeMutablePointer<Int32>!) -> memsim_status {
  guarded { () throws(MemSimError) in try required(out, "out").pointee = Int32(context(handle).threads) }
}
