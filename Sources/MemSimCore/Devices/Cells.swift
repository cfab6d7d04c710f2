import CMemSimSIMD

/// The state of many cells of one model. What an array asks of a model, once per whole array or per block of
/// sixteen cells, never per cell, so that a call through `any Cells` costs nothing.
///
/// Blocks are numbered from 0; block b holds cells 16b..<16b+16. The last one is padded: padding cells exist but are
/// never selected.
package protocol Cells: AnyObject, Sendable {
  /// Bytes of every plane of state, in a fixed order; together they are the whole state.
  var planes: [UnsafeMutableRawBufferPointer] { get }

  /// Bytes of tables, which cells of the same parameters may share; by default 0.
  var tableBytes: Int { get }

  /// Draws the initial state of the cells of the blocks.
  func initialize(blocks: Range<Int>)

  /// Applies one voltage sample [V] to the selected cells of the blocks; of `TimedCells`, for the default duration.
  func apply(_ volts: Operand, selection: Selection, blocks: Range<Int>)

  /// Noiseless currents [A] of a block of cells at `volts` [V], in single precision.
  func currents(block: Int, volts: FloatLanes) -> FloatLanes

  /// Called before `weigh` with the same scale, after `preparePulses` of cells with a time. By default nothing.
  /// Errors: memory.
  func prepareWeights(_ scale: WeightScale) throws(MemSimError)

  /// Noiseless currents [A] of blocks at the scale's voltage, to `body`; cells whose first state is outside the scale's
  /// are first brought back to its nearer end if `confined`.
  func weigh(_ blocks: Range<Int>, _ scale: WeightScale, confined: Bool, _ body: (Int, FloatLanes) -> Void)

  /// The same in double precision. By default the single-precision currents.
  func currents(block: Int, volts: WideLanes) -> WideLanes

  /// Currents and their slopes by the voltage in double precision, for solvers of circuits. By default differences over
  /// 2e-6 of the voltage, at least 2e-9 V.
  func flow(block: Int, volts: WideLanes) -> WideFlow

  /// The card's quantities for a block at `volts` [V], in card order, to `out`.
  func quantities(block: Int, volts: WideLanes, into out: UnsafeMutablePointer<WideLanes>)

  /// The same in single precision. By default by way of double precision.
  func quantities(block: Int, volts: FloatLanes, into out: UnsafeMutablePointer<FloatLanes>)

  /// Values of state `index` of the card for a block.
  func state(_ index: Int, block: Int) -> WideLanes

  /// What state `index` may be set to.
  func range(_ index: Int) -> ClosedRange<Double>

  /// Called once before state `index` is set in any block. Errors: memory.
  func willSet(_ index: Int) throws(MemSimError)

  /// Called before a saved state with so many planes is loaded, by cells whose planes may grow in use. Errors: memory.
  func expect(planes count: Int) throws(MemSimError)

  /// Sets state `index` of the card where `mask` is -1.
  func setState(_ index: Int, block: Int, to values: WideLanes, where mask: IntLanes)

  /// Quantities of the card.
  var quantityCount: Int { get }

  /// For models whose current is I(U) = l(U) + x d(U) with one number x per cell: the plane of x, else nil.
  var mixture: CurrentMixture? { get }
}

extension Cells {
  package func currents(block: Int, volts: WideLanes) -> WideLanes { WideLanes(currents(block: block, volts: volts.floats)) }

  package func flow(block: Int, volts: WideLanes) -> WideFlow {
    let h = WideLanes(low: difference(volts.low), high: difference(volts.high))
    let (up, down) = (currents(block: block, volts: volts + h), currents(block: block, volts: volts - h))
    return WideFlow(current: currents(block: block, volts: volts), slope: (up - down) / (2 * h))
  }

  private func difference(_ volts: DoubleLanes) -> DoubleLanes {
    ms_at_least_d(1e-6 * ms_abs_d(volts), DoubleLanes(repeating: 1e-9))
  }

  /// The current alone, which every model has.
  package func quantities(block: Int, volts: WideLanes, into out: UnsafeMutablePointer<WideLanes>) {
    out[0] = currents(block: block, volts: volts)
  }

  package func quantities(block: Int, volts: FloatLanes, into out: UnsafeMutablePointer<FloatLanes>) {
    withUnsafeTemporaryAllocation(of: WideLanes.self, capacity: ModelCard.maxQuantities) { wide in
      for index in 0..<ModelCard.maxQuantities { wide[index] = WideLanes(repeating: 0) }
      quantities(block: block, volts: WideLanes(volts), into: wide.baseAddress!)
      for index in 0..<quantityCount { out[index] = wide[index].floats }
    }
  }

  package var tableBytes: Int { 0 }

  package func prepareWeights(_ scale: WeightScale) throws(MemSimError) {}

  package func weigh(_ blocks: Range<Int>, _ scale: WeightScale, confined: Bool, _ body: (Int, FloatLanes) -> Void) {
    for block in blocks {
      if confined { confine(block, to: scale.states) }
      body(block, currents(block: block, volts: FloatLanes(repeating: Float(scale.volts))))
    }
  }

  private func confine(_ block: Int, to range: ClosedRange<Double>) {
    let state = state(0, block: block)
    let inside = WideLanes.clamp(state, WideLanes(repeating: range.lowerBound), WideLanes(repeating: range.upperBound))
    let mask = WideLanes.select(WideLanes.equal(state, inside), WideLanes(repeating: 0), WideLanes(repeating: 1)).floats.nonzero
    if any(mask) { setState(0, block: block, to: inside, where: mask) }
  }

  package func willSet(_ index: Int) throws(MemSimError) {}

  package func expect(planes count: Int) throws(MemSimError) {}

  package var mixture: CurrentMixture? { nil }
}

/// Currents [A] of sixteen cells and their slopes [S].
package struct WideFlow {
  var current, slope: WideLanes
}

/// The linear form I(U) = l(U) + x d(U) of a cell's current, which makes column currents a matrix product.
package struct CurrentMixture: @unchecked Sendable {
  /// x of every cell.
  let plane: UnsafePointer<Float>
  /// l [A] and d [A] at sixteen voltages [V].
  let coefficients: @Sendable (FloatLanes) -> (l: FloatLanes, d: FloatLanes)
  /// Within this range of x and for |U| <= `signedVolts` [V], a cell's current has the sign of its voltage; nil: nowhere.
  let signedRange: ClosedRange<Float>?
  let signedVolts: Float
}

/// Which cells a call acts on.
package struct Selection: @unchecked Sendable {
  private let mask: UnsafePointer<UInt8>?
  private let count: Int

  /// - Parameter mask: one byte per cell, nonzero: selected; nil: all of `count` cells.
  package init(_ mask: UnsafePointer<UInt8>?, count: Int) { (self.mask, self.count) = (mask, count) }

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
