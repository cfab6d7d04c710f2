import CMemSim
import MemSimCore

private let selectors = CardShelf<SelectorKind>()

@_cdecl("memsim_selector_count") @implementation
public func memsim_selector_count() -> Int32 { selectors.count }

@_cdecl("memsim_selector_name") @implementation
public func memsim_selector_name(_ index: Int32) -> UnsafePointer<CChar>! { selectors.name(index) }

@_cdecl("memsim_selector_info") @implementation
public func memsim_selector_info(
  _ name: UnsafePointer<CChar>!, _ out: UnsafeMutablePointer<memsim_model_card>!
) -> memsim_status {
  guarded { () throws(MemSimError) in try writeCard(selectors.card(name).model, to: out) }
}

@_cdecl("memsim_selector_param") @implementation
public func memsim_selector_param(
  _ name: UnsafePointer<CChar>!, _ index: Int32, _ out: UnsafeMutablePointer<memsim_param_card>!
) -> memsim_status {
  guarded { () throws(MemSimError) in try writeCard(element(selectors.card(name).parameters, index), to: out) }
}

private var wiresDefaults: memsim_wires_def {
  var def = memsim_wires_def()
  def.size = UInt32(MemoryLayout<memsim_wires_def>.size)
  (def.rows, def.columns) = (64, 64)
  (def.r_word_count, def.r_bit_count, def.r_source_count, def.r_sense_count) = (1, 1, 1, 1)
  (def.tolerance, def.max_iterations, def.max_steps) = (1e-12, 10_000, 50)
  return def
}

@_cdecl("memsim_wires_def_init") @implementation
public func memsim_wires_def_init(_ def: UnsafeMutablePointer<memsim_wires_def>!, _ size: Int) -> memsim_status {
  guarded { () throws(MemSimError) in try writeDefaults(wiresDefaults, to: def, size: size) }
}

@_cdecl("memsim_wires_create") @implementation
public func memsim_wires_create(
  _ def: UnsafePointer<memsim_wires_def>!, _ out: UnsafeMutablePointer<OpaquePointer?>!
) -> memsim_status {
  guarded { () throws(MemSimError) in
    let out = try required(out, "out")
    let def = try readDef(try required(def, "def"), defaults: wiresDefaults)
    guard def.double_sided == 0 || def.double_sided == 1 else {
      throw .argument("def.double_sided must be 0 or 1, got \(def.double_sided)")
    }
    let tolerance = try WireTolerance(
      residual: def.tolerance, iterations: Int(def.max_iterations), steps: Int(def.max_steps))
    let (content, rows, columns) = try content(def)
    let resistances = WireResistances(
      word: try resistances(def.r_word, def.r_word_count, rows, 1, "r_word"),
      bit: try resistances(def.r_bit, def.r_bit_count, columns, 1, "r_bit"),
      source: try resistances(def.r_source, def.r_source_count, rows, 0, "r_source"),
      sense: try resistances(def.r_sense, def.r_sense_count, columns, 0, "r_sense"),
      isDoubleSided: def.double_sided == 1)
    out.pointee = makeHandle(try Wires(
      content, rows: rows, columns: columns, wires: resistances, selector: choice(def.selector, "def.selector"),
      tolerance: tolerance, context: context(def.context)))
  }
}

/// Resistances of lines; NULL is one default.
private func resistances(
  _ values: UnsafePointer<Double>?, _ count: Int, _ lines: Int, _ fallback: Double, _ name: String
) throws(MemSimError) -> [Double] {
  guard let values else { return [fallback] }
  guard count == 1 || count == lines else {
    throw .shape("\(name)_count must be 1 or \(lines), got \(UInt(bitPattern: count))")
  }
  return Array(UnsafeBufferPointer(start: values, count: count))
}

private func choice(_ given: UnsafePointer<memsim_nonideality>?, _ name: String) throws(MemSimError) -> LawChoice? {
  guard let given = given?.pointee else { return nil }
  guard let word = given.name else { throw .argument("\(name).name is NULL") }
  return (String(cString: word), try parameters(given.params, given.param_count))
}

private func content(_ def: memsim_wires_def) throws(MemSimError) -> (WireContent, Int, Int) {
  if let handle = def.array {
    guard def.law == nil, def.conductance == nil else {
      throw .argument("def.conductance and def.law must be NULL with def.array: its cells are the devices")
    }
    let array = try array(handle)
    return (.array(array), array.rows, array.columns)
  }
  for (value, name) in [(def.rows, "rows"), (def.columns, "columns")] where value < 1 || value > 1 << 31 {
    throw .argument("\(name) must be 1...2^31, got \(value)")
  }
  let conductance = try required(def.conductance, "def.conductance")
  return (
    .conductance(conductance, law: try choice(def.law, "def.law"), normals: def.normals), Int(def.rows), Int(def.columns))
}

@_cdecl("memsim_wires_destroy") @implementation
public func memsim_wires_destroy(_ handle: OpaquePointer!) { destroyHandle(handle) }

