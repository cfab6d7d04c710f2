/// Many rows of A: blocks of both operands are packed into panels, tiles of C are computed from them.
///
/// Blocking after Goto, van de Geijn, "Anatomy of high-performance matrix multiplication", ACM TOMS 34 (2008) 12: a
/// panel of B stays in the nearest cache while those of a block of A pass by.
extension DenseProduct {
  private typealias Tile = DenseTile<Element>

  /// Rows and columns whose panels are made at a time.
  private var packed: DenseShape { DenseShape(rows: 2040, depth: densePanelDepth, columns: 4096) }
  /// Rows and columns of C that one part of the work computes, and panels that one part packs.
  private var partRows: Int { 120 }
  private var partColumns: Int { 256 }
  private var partPanels: Int { 4 }

  /// Errors: memory.
  func runBlocked(_ context: Context) throws(MemSimError) {
    let panels = try DensePanels<Reader>(shape.atMost(packed))
    defer { panels.free() }
    for column in stride(from: 0, to: shape.columns, by: packed.columns) {
      for row in stride(from: 0, to: shape.rows, by: packed.rows) {
        for start in stride(from: 0, to: shape.depth, by: packed.depth) {
          let left = DenseShape(rows: shape.rows - row, depth: shape.depth - start, columns: shape.columns - column)
          let block = DenseBlock(row: row, start: start, column: column, shape: left.atMost(packed))
          pack(block, panels, context)
          compute(block, panels, context)
        }
      }
    }
  }

  private func pack(_ block: DenseBlock, _ panels: DensePanels<Reader>, _ context: Context) {
    let rowPanels = roundUp(block.shape.rows, Tile.height) / Tile.height
    let all = rowPanels + roundUp(block.shape.columns, Tile.width) / Tile.width
    context.parallel(roundUp(all, partPanels) / partPanels) { part in
      for panel in part &* partPanels..<min((part &+ 1) &* partPanels, all) {
        if panel < rowPanels { packRows(panel, block, panels) } else { packColumns(panel &- rowPanels, block, panels) }
      }
    }
  }

  private func packRows(_ panel: Int, _ block: DenseBlock, _ panels: DensePanels<Reader>) {
    let row = panel &* Tile.height
    let from = a + ((block.row &+ row) &* shape.depth &+ block.start)
    panels.packRows(panel, from, stride: shape.depth, count: block.shape.rows &- row, depth: block.shape.depth)
  }

  private func packColumns(_ panel: Int, _ block: DenseBlock, _ panels: DensePanels<Reader>) {
    let column = panel &* Tile.width
    let from = b + (block.start &* shape.columns &+ block.column &+ column)
    panels.packColumns(
      panel, from, stride: shape.columns, count: block.shape.columns &- column, depth: block.shape.depth)
  }

  private func compute(_ block: DenseBlock, _ panels: DensePanels<Reader>, _ context: Context) {
    let (height, width) = (roundUp(partRows, Tile.height), roundUp(partColumns, Tile.width))
    let down = roundUp(block.shape.rows, height) / height
    context.parallel(down * (roundUp(block.shape.columns, width) / width)) { part in
      let (top, left) = (part % down &* height, part / down &* width)
      for column in stride(from: left, to: min(left &+ width, block.shape.columns), by: Tile.width) {
        for row in stride(from: top, to: min(top &+ height, block.shape.rows), by: Tile.height) {
          addTile(row, column, block, panels)
        }
      }
    }
  }

  /// Adds a block's products to the tile of C whose corner is at row, column of the block.
  @inline(__always)
  private func addTile(_ row: Int, _ column: Int, _ block: DenseBlock, _ panels: DensePanels<Reader>) {
    let corner = c + ((block.row &+ row) &* shape.columns &+ block.column &+ column)
    let sources = TileSources(
      a: panels.rowPanel(row / Tile.height), b: panels.columnPanel(column / Tile.width), depth: block.shape.depth,
      isFirst: block.start == 0)
    let (height, width) = (block.shape.rows &- row, block.shape.columns &- column)
    if height >= Tile.height && width >= Tile.width { return sources.add(to: corner, stride: shape.columns) }
    addEdge(sources, corner, min(height, Tile.height), min(width, Tile.width))
  }

  /// A tile that reaches over an edge of C goes through a copy of its own size.
  @inline(never)
  private func addEdge(
    _ sources: TileSources<Element>, _ corner: UnsafeMutablePointer<Element>, _ height: Int, _ width: Int
  ) {
    withUnsafeTemporaryAllocation(of: Element.self, capacity: Tile.height * Tile.width) { whole in
      whole.initialize(repeating: 0)
      let copy = whole.baseAddress!
      for row in 0..<height { (copy + row * Tile.width).update(from: corner + row * shape.columns, count: width) }
      sources.add(to: copy, stride: Tile.width)
      for row in 0..<height { (corner + row * shape.columns).update(from: copy + row * Tile.width, count: width) }
    }
  }
}

/// A part of a product: where in C and how far along its chains, and its extents.
struct DenseBlock {
  let row: Int
  let start: Int
  let column: Int
  let shape: DenseShape
}

/// What a tile of C is made from.
struct TileSources<Element: DenseElement> {
  let a: UnsafePointer<Element>
  let b: UnsafePointer<Element>
  let depth: Int
  /// The chains begin here, at 0, whatever C holds.
  let isFirst: Bool

  @inline(never)
  func add(to corner: UnsafeMutablePointer<Element>, stride: Int) {
    var tile = isFirst ? DenseTile<Element>() : DenseTile<Element>(corner, stride: stride)
    tile.add(a, b, depth: depth)
    tile.store(corner, stride: stride)
  }
}

extension DenseShape {
  func atMost(_ limit: DenseShape) -> DenseShape {
    DenseShape(rows: min(rows, limit.rows), depth: min(depth, limit.depth), columns: min(columns, limit.columns))
  }
}
