import CMemSim
import MemSimCore

private var adcDefaults: memsim_adc_def {
  memsim_adc_def(
    size: UInt32(MemoryLayout<memsim_adc_def>.size), bits: 4, minimum: 1e-6, maximum: 5e-5, clamp_low: 1, reserved: 0)
}

@_cdecl("memsim_adc_def_init") @implementation
public func memsim_adc_def_init(_ def: UnsafeMutablePointer<memsim_adc_def>!, _ size: Int) -> memsim_status {
  guarded { () throws(MemSimError) in try writeDefaults(adcDefaults, to: def, size: size) }
}

@_cdecl("memsim_adc") @implementation
public func memsim_adc(
  _ owner: OpaquePointer!, _ def: UnsafePointer<memsim_adc_def>!, _ values: UnsafeRawPointer!, _ dtype: memsim_dtype,
  _ count: Int, _ out: UnsafeMutableRawPointer!
) -> memsim_status {
  guarded { () throws(MemSimError) in
    let def = try readDef(def, defaults: adcDefaults)
    guard def.reserved == 0 else { throw .argument("def.reserved must be 0, got \(def.reserved)") }
    guard def.clamp_low == 0 || def.clamp_low == 1 else {
      throw .argument("clamp_low must be 0 or 1, got \(def.clamp_low)")
    }
    let adc = try AnalogToDigital(
      bits: Int(def.bits), minimum: def.minimum, maximum: def.maximum, clampsLow: def.clamp_low == 1)
    let (values, out, count) = (try required(values, "values"), try required(out, "out"), try counted(count, "count"))
    switch try precision(dtype) {
    case .float:
      adc.convert(
        values.assumingMemoryBound(to: Float.self), count: count, into: out.assumingMemoryBound(to: Float.self),
        context: context(owner))
    case .double:
      adc.convert(
        values.assumingMemoryBound(to: Double.self), count: count, into: out.assumingMemoryBound(to: Double.self),
        context: context(owner))
    }
  }
}

@_cdecl("memsim_dac") @implementation
public func memsim_dac(
  _ owner: OpaquePointer!, _ bits: Int32, _ v_max: Double, _ values: UnsafeRawPointer!, _ dtype: memsim_dtype,
  _ count: Int, _ out: UnsafeMutableRawPointer!
) -> memsim_status {
  guarded { () throws(MemSimError) in
    let dac = try DigitalToAnalog(bits: Int(bits), maximum: v_max)
    let (values, out, count) = (try required(values, "values"), try required(out, "out"), try counted(count, "count"))
    switch try precision(dtype) {
    case .float:
      dac.convert(
        values.assumingMemoryBound(to: Float.self), count: count, into: out.assumingMemoryBound(to: Float.self),
        context: context(owner))
    case .double:
      dac.convert(
        values.assumingMemoryBound(to: Double.self), count: count, into: out.assumingMemoryBound(to: Double.self),
        context: context(owner))
    }
  }
}
