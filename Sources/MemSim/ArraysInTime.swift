import CMemSim
import MemSimCore

@_cdecl("memsim_array_apply_for") @implementation
public func memsim_array_apply_for(
  _ handle: OpaquePointer!, _ volts: UnsafeRawPointer!, _ dtype: memsim_dtype, _ count: Int,
  _ durations: UnsafePointer<Double>!, _ durationCount: Int, _ mask: UnsafePointer<UInt8>!
) -> memsim_status {
  guarded { () throws(MemSimError) in
    try array(handle).apply(
      operand(volts, dtype, count, "volts"),
      durations: operand(durations, MEMSIM_FLOAT64, durationCount, "durations"), where: mask)
  }
}

@_cdecl("memsim_array_pulse") @implementation
public func memsim_array_pulse(
  _ handle: OpaquePointer!, _ counts: UnsafePointer<Int32>!, _ count: Int, _ mask: UnsafePointer<UInt8>!
) -> memsim_status {
  guarded { () throws(MemSimError) in
    try array(handle).pulse(CountOperand(required(counts, "counts"), count: counted(count, "counts")), where: mask)
  }
}

@_cdecl("memsim_array_sweep") @implementation
public func memsim_array_sweep(
  _ handle: OpaquePointer!, _ times: UnsafePointer<Double>!, _ volts: UnsafePointer<Double>!, _ points: Int,
  _ mask: UnsafePointer<UInt8>!, _ out: UnsafeMutableRawPointer!, _ dtype: memsim_dtype, _ capacity: Int
) -> memsim_status {
  guarded { () throws(MemSimError) in
    let array = try array(handle)
    let waveform = Waveform(
      times: try required(times, "times"), volts: try required(volts, "volts"), count: try counted(points, "points"))
    let (out, precision) = (try required(out, "out"), try precision(dtype))
    try checkTrace(capacity, points: points, chosen: array.selectedCount(mask))
    try array.sweep(waveform, where: mask, into: out, precision)
  }
}

/// Errors: shape, unless `capacity` is that of the trace.
private func checkTrace(_ capacity: Int, points: Int, chosen: Int) throws(MemSimError) {
  let (wanted, overflow) = points.multipliedReportingOverflow(by: chosen)
  guard !overflow, capacity == wanted else {
    throw .shape("capacity must be points * chosen cells = \(points) * \(chosen), got \(UInt(bitPattern: capacity))")
  }
}
