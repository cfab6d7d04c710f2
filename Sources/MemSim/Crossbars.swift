import CMemSim
import MemSimCore

private var vmmDefaults: memsim_vmm_def {
  memsim_vmm_def(
    size: UInt32(MemoryLayout<memsim_vmm_def>.size), noise: Int32(MEMSIM_NOISE_NONE.rawValue), bandwidth: 1e8,
    key: memsim_random_key(seed: 0, stream: 0, offset: 0))
}

@_cdecl("memsim_array_vmm") @implementation
public func memsim_array_vmm(
  _ handle: OpaquePointer!, _ volts: UnsafeRawPointer!, _ dtype: memsim_dtype, _ batch: Int,
  _ def: UnsafePointer<memsim_read_def>!, _ out: UnsafeMutableRawPointer!
) -> memsim_status {
  guarded { () throws(MemSimError) in
    let array = try array(handle)
    let def = try readDef(def, defaults: readDefaults)
    let (precision, noise) = (try precision(dtype), try columnNoise(def.noise))
    try checkProduct(batch, array.rows, array.columns)
    let model = try ReadNoise(bandwidth: def.bandwidth)
    try array.vmm(required(volts, "volts"), precision, batch: batch, noise: noise, model, into: required(out, "out"))
  }
}

@_cdecl("memsim_vmm_def_init") @implementation
public func memsim_vmm_def_init(_ def: UnsafeMutablePointer<memsim_vmm_def>!, _ size: Int) -> memsim_status {
  guarded { () throws(MemSimError) in try writeDefaults(vmmDefaults, to: def, size: size) }
}

@_cdecl("memsim_vmm") @implementation
public func memsim_vmm(
  _ owner: OpaquePointer!, _ conductance: UnsafeRawPointer!, _ volts: UnsafeRawPointer!, _ dtype: memsim_dtype,
  _ rows: Int, _ columns: Int, _ batch: Int, _ def: UnsafePointer<memsim_vmm_def>!, _ out: UnsafeMutableRawPointer!
) -> memsim_status {
  guarded { () throws(MemSimError) in
    let def = try readDef(def, defaults: vmmDefaults)
    let precision = try precision(dtype)
    try checkProduct(batch, rows, columns)
    let noise = OhmicNoise(
      try columnNoise(def.noise), try ReadNoise(bandwidth: def.bandwidth), seed: def.key.seed, stream: def.key.stream,
      offset: def.key.offset)
    let (matrix, lines, out) = (try required(conductance, "conductance"), try required(volts, "volts"), try required(out, "out"))
    switch precision {
    case .float:
      try OhmicCrossbar.currents(
        matrix.assumingMemoryBound(to: Float.self), rows: rows, columns: columns,
        volts: lines.assumingMemoryBound(to: Float.self), batch: batch, noise: noise,
        into: out.assumingMemoryBound(to: Float.self), context: context(owner))
    case .double:
      try OhmicCrossbar.currents(
        matrix.assumingMemoryBound(to: Double.self), rows: rows, columns: columns,
        volts: lines.assumingMemoryBound(to: Double.self), batch: batch, noise: noise,
        into: out.assumingMemoryBound(to: Double.self), context: context(owner))
    }
  }
}

/// Errors: shape, if one of the matrices could be no buffer.
private func checkProduct(_ batch: Int, _ rows: Int, _ columns: Int) throws(MemSimError) {
  for (count, name) in [(batch, "batch"), (rows, "rows"), (columns, "columns")] {
    guard count >= 0 else { throw .shape("\(name) must be below 2^63, got \(UInt(bitPattern: count))") }
  }
  for (a, b) in [(batch, rows), (batch, columns), (rows, columns)] {
    let (count, overflow) = a.multipliedReportingOverflow(by: b)
    guard !overflow, count < 1 << 56 else {
      throw .shape("batch, rows and columns make a matrix of 2^56 values or more, got \(batch), \(rows), \(columns)")
    }
  }
}
