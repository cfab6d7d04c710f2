import CMemSimSIMD

/// Errors: argument, naming the first value that is not finite.
func requireFinite(_ values: UnsafePointer<Float>, _ count: Int, _ name: String) throws(MemSimError) {
  var sum = FloatLanes.zero
  let whole = count / 16 * 16
  for at in stride(from: 0, to: whole, by: 16) {
    sum += UnsafeRawPointer(values + at).loadUnaligned(as: FloatLanes.self) * 0
  }
  if all(ms_equal_zero_f(sum)) && (whole..<count).allSatisfy({ values[$0].isFinite }) { return }
  for index in 0..<count where !values[index].isFinite {
    throw .argument("\(name) must be finite, got \(values[index]) at index \(index)")
  }
}