@_cdecl("memsim_wires_memory") @implementation
public func memsim_wires_memory(_ handle: OpaquePointer!, _ out: UnsafeMutablePointer<UInt64>!) -> memsim_status {
  guarded { () throws(MemSimError) in
    let wires = try wires(handle)
    let out = try required(out, "out")
    out.pointee = UInt64(try wires.bytes())
  }
}

@_cdecl("memsim_wires_solve") @implementation
public func memsim_wires_solve(
  _ handle: OpaquePointer!, _ volts: UnsafePointer<Double>!, _ bitVolts: UnsafePointer<Double>!, _ batch: Int,
  _ output: UnsafeMutablePointer<Double>!, _ fields: UnsafePointer<memsim_wires_fields>!,
  _ report: UnsafeMutablePointer<memsim_wires_report>!
) -> memsim_status {
  guarded { () throws(MemSimError) in
    let wires = try wires(handle)
    let batch = try vectors(batch, wires)
    let (volts, output) = (try required(volts, "volts"), try required(output, "output"))
    let given = try readDef(fields, defaults: memsim_wires_fields())
    var places = WireFields()
    (places.deviceVolts, places.deviceCurrent) = (given.device_volts, given.device_current)
    (places.wordCurrent, places.bitCurrent) = (given.word_current, given.bit_current)
    (places.wordVolts, places.bitVolts) = (given.word_volts, given.bit_volts)
    var found = WireReport()
    if let report { try writeCard(memsim_wires_report(), to: report) }
    defer { if let report { try? writeCard(memsim_wires_report(found), to: report) } }
    try wires.solve(volts, bitVolts: bitVolts, batch: batch, into: output, fields: places, report: &found)
  }
}

extension memsim_wires_report {
  init(_ report: WireReport) {
    self.init(
      size: 0, iterations: Int32(clamping: report.iterations), steps: Int32(clamping: report.steps), reserved: 0,
      volts: report.volts, residual: report.residual)
  }
}

@_cdecl("memsim_wires_transfer") @implementation
public func memsim_wires_transfer(
  _ handle: OpaquePointer!, _ method: Int32, _ out: UnsafeMutablePointer<Double>!
) -> memsim_status {
  guarded { () throws(MemSimError) in
    let wires = try wires(handle)
    guard let method = Wires.TransferMethod(rawValue: method) else {
      throw .argument("method must be MEMSIM_TRANSFER_ITERATIVE or MEMSIM_TRANSFER_DENSE, got \(method)")
    }
    try wires.transfer(method, into: required(out, "out"))
  }
}

@_cdecl("memsim_wires_vjp") @implementation
public func memsim_wires_vjp(
  _ handle: OpaquePointer!, _ deviceVolts: UnsafePointer<Double>!, _ batch: Int, _ gradOutput: UnsafePointer<Double>!,
  _ gradVolts: UnsafeMutablePointer<Double>!, _ gradBitVolts: UnsafeMutablePointer<Double>!,
  _ gradConductance: UnsafeMutablePointer<Double>!, _ gradWord: UnsafeMutablePointer<Double>!,
  _ gradBit: UnsafeMutablePointer<Double>!
) -> memsim_status {
  guarded { () throws(MemSimError) in
    let wires = try wires(handle)
    let batch = try vectors(batch, wires)
    var out = WireGradients()
    (out.volts, out.bitVolts, out.conductance, out.word, out.bit) = (
      gradVolts, gradBitVolts, gradConductance, gradWord, gradBit)
    try wires.backward(
      required(deviceVolts, "device_volts"), batch: batch, required(gradOutput, "grad_output"), into: out)
  }
}

@_cdecl("memsim_wires_write") @implementation
public func memsim_wires_write(
  _ handle: OpaquePointer!, _ volts: UnsafePointer<Double>!, _ bitVolts: UnsafePointer<Double>!, _ duration: Double,
  _ tolerance: Double, _ report: UnsafeMutablePointer<memsim_write_report>!
) -> memsim_status {
  guarded { () throws(MemSimError) in
    let wires = try wires(handle)
    // A size that is none is refused before anything is done.
    if let report { try checkCard(report) }
    let found = try wires.write(
      required(volts, "volts"), bitVolts: bitVolts, duration: duration, tolerance: tolerance)
    if let report {
      try writeCard(
        memsim_write_report(
          size: 0, steps: Int32(clamping: found.steps), rejected: Int32(clamping: found.rejected), reserved: 0,
          energy: found.energy, device_energy: found.deviceEnergy), to: report)
    }
  }
}

private func wires(_ handle: OpaquePointer?) throws(MemSimError) -> Wires { try object(handle, Wires.self, "wires") }

/// Errors: shape, if a batch could be no buffer.
private func vectors(_ batch: Int, _ wires: Wires) throws(MemSimError) -> Int {
  guard batch >= 0, batch <= (1 << 56) / (wires.rows * wires.columns + 1) else {
    throw .shape("batch must be below 2^56 / (rows * columns), got \(UInt(bitPattern: batch))")
  }
  return batch
}
