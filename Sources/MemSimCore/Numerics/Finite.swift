import CMemSimSIMD

/// Errors: argument, naming the first value that is not finite.
func requireFinite(_ values: UnsafePointer<Float>, _ count: Int, _ name: String) throws(MemSimError) {
  if Float(bitPattern: largestBits(values, count)).isFinite { return }
  for index in 0..<count where !values[index].isFinite {
    throw .argument("\(name) must be finite, got \(values[index]) at index \(index)")
  }
}

/// max |x| of finite numbers.
func largestSize(_ x: UnsafePointer<Float>, _ count: Int) -> Float { Float(bitPattern: largestBits(x, count)) }

/// The largest bits without their sign: of two numbers the larger has the larger ones, of all an infinity or none.
private func largestBits(_ values: UnsafePointer<Float>, _ count: Int) -> UInt32 {
  var (even, odd) = (IntLanes.zero, IntLanes.zero)
  let pairs = count / 32 * 32, whole = count / 16 * 16
  for at in stride(from: 0, to: pairs, by: 32) {
    even = larger(even, values + at)
    odd = larger(odd, values + (at + 16))
  }
  if pairs < whole { even = larger(even, values + pairs) }
  var largest = UInt32(ms_largest_i(ms_at_least_i(even, odd)))
  for at in whole..<count { largest = max(largest, abs(values[at]).bitPattern) }
  return largest
}

@inline(__always)
private func larger(_ most: IntLanes, _ values: UnsafePointer<Float>) -> IntLanes {
  ms_at_least_i(most, UnsafeRawPointer(values).loadUnaligned(as: IntLanes.self) & 0x7fff_ffff)
}
