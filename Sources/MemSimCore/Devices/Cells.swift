import CMemSimSIMD

/// The state of many cells of one model. What an array asks of a model, once per whole array or per block of
/// sixteen cells, never per cell, so that a call through `any Cells` costs nothing.
///
/// Blocks are numbered from 0; block b holds cells 16b..<16b+16. The last one is padded: padding cells exist but are
/// never selected.
public protocol Cells: AnyObject, Sendable {
  /// Bytes of every plane of state, in a fixed order; together they are the whole state.
  var planes: [UnsafeMutableRawBufferPointer] { get }

  /// Draws the initial state of the cells of the blocks.
  func initialize(blocks: Range<Int>)

  /// Applies one voltage sample [V] to the selected cells of the blocks.
  func apply(_ volts: Operand, selection: Selection, blocks: Range<Int>)

  /// Noiseless currents [A] of a block of cells at `volts` [V].
  func currents(block: Int, volts: FloatLanes) -> FloatLanes

  /// Values of state `index` of the card for a block.
  func state(_ index: Int, block: Int) -> FloatLanes

  /// Throws if `value` is not allowed for state `index`.
  func check(_ index: Int, value: Float) throws(MemSimError)

  /// Sets state `index` of the card where `mask` is -1.
  func setState(_ index: Int, block: Int, to values: FloatLanes, where mask: IntLanes)

  /// For models whose current is I(U) = l(U) + x d(U) with one number x per cell: the plane of x, else nil.
  var mixture: CurrentMixture? { get }
}

/// The linear form I(U) = l(U) + x d(U) of a cell's current, which makes column currents a matrix product.
public struct CurrentMixture: @unchecked Sendable {
  /// x of every cell.
  let plane: UnsafePointer<Float>
  /// l [A] and d [A] at sixteen voltages [V].
  let coefficients: @Sendable (FloatLanes) -> (l: FloatLanes, d: FloatLanes)
  /// Within this range of x and for |U| <= `signedVolts` [V], a cell's current has the sign of its voltage; nil: nowhere.
  let signedRange: ClosedRange<Float>?
  let signedVolts: Float
}

/// Which cells a call acts on.
public struct Selection: @unchecked Sendable {
  private let mask: UnsafePointer<UInt8>?
  private let count: Int

  /// - Parameter mask: one byte per cell, nonzero: selected; nil: all of `count` cells.
  public init(_ mask: UnsafePointer<UInt8>?, count: Int) { (self.mask, self.count) = (mask, count) }

  /// -1 for the selected cells of a block, 0 for the others.
  @inline(__always)
  func lanes(block: Int) -> IntLanes {
    let first = block &* 16
    if first &+ 16 > count { return tail(first) }
    guard let mask else { return IntLanes(repeating: -1) }
    return ms_nonzero_u8(UnsafeRawPointer(mask + first).loadUnaligned(as: SIMD16<UInt8>.self))
  }

  private func tail(_ first: Int) -> IntLanes {
    var lanes = IntLanes.zero
    for lane in 0..<max(0, count - first) where mask == nil || mask![first + lane] != 0 { lanes[lane] = -1 }
    return lanes
  }
}
