import CMemSim
import MemSimCore

private var layerDefaults: memsim_layer_def {
  memsim_layer_def(
    size: UInt32(MemoryLayout<memsim_layer_def>.size), bias: 1, inputs: 64, outputs: 64, g_off: 5.248407497001691e-07,
    g_on: 2.6242037485008458e-06, k_v: 0.5, nonidealities: nil, nonideality_count: 0,
    redraw: Int32(MEMSIM_REDRAW_CALL.rawValue), reserved: 0, context: nil)
}

@_cdecl("memsim_layer_def_init") @implementation
public func memsim_layer_def_init(_ def: UnsafeMutablePointer<memsim_layer_def>!, _ size: Int) -> memsim_status {
  guarded { () throws(MemSimError) in try writeDefaults(layerDefaults, to: def, size: size) }
}

@_cdecl("memsim_layer_create") @implementation
public func memsim_layer_create(
  _ def: UnsafePointer<memsim_layer_def>!, _ out: UnsafeMutablePointer<OpaquePointer?>!
) -> memsim_status {
  guarded { () throws(MemSimError) in
    let out = try required(out, "out")
    let def = try readDef(try required(def, "def"), defaults: layerDefaults)
    guard def.reserved == 0 else { throw .argument("def.reserved must be 0, got \(def.reserved)") }
    guard def.bias == 0 || def.bias == 1 else { throw .argument("def.bias must be 0 or 1, got \(def.bias)") }
    for (value, name) in [(def.inputs, "inputs"), (def.outputs, "outputs")] where value > 1 << 24 {
      throw .argument("\(name) must be 1...2^24, got \(value)")
    }
    out.pointee = makeHandle(try MemristiveLayer(
      inputs: Int(def.inputs), outputs: Int(def.outputs), bias: def.bias == 1,
      window: try ConductanceWindow(off: def.g_off, on: def.g_on), scale: def.k_v,
      nonidealities: nonidealities(def.nonidealities, def.nonideality_count), redraw: redraw(def.redraw),
      context: context(def.context)))
  }
}

@_cdecl("memsim_layer_destroy") @implementation
public func memsim_layer_destroy(_ handle: OpaquePointer!) { destroyHandle(handle) }

@_cdecl("memsim_layer_workspace") @implementation
public func memsim_layer_workspace(
  _ handle: OpaquePointer!, _ dtype: memsim_dtype, _ out: UnsafeMutablePointer<UInt64>!
) -> memsim_status {
  guarded { () throws(MemSimError) in
    let layer = try layer(handle)
    try required(out, "out").pointee = UInt64(layer.workspaceBytes(precision(dtype)))
  }
}

@_cdecl("memsim_layer_draw") @implementation
public func memsim_layer_draw(
  _ handle: OpaquePointer!, _ weights: UnsafeRawPointer!, _ dtype: memsim_dtype,
  _ key: UnsafePointer<memsim_layer_key>!, _ normals: UnsafePointer<Double>!, _ workspace: UnsafeMutableRawPointer!,
  _ capacity: Int
) -> memsim_status {
  guarded { () throws(MemSimError) in
    let layer = try layer(handle)
    let (weights, key, precision) = (try required(weights, "weights"), try layerKey(key), try precision(dtype))
    let workspace = try room(UnsafeRawPointer(workspace), capacity, layer, precision)
    switch precision {
    case .float: try layer.draw(weights.as(Float.self), key, replay: normals, into: workspace)
    case .double: try layer.draw(weights.as(Double.self), key, replay: normals, into: workspace)
    }
  }
}

@_cdecl("memsim_layer_conductances") @implementation
public func memsim_layer_conductances(
  _ handle: OpaquePointer!, _ weights: UnsafeRawPointer!, _ dtype: memsim_dtype,
  _ key: UnsafePointer<memsim_layer_key>!, _ out: UnsafeMutableRawPointer!
) -> memsim_status {
  guarded { () throws(MemSimError) in
    let layer = try layer(handle)
    let (weights, key, out) = (try required(weights, "weights"), try layerKey(key), try required(out, "out"))
    switch try precision(dtype) {
    case .float: try layer.conductances(weights.as(Float.self), key, into: out.as(Float.self))
    case .double: try layer.conductances(weights.as(Double.self), key, into: out.as(Double.self))
    }
  }
}

@_cdecl("memsim_layer_forward") @implementation
public func memsim_layer_forward(
  _ handle: OpaquePointer!, _ workspace: UnsafeRawPointer!, _ capacity: Int, _ x: UnsafeRawPointer!,
  _ dtype: memsim_dtype, _ batch: Int, _ y: UnsafeMutableRawPointer!, _ power: UnsafeMutableRawPointer!
) -> memsim_status {
  guarded { () throws(MemSimError) in
    let layer = try layer(handle)
    let precision = try precision(dtype)
    let workspace = try room(workspace, capacity, layer, precision)
    let batch = try samples(batch, layer)
    let (x, y) = (try required(x, "x"), try required(y, "y"))
    switch precision {
    case .float:
      try layer.forward(workspace, x.as(Float.self), batch: batch, into: y.as(Float.self), power: power?.as(Float.self))
    case .double:
      try layer.forward(workspace, x.as(Double.self), batch: batch, into: y.as(Double.self), power: power?.as(Double.self))
    }
  }
}

