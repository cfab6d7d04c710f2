/// Many rows of A: blocks of both operands are packed into panels, tiles of C are computed from them.
///
/// Blocking after Goto, van de Geijn, "Anatomy of high-performance matrix multiplication", ACM TOMS 34 (2008) 12: a
/// panel of B stays in the nearest cache while those of a block of A pass by.
extension DenseProduct {
  private typealias Tile = DenseTile<Element>
  private typealias FewRows = FewRowsTile<Element>

  /// Rows and columns whose panels are made at a time.
  private var packed: DenseShape { DenseShape(rows: 2040, depth: densePanelDepth, columns: 4096) }
  /// Rows and columns of C that one part of the work computes, and panels that one part packs.
  private var partRows: Int { 120 }
  private var partColumns: Int { 256 }
  private var partPanels: Int { 4 }
  /// Whether copying B costs more than reading it from where it is: few rows do, or B stays in the second cache.
  private var readsInPlace: Bool {
    let bytes = shape.depth &* shape.columns &* MemoryLayout<Element>.stride
    return Reader.Stored.self == Element.self && (shape.rows <= 2 * Tile.height || bytes <= 1 << 20)
  }

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
    // A panel that is not full is always copied.
    let inPlace = readsInPlace ? rowPanels..<rowPanels + block.shape.columns / Tile.width : 0..<0
    context.parallel(roundUp(all, partPanels) / partPanels) { part in
      for panel in part &* partPanels..<min((part &+ 1) &* partPanels, all) where !inPlace.contains(panel) {
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
    let down = max(1, (block.shape.rows &+ partRows / 2) / partRows)
    let (height, width) = (roundUp(roundUp(block.shape.rows, down) / down, Tile.height), roundUp(partColumns, Tile.width))
    context.parallel(down * (roundUp(block.shape.columns, width) / width)) { part in
      let (top, left) = (part % down &* height, part / down &* width)
      for column in stride(from: left, to: min(left &+ width, block.shape.columns), by: Tile.width) {
        for row in stride(from: top, to: min(top &+ height, block.shape.rows), by: Tile.height) {
          addTile(row, column, block, panels, ahead(row &- top, column, block, tiles: height / Tile.height))
        }
      }
    }
  }

  /// What the tile `row` rows below the first of its part asks for of the columns of B that come next, where they are not
  /// copied. All of them at once would hold up what is read meanwhile.
  @inline(__always)
  private func ahead(_ row: Int, _ column: Int, _ block: DenseBlock, tiles: Int) -> RowsAhead? {
    let next = column &+ Tile.width
    if !readsInPlace || next &+ Tile.width > block.shape.columns { return nil }
    let atOnce = roundUp(Element.lanes, tiles) / tiles
    let first = row / Tile.height &* atOnce &* (roundUp(block.shape.depth, Element.lanes) / Element.lanes)
    let from = b + ((block.start &+ first) &* shape.columns &+ block.column &+ next)
    return RowsAhead(
      from: UnsafeRawPointer(from), stride: shape.columns &* MemoryLayout<Element>.stride,
      bytes: Tile.width &* MemoryLayout<Element>.stride, atOnce: atOnce, left: block.shape.depth &- first)
  }

  /// Adds a block's products to the tile of C whose corner is at row, column of the block.
  @inline(__always)
  private func addTile(
    _ row: Int, _ column: Int, _ block: DenseBlock, _ panels: DensePanels<Reader>, _ ahead: RowsAhead?
  ) {
    let corner = c + ((block.row &+ row) &* shape.columns &+ block.column &+ column)
    let (height, width) = (block.shape.rows &- row, block.shape.columns &- column)
    var sources = sources(row, column, block, panels)
    sources.ahead = ahead
    if height >= Tile.height && width >= Tile.width { return sources.add(to: corner, stride: shape.columns) }
    addEdge(sources, corner, min(height, Tile.height), min(width, Tile.width))
  }

  @inline(__always)
  private func sources(
    _ row: Int, _ column: Int, _ block: DenseBlock, _ panels: DensePanels<Reader>
  ) -> TileSources<Element> {
    var sources = TileSources<Element>(
      a: panels.rowPanel(row / Tile.height), b: panels.columnPanel(column / Tile.width), stride: Tile.width,
      depth: block.shape.depth, isFirst: block.start == 0)
    if readsInPlace && block.shape.columns &- column >= Tile.width {
      let from = b + (block.start &* shape.columns &+ block.column &+ column)
      sources.b = UnsafeRawPointer(from).assumingMemoryBound(to: Element.self)
      sources.stride = shape.columns
    }
    return sources
  }

  /// A tile that reaches over an edge of C, few rows at a time; where these do too, through a copy of their own size.
  @inline(never)
  private func addEdge(
    _ sources: TileSources<Element>, _ corner: UnsafeMutablePointer<Element>, _ height: Int, _ width: Int
  ) {
    var few = sources
    for row in stride(from: 0, to: height, by: FewRows.height) {
      few.a = sources.a + row &* Element.lanes
      let to = corner + row &* shape.columns
      if height &- row >= FewRows.height && width == FewRows.width {
        few.addFew(to: to, stride: shape.columns)
      } else {
        addCopied(few, to, min(height &- row, FewRows.height), width)
      }
    }
  }

  private func addCopied(
    _ sources: TileSources<Element>, _ corner: UnsafeMutablePointer<Element>, _ height: Int, _ width: Int
  ) {
    withUnsafeTemporaryAllocation(of: Element.self, capacity: FewRows.height * FewRows.width) { whole in
      whole.initialize(repeating: 0)
      let copy = whole.baseAddress!
      for row in 0..<height { (copy + row * FewRows.width).update(from: corner + row * shape.columns, count: width) }
      sources.addFew(to: copy, stride: FewRows.width)
      for row in 0..<height { (corner + row * shape.columns).update(from: copy + row * FewRows.width, count: width) }
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

extension DenseShape {
  func atMost(_ limit: DenseShape) -> DenseShape {
    DenseShape(rows: min(rows, limit.rows), depth: min(depth, limit.depth), columns: min(columns, limit.columns))
  }
}
