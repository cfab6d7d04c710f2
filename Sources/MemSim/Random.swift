import CMemSim
import Glibc
import MemSimCore

// Interim, until the vector fills land.
private func prepare(_ key: UnsafePointer<memsim_random_key>?, _ out: UnsafeMutableRawPointer?, _ count: Int) throws(MemSimError) -> (RandomKey, UnsafeMutableRawPointer) {
  let key = try required(key, "key").pointee
  let out = try required(out, "out")
  _ = try counted(count, "count")
  guard key.offset < 1 << 63 else { throw .argument("key.offset must be below 2^63") }
  return (RandomKey(seed: key.seed, stream: key.stream, offset: key.offset), out)
}

@_cdecl("memsim_random_philox") @implementation
public func memsim_random_philox(_ counter: UnsafePointer<UInt32>!, _ key: UnsafePointer<UInt32>!, _ out: UnsafeMutablePointer<UInt32>!) -> memsim_status {
  guarded { () throws(MemSimError) in
    let (c, k, out) = (try required(counter, "counter"), try required(key, "key"), try required(out, "out"))
    let words = Philox.block(SIMD4(c[0], c[1], c[2], c[3]), key: SIMD2(k[0], k[1]))
    for i in 0..<4 { out[i] = words[i] }
  }
}

@_cdecl("memsim_random_uniform") @implementation
public func memsim_random_uniform(_ owner: OpaquePointer!, _ key: UnsafePointer<memsim_random_key>!, _ low: Double, _ high: Double, _ out: UnsafeMutableRawPointer!, _ dtype: memsim_dtype, _ count: Int) -> memsim_status {
  guarded { () throws(MemSimError) in
    let (key, out) = try prepare(key, out, count)
    guard low.isFinite && high.isFinite && low < high else { throw .argument("parameters of uniform are out of range") }
    switch try precision(dtype) {
    case .float: RandomFill.fill(key, out.assumingMemoryBound(to: Float.self), count) { Float(low + (high - low) * RandomFill.unit($0)) }
    case .double: RandomFill.fill(key, out.assumingMemoryBound(to: Double.self), count) { low + (high - low) * RandomFill.unit($0) }
    }
  }
}

@_cdecl("memsim_random_normal") @implementation
public func memsim_random_normal(_ owner: OpaquePointer!, _ key: UnsafePointer<memsim_random_key>!, _ mean: Double, _ std: Double, _ out: UnsafeMutableRawPointer!, _ dtype: memsim_dtype, _ count: Int) -> memsim_status {
  guarded { () throws(MemSimError) in
    let (key, out) = try prepare(key, out, count)
    guard mean.isFinite && std.isFinite && std >= 0 else { throw .argument("parameters of normal are out of range") }
    switch try precision(dtype) {
    case .float: RandomFill.fill(key, out.assumingMemoryBound(to: Float.self), count) { Float(mean + std * RandomFill.normalOf($0)) }
    case .double: RandomFill.fill(key, out.assumingMemoryBound(to: Double.self), count) { mean + std * RandomFill.normalOf($0) }
    }
  }
}

@_cdecl("memsim_random_lognormal") @implementation
public func memsim_random_lognormal(_ owner: OpaquePointer!, _ key: UnsafePointer<memsim_random_key>!, _ mean: Double, _ sigma: Double, _ out: UnsafeMutableRawPointer!, _ dtype: memsim_dtype, _ count: Int) -> memsim_status {
  guarded { () throws(MemSimError) in
    let (key, out) = try prepare(key, out, count)
    guard mean.isFinite && sigma.isFinite && sigma >= 0 else { throw .argument("parameters of lognormal are out of range") }
    switch try precision(dtype) {
    case .float: RandomFill.fill(key, out.assumingMemoryBound(to: Float.self), count) { Float(exp(mean + sigma * RandomFill.normalOf($0))) }
    case .double: RandomFill.fill(key, out.assumingMemoryBound(to: Double.self), count) { exp(mean + sigma * RandomFill.normalOf($0)) }
    }
  }
}

