import CMemSimSIMD

/// A weight matrix W [outputs x inputs] of several devices a weight: cells, each a tile of its own, and a rule of what is
/// done with them. Products see a sum of the cells.
///
/// A batch is its vectors one after another; runs of them that nothing happens between go to cells at once.
public final class CompoundTile: WeightTile, @unchecked Sendable {
  public let inputs, outputs: Int
  public let compound: Compound
  let cells: [AnalogTile]
  let rule: any CompoundRule
  let products: TileProducts
  let context: Context
  var key: UInt64
  /// Vectors of updates so far.
  var vectors: UInt64 = 0
  /// W where it is not a cell's own.
  private var sum: Storage<Float>?
  private var sumIsFresh = false
  private let turn = OneAtATime("tile is")

  /// What a cell's devices are.
  public typealias Cell = (device: String, preset: String?, settings: TileGiven)

  /// `read` and `write`: how the compound reads and pulses its cells.
  ///
  /// Errors: argument (extents, unknown names, cells that do not fit), shape, memory.
  public init(
    inputs: Int, outputs: Int, compound: String, settings: TileGiven = ([], []), cells: [Cell], read: TileGiven = ([], []),
    write: TileGiven = ([], []), forward: TileGiven = ([], []), backward: TileGiven = ([], []), update: TileGiven = ([], []),
    seed: UInt64 = 0, context: Context = .shared
  ) throws(MemSimError) {
    try TileChecks.extents(inputs, outputs)
    let kind = try Compound.named(compound)
    let own = try ModelSettings(kind.card, settings, "compound")
    guard kind.cells.contains(cells.count) else {
      throw .argument("compound \"\(compound)\" must have \(CompoundTile.text(kind.cells)), got \(cells.count)")
    }
    let how = try CompoundTile.limited(try UpdateSettings(update, "update"), "update")
    let (made, devices) = try CompoundTile.cells(
      cells, kind, read, write, inputs: inputs, outputs: outputs, seed: seed, context: context)
    key = AnalogTile.key(of: seed)
    rule = try kind.make(CompoundPlan(cells: made, devices: devices, settings: own, update: how))
    products = try TileProducts(
      inputs: inputs, outputs: outputs, forward: try IOSettings(forward, "forward"),
      backward: try IOSettings(backward, "backward"), key: key, context: context)
    (self.inputs, self.outputs, self.compound, self.cells, self.context) = (inputs, outputs, kind, made, context)
  }

  private static func text(_ range: ClosedRange<Int>) -> String {
    if range.count > 1 { return "\(range.lowerBound)...\(range.upperBound) cells" }
    return range.lowerBound == 1 ? "1 cell" : "\(range.lowerBound) cells"
  }

  /// Errors: argument, for trains whose length a rate that the rule finds on its way might exceed.
  private static func limited(_ update: UpdateSettings, _ name: String) throws(MemSimError) -> UpdateSettings {
    if update.isUnlimited { throw .argument("\(name): compounds need fixed_bl or update_bl_management, got neither") }
    return update
  }

  private static func cells(
    _ given: [Cell], _ kind: Compound, _ read: TileGiven, _ write: TileGiven, inputs: Int, outputs: Int, seed: UInt64,
    context: Context
  ) throws(MemSimError) -> ([AnalogTile], [ModelSettings]) {
    let plainly = kind.readsPlainly ? [(name: "noise_management", choice: "none"), (name: "bound_management", choice: "none")] : []
    let io = try IOSettings(read, "transfer_forward", forced: plainly)
    let pulses = try limited(try UpdateSettings(write, "transfer_update", defaults: kind.writes), "transfer_update")
    var (cells, devices): ([AnalogTile], [ModelSettings]) = ([], [])
    for (number, cell) in given.enumerated() {
      let device = try PulsedDevice.named(cell.device)
      let settings = try ModelSettings(device.card, preset: cell.preset, parameters: cell.settings.parameters, options: cell.settings.options)
      devices.append(settings)
      cells.append(
        try AnalogTile(
          inputs: inputs, outputs: outputs, device: device, settings: settings, forward: io, backward: io, update: pulses,
          seed: Seed.scramble(seed &+ UInt64(number + 1) &* 0x9E37_79B9_7F4A_7C15), context: context))
    }
    return (cells, devices)
  }

  public var bytes: Int {
    let kept = rule.lines + rule.matrices.map(\.plane) + (sum.map { [$0] } ?? [])
    return cells.reduce(products.bytes) { $0 + $1.bytes } + kept.reduce(0) { $0 + $1.bytes.count }
  }

  func exclusively<R>(_ body: () throws(MemSimError) -> R) throws(MemSimError) -> R { try turn.run(body) }

  /// To be called whenever a cell changes.
  func weightsChange() {
    sumIsFresh = false
    products.weightsChange()
  }

  /// W [inputs x stride]. Errors: memory.
  func visible() throws(MemSimError) -> UnsafePointer<Float> {
    let terms = rule.terms
    if terms.count == 1, terms[0].factor == 1 { return UnsafePointer(cells[terms[0].cell].planes.weights.base) }
    let stride = products.stride
    if sum == nil { sum = try Storage(inputs * stride) }
    let to = sum!.base
    if !sumIsFresh {
      context.parallel(cells[0].rowParts) { part in
        for row in cells[0].rows(part) {
          (to + row * stride).update(repeating: 0, count: stride)
          for term in terms { add(term, row, to: to + row * stride) }
        }
      }
      sumIsFresh = true
    }
    return UnsafePointer(to)
  }

  private func add(_ term: CompoundTerm, _ row: Int, to line: UnsafeMutablePointer<Float>) {
    let from = cells[term.cell].planes.weights.base + row * products.stride
    let factor = term.factor * (term.choppers?.inputs.base[row] ?? 1)
    guard let signs = term.choppers?.outputs else {
      for k in 0..<products.stride { line[k] += factor * from[k] }
      return
    }
    for k in 0..<outputs { line[k] += factor * signs.base[k] * from[k] }
  }
}