@_cdecl("memsim_layer_backward") @implementation
public func memsim_layer_backward(
  _ handle: OpaquePointer!, _ workspace: UnsafeRawPointer!, _ capacity: Int, _ weights: UnsafeRawPointer!,
  _ x: UnsafeRawPointer!, _ y: UnsafeRawPointer!, _ gradY: UnsafeRawPointer!, _ dtype: memsim_dtype, _ batch: Int,
  _ penalty: Double, _ gradX: UnsafeMutableRawPointer!, _ gradWeights: UnsafeMutableRawPointer!
) -> memsim_status {
  guarded { () throws(MemSimError) in
    let layer = try layer(handle)
    let precision = try precision(dtype)
    let workspace = try room(workspace, capacity, layer, precision)
    let batch = try samples(batch, layer)
    guard penalty >= 0, penalty < .infinity else { throw .argument("penalty must be finite and >= 0, got \(penalty)") }
    let (weights, x) = (try required(weights, "weights"), try required(x, "x"))
    let (y, gradY, gradWeights) = (
      try required(y, "y"), try required(gradY, "grad_y"), try required(gradWeights, "grad_weights"))
    switch precision {
    case .float:
      try layer.backward(
        workspace, weights.as(Float.self), x.as(Float.self), y.as(Float.self), gradY.as(Float.self), batch: batch,
        penalty: penalty, gradX: gradX?.as(Float.self), gradWeights: gradWeights.as(Float.self))
    case .double:
      try layer.backward(
        workspace, weights.as(Double.self), x.as(Double.self), y.as(Double.self), gradY.as(Double.self), batch: batch,
        penalty: penalty, gradX: gradX?.as(Double.self), gradWeights: gradWeights.as(Double.self))
    }
  }
}

@_cdecl("memsim_pairs") @implementation
public func memsim_pairs(
  _ weights: UnsafeRawPointer!, _ dtype: memsim_dtype, _ count: Int, _ mapping: Int32, _ pairs: UnsafeMutableRawPointer!
) -> memsim_status {
  guarded { () throws(MemSimError) in
    let (weights, pairs) = (try required(weights, "weights"), try required(pairs, "pairs"))
    let (count, mapping) = (try counted(count, "count", stride: 16), try pairMapping(mapping))
    switch try precision(dtype) {
    case .float: try WeightPairs.map(weights.as(Float.self), count: count, mapping, into: pairs.as(Float.self))
    case .double: try WeightPairs.map(weights.as(Double.self), count: count, mapping, into: pairs.as(Double.self))
    }
  }
}

@_cdecl("memsim_pairs_backward") @implementation
public func memsim_pairs_backward(
  _ weights: UnsafeRawPointer!, _ dtype: memsim_dtype, _ count: Int, _ mapping: Int32, _ gradPairs: UnsafeRawPointer!,
  _ gradWeights: UnsafeMutableRawPointer!
) -> memsim_status {
  guarded { () throws(MemSimError) in
    let (weights, gradPairs) = (try required(weights, "weights"), try required(gradPairs, "grad_pairs"))
    let out = try required(gradWeights, "grad_weights")
    let (count, mapping) = (try counted(count, "count", stride: 16), try pairMapping(mapping))
    switch try precision(dtype) {
    case .float:
      try WeightPairs.backward(
        weights.as(Float.self), count: count, mapping, gradPairs: gradPairs.as(Float.self), into: out.as(Float.self))
    case .double:
      try WeightPairs.backward(
        weights.as(Double.self), count: count, mapping, gradPairs: gradPairs.as(Double.self), into: out.as(Double.self))
    }
  }
}

private func layer(_ handle: OpaquePointer?) throws(MemSimError) -> MemristiveLayer {
  try object(handle, MemristiveLayer.self, "layer")
}

private func layerKey(_ key: UnsafePointer<memsim_layer_key>?) throws(MemSimError) -> LayerKey {
  let key = try required(key, "key").pointee
  return LayerKey(
    seed: key.seed, stream: key.stream, call: key.call, firstSample: key.first_sample,
    sampleStep: key.sample_step == 0 ? 1 : key.sample_step)
}

/// A workspace of a layer. Errors: shape, if it is too small.
private func room(
  _ workspace: UnsafeRawPointer?, _ capacity: Int, _ layer: MemristiveLayer, _ precision: Precision
) throws(MemSimError) -> UnsafeMutableRawPointer {
  let workspace = try required(workspace, "workspace")
  let bytes = layer.workspaceBytes(precision)
  guard capacity < 0 || capacity >= bytes else {
    throw .shape("capacity must be at least the \(bytes) bytes of memsim_layer_workspace, got \(capacity)")
  }
  return UnsafeMutableRawPointer(mutating: workspace)
}

/// Errors: shape, if a batch could be no buffer or its samples do not fit in 31 bits.
private func samples(_ batch: Int, _ layer: MemristiveLayer) throws(MemSimError) -> Int {
  guard batch >= 0, batch < 1 << 31, batch <= (1 << 56) / (layer.inputs + 2 * layer.outputs + 128) else {
    throw .shape("batch must be below 2^31 and make a buffer, got \(UInt(bitPattern: batch))")
  }
  return batch
}

private func redraw(_ value: Int32) throws(MemSimError) -> MemristiveLayer.Redraw {
  switch value {
  case Int32(MEMSIM_REDRAW_CALL.rawValue): .call
  case Int32(MEMSIM_REDRAW_SAMPLE.rawValue): .sample
  default: throw .argument("def.redraw must be a memsim_redraw, 0 or 1, got \(value)")
  }
}

private func pairMapping(_ value: Int32) throws(MemSimError) -> PairMapping {
  guard let mapping = PairMapping(rawValue: value) else {
    throw .argument("mapping must be a memsim_mapping, 0 or 1, got \(value)")
  }
  return mapping
}

extension UnsafeRawPointer {
  fileprivate func `as`<T>(_ type: T.Type) -> UnsafePointer<T> { assumingMemoryBound(to: type) }
}

extension UnsafeMutableRawPointer {
  fileprivate func `as`<T>(_ type: T.Type) -> UnsafeMutablePointer<T> { assumingMemoryBound(to: type) }
}