@_cdecl("memsim_random_exponential") @implementation
public func memsim_random_exponential(_ owner: OpaquePointer!, _ key: UnsafePointer<memsim_random_key>!, _ scale: Double, _ out: UnsafeMutableRawPointer!, _ dtype: memsim_dtype, _ count: Int) -> memsim_status {
  guarded { () throws(MemSimError) in
    let (key, out) = try prepare(key, out, count)
    guard scale.isFinite && scale > 0 else { throw .argument("parameters of exponential are out of range") }
    switch try precision(dtype) {
    case .float: RandomFill.fill(key, out.assumingMemoryBound(to: Float.self), count) { Float(-scale * log(RandomFill.unit($0))) }
    case .double: RandomFill.fill(key, out.assumingMemoryBound(to: Double.self), count) { -scale * log(RandomFill.unit($0)) }
    }
  }
}

@_cdecl("memsim_random_poisson") @implementation
public func memsim_random_poisson(_ owner: OpaquePointer!, _ key: UnsafePointer<memsim_random_key>!, _ rate: Double, _ out: UnsafeMutableRawPointer!, _ dtype: memsim_dtype, _ count: Int) -> memsim_status {
  guarded { () throws(MemSimError) in
    let (key, out) = try prepare(key, out, count)
    guard rate >= 0, rate <= 1e6 else { throw .argument("rate must be 0...1e6, got \(rate)") }
    let f = { (w: SIMD4<UInt32>) in Int64(max(0, rate + rate.squareRoot() * RandomFill.normalOf(w)).rounded()) }
    switch dtype {
    case MEMSIM_INT32: RandomFill.fill(key, out.assumingMemoryBound(to: Int32.self), count) { Int32(f($0)) }
    case MEMSIM_INT64: RandomFill.fill(key, out.assumingMemoryBound(to: Int64.self), count) { f($0) }
    default: throw .argument("dtype must be MEMSIM_INT32 or MEMSIM_INT64, got \(dtype.rawValue)")
    }
  }
}

@_cdecl("memsim_random_bernoulli") @implementation
public func memsim_random_bernoulli(_ owner: OpaquePointer!, _ key: UnsafePointer<memsim_random_key>!, _ p: Double, _ out: UnsafeMutableRawPointer!, _ dtype: memsim_dtype, _ count: Int) -> memsim_status {
  guarded { () throws(MemSimError) in
    let (key, out) = try prepare(key, out, count)
    guard p >= 0, p <= 1 else { throw .argument("p must be 0...1, got \(p)") }
    guard dtype == MEMSIM_UINT8 else { throw .argument("dtype must be MEMSIM_UINT8, got \(dtype.rawValue)") }
    RandomFill.fill(key, out.assumingMemoryBound(to: UInt8.self), count) { RandomFill.unit($0) < p ? 1 : 0 }
  }
}

@_cdecl("memsim_random_integers") @implementation
public func memsim_random_integers(_ owner: OpaquePointer!, _ key: UnsafePointer<memsim_random_key>!, _ low: Int64, _ high: Int64, _ out: UnsafeMutableRawPointer!, _ dtype: memsim_dtype, _ count: Int) -> memsim_status {
  guarded { () throws(MemSimError) in
    let (key, out) = try prepare(key, out, count)
    guard low < high else { throw .argument("low must be < high, got \(low) and \(high)") }
    let span = UInt64(bitPattern: high &- low)
    let f = { (w: SIMD4<UInt32>) in low &+ Int64(bitPattern: span.multipliedFullWidth(by: UInt64(w[0]) << 32 | UInt64(w[1])).high) }
    switch dtype {
    case MEMSIM_INT32:
      guard low >= Int64(Int32.min), high - 1 <= Int64(Int32.max) else { throw .argument("dtype must hold low...high-1") }
      RandomFill.fill(key, out.assumingMemoryBound(to: Int32.self), count) { Int32(f($0)) }
    case MEMSIM_INT64: RandomFill.fill(key, out.assumingMemoryBound(to: Int64.self), count) { f($0) }
    default: throw .argument("dtype must be MEMSIM_INT32 or MEMSIM_INT64, got \(dtype.rawValue)")
    }
  }
}
