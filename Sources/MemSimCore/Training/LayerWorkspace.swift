/// What one draw of a layer's devices is, in memory of the caller's: a header, then tables or, where every sample draws
/// its own, the weights.
struct LayerWorkspace<L: DeviceLanes> {
  struct Header {
    var magic: UInt64 = LayerWorkspace.magic
    /// Which layer drew: the number of the object.
    var layer: Int64
    var rows: UInt32, columns: UInt32
    var kind: UInt32
    var reserved: UInt32 = 0
    var seed, stream, call, firstSample, sampleStep: UInt64
    var maximum: Double
    var ties: Int64
    var firstOfTies: Int64

    var key: LayerKey {
      LayerKey(seed: seed, stream: stream, call: call, firstSample: firstSample, sampleStep: sampleStep)
    }
  }

  private static var magic: UInt64 { 0x6d65_6d73_696d_4c31 }
  static var headerBytes: Int { 128 }

  let base: UnsafeMutableRawPointer
  let plan: LayerPlan<L>

  var header: Header {
    get { base.loadUnaligned(as: Header.self) }
    nonmutating set { base.storeBytes(of: newValue, as: Header.self) }
  }

  private var elements: UnsafeMutablePointer<L.Scalar> {
    (base + LayerWorkspace.headerBytes).assumingMemoryBound(to: L.Scalar.self)
  }

  /// Factors of a strip, from its first row on.
  func factors(_ strip: Int) -> UnsafeMutablePointer<L.Scalar> { elements + strip * plan.rows * plan.stride }
  func slopes(_ strip: Int) -> UnsafeMutablePointer<L.Scalar> { factors(strip) + plan.region }
  /// [rows x columns], where every sample draws its own devices.
  var weights: UnsafeMutablePointer<L.Scalar> { elements }

  static func bytes(_ layer: MemristiveLayer) -> Int {
    let plan = LayerPlan<L>(layer)
    let count = layer.redraw == .call ? 2 * plan.region : plan.rows * plan.columns
    return headerBytes + count * MemoryLayout<L.Scalar>.stride
  }

  /// Which tables a workspace holds.
  static func kind(_ layer: MemristiveLayer) -> UInt32 {
    UInt32(MemoryLayout<L.Scalar>.stride) | (layer.redraw == .call ? 0 : 256) | (layer.law.isExponential ? 512 : 0)
  }

  /// The workspace of an earlier draw. Errors: argument, if it is none of this layer's.
  static func drawn(_ base: UnsafeMutableRawPointer, _ layer: MemristiveLayer) throws(MemSimError) -> LayerWorkspace {
    let workspace = LayerWorkspace(base: base, plan: LayerPlan(layer))
    let header = workspace.header
    guard header.magic == magic, header.layer == layer.identity, header.kind == kind(layer),
      header.rows == UInt32(layer.rows), header.columns == UInt32(layer.columns)
    else {
      throw .argument("workspace holds no devices drawn by this layer in this precision: draw them first")
    }
    return workspace
  }
}
