import CMemSimSIMD

extension ProgrammedWeights {
  /// Weights that a thread takes at a time.
  static var block: Int { 4096 }

  /// Calls `body` for every block with its first weight, its groups of random numbers, and scratch of so many floats.
  ///
  /// Errors: memory, before any block has begun.
  func eachBlock(
    scratch floats: Int, _ body: (_ first: Int, _ groups: Range<Int>, _ scratch: UnsafeMutablePointer<Float>) -> Void
  ) throws(MemSimError) {
    let size = ProgrammedWeights.block, padded = reference.count
    try context.parallel((padded + size - 1) / size, scratch: Scratch.bytes(Float.self, floats)) { part, scratch in
      var scratch = scratch
      let first = part * size
      body(first, first / 64..<min(first + size, padded) / 64, scratch.take(Float.self, floats))
    }
  }

  /// Target conductances of a plane, of the block from weight `first` on.
  func targets(_ plane: Int, _ first: Int, into out: UnsafeMutablePointer<Float>) {
    let target = map.planes[plane].target
    for at in stride(from: 0, to: min(ProgrammedWeights.block, reference.count - first), by: 16) {
      let w = UnsafeRawPointer(reference.base + first + at).load(as: FloatLanes.self)
      UnsafeMutableRawPointer(out + at).storeBytes(of: target(isByOutput ? ms_abs_f(w) : w), as: FloatLanes.self)
    }
  }

  func block(_ plane: Int, _ groups: Range<Int>, _ target: UnsafeMutablePointer<Float>) -> DeviceBlock {
    let first = groups.lowerBound * 64
    return DeviceBlock(
      key: key, plane: plane, groups: groups, target: target, programmed: programmed[plane].base + first,
      kept: kept[plane].base + first)
  }

  /// sum += factor g of a plane, over `count` elements, a multiple of 16.
  static func add(_ g: UnsafePointer<Float>, _ factor: Float, to sum: UnsafeMutablePointer<Float>, _ count: Int) {
    for at in stride(from: 0, to: count, by: 16) {
      var w = UnsafeRawPointer(sum + at).load(as: FloatLanes.self)
      w.addProduct(UnsafeRawPointer(g + at).load(as: FloatLanes.self), FloatLanes(repeating: factor))
      UnsafeMutableRawPointer(sum + at).storeBytes(of: w, as: FloatLanes.self)
    }
  }
}
