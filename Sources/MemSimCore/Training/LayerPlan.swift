/// How a layer's devices lie in memory for one precision.
///
/// A strip is one vector of columns. Its rows follow each other: [a, q] of each, for an ohmic law [a]; the derivatives
/// [da, dq] lie the same way in a second region.
struct LayerPlan<L: DeviceLanes> {
  /// Rows of a tile: the tables of one stay in the first-level cache. A multiple of 4.
  static var tileRows: Int { 64 }

  let rows, columns: Int
  let isExponential: Bool
  /// 1/A, a power of two near 1 / (k_V G_on): squares of currents are of currents times this, lest they underflow.
  let unit: L.Scalar

  init(_ layer: MemristiveLayer) {
    unit = L.Scalar(sign: .plus, exponent: L.Scalar.Exponent(-Int((layer.scale * layer.window.on).exponent)), significand: 1)
    (rows, columns, isExponential) = (layer.rows, layer.columns, layer.law.isExponential)
  }

  var width: Int { L.scalarCount }
  var strips: Int { (columns + width - 1) / width }
  var blocks: Int { (columns + 15) / 16 }
  var tiles: Int { (rows + LayerPlan.tileRows - 1) / LayerPlan.tileRows }
  /// Elements of a row of a strip.
  var stride: Int { isExponential ? 2 * width : width }
  /// Elements of a region.
  var region: Int { blocks * L.parts * rows * stride }
  var paddedColumns: Int { blocks * 16 }

  /// Whether at most eight of the sixteen columns of a strip exist.
  func isNarrow(_ strip: Int) -> Bool { width == 16 && columns - strip * 16 <= 8 }

  /// Rows of a tile.
  func range(_ tile: Int) -> Range<Int> {
    tile * LayerPlan.tileRows..<min((tile + 1) * LayerPlan.tileRows, rows)
  }

  /// The random group of the first row of a tile of a block.
  func group(_ block: Int, _ first: Int) -> Int { (block * ((rows + 3) / 4 * 4) + first) / 4 }
}
