import CMemSim
import MemSimCore

@_cdecl("memsim_random_philox") @implementation
public func memsim_random_philox(
  _ counter: UnsafePointer<UInt32>!, _ key: UnsafePointer<UInt32>!, _ out: UnsafeMutablePointer<UInt32>!
) -> memsim_status {
  guarded { () throws(MemSimError) in
    let (c, k, out) = (try required(counter, "counter"), try required(key, "key"), try required(out, "out"))
    let words = Philox.block(SIMD4(c[0], c[1], c[2], c[3]), key: SIMD2(k[0], k[1]))
    for i in 0..<4 { out[i] = words[i] }
  }
}

@_cdecl("memsim_random_uniform") @implementation
public func memsim_random_uniform(
  _ owner: OpaquePointer!, _ key: UnsafePointer<memsim_random_key>!, _ low: Double, _ high: Double,
  _ out: UnsafeMutableRawPointer!, _ dtype: memsim_dtype, _ count: Int
) -> memsim_status {
  guarded { () throws(MemSimError) in
    let (context, key, out) = (context(owner), try randomKey(key), try randomOut(out, count))
    switch try precision(dtype) {
    case .float: try RandomFill.uniform(context, key, low: low, high: high, out.as(Float.self), count)
    case .double: try RandomFill.uniform(context, key, low: low, high: high, out.as(Double.self), count)
    }
  }
}

@_cdecl("memsim_random_normal") @implementation
public func memsim_random_normal(
  _ owner: OpaquePointer!, _ key: UnsafePointer<memsim_random_key>!, _ mean: Double, _ std: Double,
  _ out: UnsafeMutableRawPointer!, _ dtype: memsim_dtype, _ count: Int
) -> memsim_status {
  guarded { () throws(MemSimError) in
    let (context, key, out) = (context(owner), try randomKey(key), try randomOut(out, count))
    switch try precision(dtype) {
    case .float: try RandomFill.normal(context, key, mean: mean, std: std, out.as(Float.self), count)
    case .double: try RandomFill.normal(context, key, mean: mean, std: std, out.as(Double.self), count)
    }
  }
}

@_cdecl("memsim_random_lognormal") @implementation
public func memsim_random_lognormal(
  _ owner: OpaquePointer!, _ key: UnsafePointer<memsim_random_key>!, _ mean: Double, _ sigma: Double,
  _ out: UnsafeMutableRawPointer!, _ dtype: memsim_dtype, _ count: Int
) -> memsim_status {
  guarded { () throws(MemSimError) in
    let (context, key, out) = (context(owner), try randomKey(key), try randomOut(out, count))
    switch try precision(dtype) {
    case .float: try RandomFill.lognormal(context, key, mean: mean, sigma: sigma, out.as(Float.self), count)
    case .double: try RandomFill.lognormal(context, key, mean: mean, sigma: sigma, out.as(Double.self), count)
    }
  }
}

@_cdecl("memsim_random_exponential") @implementation
public func memsim_random_exponential(
  _ owner: OpaquePointer!, _ key: UnsafePointer<memsim_random_key>!, _ scale: Double,
  _ out: UnsafeMutableRawPointer!, _ dtype: memsim_dtype, _ count: Int
) -> memsim_status {
  guarded { () throws(MemSimError) in
    let (context, key, out) = (context(owner), try randomKey(key), try randomOut(out, count))
    switch try precision(dtype) {
    case .float: try RandomFill.exponential(context, key, scale: scale, out.as(Float.self), count)
    case .double: try RandomFill.exponential(context, key, scale: scale, out.as(Double.self), count)
    }
  }
}

@_cdecl("memsim_random_poisson") @implementation
public func memsim_random_poisson(
  _ owner: OpaquePointer!, _ key: UnsafePointer<memsim_random_key>!, _ rate: Double,
  _ out: UnsafeMutableRawPointer!, _ dtype: memsim_dtype, _ count: Int
) -> memsim_status {
  guarded { () throws(MemSimError) in
    let (context, key, out) = (context(owner), try randomKey(key), try randomOut(out, count))
    switch dtype {
    case MEMSIM_INT32: try RandomFill.poisson(context, key, rate: rate, out.as(Int32.self), count)
    case MEMSIM_INT64: try RandomFill.poisson(context, key, rate: rate, out.as(Int64.self), count)
    default: throw .argument("dtype must be MEMSIM_INT32 or MEMSIM_INT64, got \(dtype.rawValue)")
    }
  }
}

@_cdecl("memsim_random_bernoulli") @implementation
public func memsim_random_bernoulli(
  _ owner: OpaquePointer!, _ key: UnsafePointer<memsim_random_key>!, _ p: Double,
  _ out: UnsafeMutableRawPointer!, _ dtype: memsim_dtype, _ count: Int
) -> memsim_status {
  guarded { () throws(MemSimError) in
    let (context, key, out) = (context(owner), try randomKey(key), try randomOut(out, count))
    guard dtype == MEMSIM_UINT8 else { throw .argument("dtype must be MEMSIM_UINT8, got \(dtype.rawValue)") }
    try RandomFill.bernoulli(context, key, p: p, out.as(UInt8.self), count)
  }
}

@_cdecl("memsim_random_integers") @implementation
public func memsim_random_integers(
  _ owner: OpaquePointer!, _ key: UnsafePointer<memsim_random_key>!, _ low: Int64, _ high: Int64,
  _ out: UnsafeMutableRawPointer!, _ dtype: memsim_dtype, _ count: Int
) -> memsim_status {
  guarded { () throws(MemSimError) in
    let (context, key, out) = (context(owner), try randomKey(key), try randomOut(out, count))
    switch dtype {
    case MEMSIM_INT32: try RandomFill.integers(context, key, low: low, high: high, out.as(Int32.self), count)
    case MEMSIM_INT64: try RandomFill.integers(context, key, low: low, high: high, out.as(Int64.self), count)
    default: throw .argument("dtype must be MEMSIM_INT32 or MEMSIM_INT64, got \(dtype.rawValue)")
    }
  }
}

private func randomKey(_ key: UnsafePointer<memsim_random_key>?) throws(MemSimError) -> RandomKey {
  let key = try required(key, "key").pointee
  return RandomKey(seed: key.seed, stream: key.stream, offset: key.offset)
}

/// The buffer of a fill. Nothing is written to one of no elements, which may then be NULL.
private func randomOut(_ out: UnsafeMutableRawPointer?, _ count: Int) throws(MemSimError) -> UnsafeMutableRawPointer {
  if try counted(count, "count") == 0 { return UnsafeMutableRawPointer(bitPattern: 64)! }
  return try required(out, "out")
}

extension UnsafeMutableRawPointer {
  fileprivate func `as`<T>(_: T.Type) -> UnsafeMutablePointer<T> { assumingMemoryBound(to: T.self) }
}
