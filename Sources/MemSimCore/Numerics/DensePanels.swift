import Glibc

/// Scratch for blocks of both operands, copied into the order in which the register tile reads them: panels of a
/// tile's height or width.
struct DensePanels<Reader: DenseReader> {
  typealias Element = Reader.Element
  typealias Tile = DenseTile<Element>

  private let rowPanels: UnsafeMutablePointer<Element>
  private let columnPanels: UnsafeMutablePointer<Element>
  private let paddedDepth: Int

  /// For at most rows x depth of A and depth x columns of B. Errors: memory.
  init(_ shape: DenseShape) throws(MemSimError) {
    paddedDepth = roundUp(shape.depth, Element.lanes)
    let rows = roundUp(shape.rows, Tile.height) * paddedDepth
    let columns = roundUp(shape.columns, Tile.width) * paddedDepth
    let bytes = (rows + columns) * MemoryLayout<Element>.stride
    var raw: UnsafeMutableRawPointer?
    guard posix_memalign(&raw, 64, bytes) == 0, let raw else {
      throw .memory("\(bytes) bytes of scratch are not to be had")
    }
    rowPanels = raw.bindMemory(to: Element.self, capacity: rows + columns)
    columnPanels = rowPanels + rows
  }

  func free() { Glibc.free(rowPanels) }

  func rowPanel(_ index: Int) -> UnsafeMutablePointer<Element> {
    rowPanels + index &* Tile.height &* paddedDepth
  }

  func columnPanel(_ index: Int) -> UnsafeMutablePointer<Element> {
    columnPanels + index &* Tile.width &* paddedDepth
  }

  /// Fills a row panel with `count` rows x `depth` of A: for each vector width of depth, the vector of every row.
  ///
  /// Nothing is transposed, the tile picks scalars. Rows past `count` are zero, the depth is padded to whole vectors.
  func packRows(_ index: Int, _ a: UnsafePointer<Element>, stride: Int, count: Int, depth: Int) {
    var out = rowPanel(index)
    for start in Swift.stride(from: 0, to: depth, by: Element.lanes) {
      let width = min(Element.lanes, depth &- start)
      for row in 0..<Tile.height {
        Element.store(row < count ? load(a + (row &* stride &+ start), width) : .zero, out)
        out += Element.lanes
      }
    }
  }

  @inline(__always)
  private func load(_ from: UnsafePointer<Element>, _ width: Int) -> Element.Lanes {
    width == Element.lanes ? Element.load(from) : AsStored<Element>.load(from, count: width)
  }

  /// Fills a column panel with `depth` rows x `count` columns of B, every row padded with zeros to the tile's width.
  func packColumns(_ index: Int, _ b: UnsafePointer<Reader.Stored>, stride: Int, count: Int, depth: Int) {
    var (b, out) = (b, columnPanel(index))
    for _ in 0..<depth {
      for start in Swift.stride(from: 0, to: Tile.width, by: Element.lanes) {
        let width = count &- start
        let lanes = width >= Element.lanes ? Reader.load(b + start) : Reader.load(b + start, count: max(width, 0))
        Element.store(lanes, out)
        out += Element.lanes
      }
      b += stride
    }
  }
}

/// The least multiple of `step` that is not below `count`.
@inline(__always)
func roundUp(_ count: Int, _ step: Int) -> Int { (count &+ step &- 1) / step &* step }
