import CMemSim
import MemSimCore

private let known = CardShelf<Nonideality>()

@_cdecl("memsim_nonideality_count") @implementation
public func memsim_nonideality_count() -> Int32 { known.count }

@_cdecl("memsim_nonideality_name") @implementation
public func memsim_nonideality_name(_ index: Int32) -> UnsafePointer<CChar>! { known.name(index) }

@_cdecl("memsim_nonideality_info") @implementation
public func memsim_nonideality_info(
  _ name: UnsafePointer<CChar>!, _ out: UnsafeMutablePointer<memsim_model_card>!
) -> memsim_status {
  guarded { () throws(MemSimError) in try writeCard(known.card(name).model, to: out) }
}

@_cdecl("memsim_nonideality_param") @implementation
public func memsim_nonideality_param(
  _ name: UnsafePointer<CChar>!, _ index: Int32, _ out: UnsafeMutablePointer<memsim_param_card>!
) -> memsim_status {
  guarded { () throws(MemSimError) in try writeCard(element(known.card(name).parameters, index), to: out) }
}

@_cdecl("memsim_law_evaluate") @implementation
public func memsim_law_evaluate(
  _ law: UnsafePointer<memsim_nonideality>!, _ volts: UnsafePointer<Double>!, _ conductance: UnsafePointer<Double>!,
  _ normals: UnsafePointer<Double>!, _ count: Int, _ current: UnsafeMutablePointer<Double>!,
  _ byConductance: UnsafeMutablePointer<Double>!, _ byVoltage: UnsafeMutablePointer<Double>!
) -> memsim_status {
  guarded { () throws(MemSimError) in
    let given = try required(law, "law").pointee
    let law = try Nonideality.named(try text(given.name, "law.name"))
      .currentLaw(try parameters(given.params, given.param_count))
    let count = try counted(count, "count", stride: 16)
    let (volts, conductance) = (try required(volts, "volts"), try required(conductance, "conductance"))
    for i in 0..<count where !(conductance[i] > 0 && conductance[i] < .infinity) {
      throw .argument("conductance must be finite and > 0 S, got \(conductance[i]) at index \(i)")
    }
    try law.evaluate(
      volts: volts, conductance: conductance, normals: required(normals, "normals"), count: count,
      current: required(current, "current"), byConductance: required(byConductance, "d_conductance"),
      byVoltage: required(byVoltage, "d_voltage"))
  }
}

/// A caller's list of nonidealities.
func nonidealities(
  _ given: UnsafePointer<memsim_nonideality>?, _ count: Int
) throws(MemSimError) -> [(name: String, parameters: [(name: String, values: [Double])])] {
  var found: [(name: String, parameters: [(name: String, values: [Double])])] = []
  for item in try list(given, count, "def.nonidealities", "def.nonideality_count") {
    found.append((
      try text(item.name, "def.nonidealities[].name"), try parameters(item.params, item.param_count)))
  }
  return found
}
