import CMemSimSIMD

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
    let (height, width) = (roundUp(partRows, Tile.height), roundUp(partColumns, Tile.width))
    let down = roundUp(block.shape.rows, height) / height
    let asksAhead = readsInPlace && block.shape.rows >= partRows
    context.parallel(down * (roundUp(block.shape.columns, width) / width)) { part in
      let (top, left) = (part % down &* height, part / down &* width)
      for column in stride(from: left, to: min(left &+ width, block.shape.columns), by: Tile.width) {
        for row in stride(from: top, to: min(top &+ height, block.shape.rows), by: Tile.height) {
          if asksAhead { ask(column &+ Tile.width, block, (row &- top) / Tile.height, of: partRows / Tile.height) }
          addTile(row, column, block, panels)
        }
      }
    }
  }

  /// Asks for a share of the columns of B that come next, where they are not copied: from memory they take longer than the
  /// tiles of the columns before, whose wait for them this is.
  @inline(__always)
  private func ask(_ column: Int, _ block: DenseBlock, _ share: Int, of shares: Int) {
    if column &+ Tile.width > block.shape.columns { return }
    let from = b + (block.start &* shape.columns &+ block.column &+ column)
    for k in block.shape.depth &* share / shares..<min(block.shape.depth &* (share &+ 1) / shares, block.shape.depth) {
      let line = UnsafeRawPointer(from + k &* shape.columns)
      for byte in Swift.stride(from: 0, to: Tile.width &* MemoryLayout<Element>.stride, by: 64) { ms_prefetch_near(line + byte) }
    }
  }

  /// Adds a block's products to the tile of C whose corner is at row, column of the block.
  @inline(__always)
  private func addTile(_ row: Int, _ column: Int, _ block: DenseBlock, _ panels: DensePanels<Reader>) {
    let corner = c + ((block.row &+ row) &* shape.columns &+ block.column &+ column)
    let (height, width) = (block.shape.rows &- row, block.shape.columns &- column)
    let sources = sources(row, column, block, panels)
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

/// What a tile of C is made from: rows of a panel of A, and `stride` from row to row columns of B.
struct TileSources<Element: DenseElement> {
  var a: UnsafePointer<Element>
  var b: UnsafePointer<Element>
  var stride: Int
  let depth: Int
  /// The chains begin here, at 0, whatever C holds.
  let isFirst: Bool

  @inline(never)
  func add(to corner: UnsafeMutablePointer<Element>, stride: Int) {
    var tile = isFirst ? DenseTile<Element>() : DenseTile<Element>(corner, stride: stride)
    tile.add(self)
    tile.store(corner, stride: stride)
  }

  /// The same of few rows.
  @inline(never)
  func addFew(to corner: UnsafeMutablePointer<Element>, stride: Int) {
    var tile = isFirst ? FewRowsTile<Element>() : FewRowsTile<Element>(corner, stride: stride)
    tile.add(self)
    tile.store(corner, stride: stride)
  }
}

extension DenseShape {
  func atMost(_ limit: DenseShape) -> DenseShape {
    DenseShape(rows: min(rows, limit.rows), depth: min(depth, limit.depth), columns: min(columns, limit.columns))
  }
}
