import CMemSimSIMD

/// Many Synaptogen cells (Hennen et al., arXiv:2404.06344).
///
/// Planes of one number per cell hold what pulses and reads touch; what only a new cycle touches is kept block by
/// block: mu and sigma [8 x 16], history [4p x 16], each one run of memory. 69 + 16 p bytes a cell, p = 10: 229.
package final class SynaptogenCells: Cells {
  package let kernel: SynaptogenKernel
  package let mixture: CurrentMixture?
  private let key: SIMD2<UInt32>
  private let floats: [Storage<Float>]
  private let cycle: Storage<UInt32>
  private let flags: Storage<UInt8>
  private let device: Storage<FloatLanes>
  private let history: Storage<UInt8>
  private let lags: Storage<Float>
  private let spread: SynaptogenSpread
  private let stationary: SynaptogenStationary?

  /// Memory for `blocks` blocks of cells. Errors: argument (parameters that define no model), memory.
  init(blocks: Int, seed: UInt64, settings: ModelSettings) throws(MemSimError) {
    let constants = try SynaptogenConstants(settings)
    let half = settings.choice("history") == "half"
    let historyBytes = SynaptogenHistory.bytes(order: constants.order, half: half)
    try requireMemory(blocks * (16 * 69 + historyBytes))
    key = SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
    var floats: [Storage<Float>] = []
    for _ in 0..<8 { floats.append(try Storage(blocks * 16)) }
    self.floats = floats
    (cycle, flags) = (try Storage(blocks * 16), try Storage(blocks * 16))
    (device, history) = (try Storage(blocks * 8), try Storage(blocks * historyBytes))
    let regression = SynaptogenRegression(settings, order: constants.order)
    lags = try regression.rotations()
    spread = try SynaptogenSpread(settings)
    stationary = settings.choice("start") == "stationary" ? try SynaptogenStationary(regression) : nil
    let planes = floats.map(Plane.init)
    kernel = SynaptogenKernel(
      constants: constants, r: planes[0], threshold: planes[1], hrs: planes[2], us: planes[3], lrs: planes[4],
      ur: planes[5], a: planes[6], c: planes[7], cycle: Plane(cycle), flags: Plane(flags), device: device.base,
      history: SynaptogenHistory(history, order: constants.order, half: half), lags: UnsafePointer(lags.base))
    mixture = CurrentMixture(
      plane: UnsafePointer(planes[0].base),
      coefficients: { u in
        let low = constants.lowCurrent(u)
        return (low, constants.highCurrent(u) - low)
      },
      signedRange: constants.signedRange, signedVolts: SynaptogenConstants.validVolts)
  }

  package var planes: [UnsafeMutableRawBufferPointer] {
    floats.map(\.bytes) + [cycle.bytes, flags.bytes, device.bytes, history.bytes]
  }

  package func apply(_ volts: Operand, selection: Selection, blocks: Range<Int>) {
    let kernel = kernel
    let draw = SynaptogenNormals(key: key, purpose: .cycle)
    for block in blocks {
      kernel.pulse(block, volts.floats(block &* 16), where: selection.lanes(block: block), draw: draw)
    }
  }

  package func currents(block: Int, volts: FloatLanes) -> FloatLanes {
    kernel.constants.current(kernel.r[block], volts)
  }

  package func flow(block: Int, volts: WideLanes) -> WideFlow {
    kernel.constants.flow(WideLanes(kernel.r[block]), volts)
  }

  /// Draws mu, sigma, the history and the first cycle of each cell; all start in HRS.
  package func initialize(blocks: Range<Int>) {
    let kernel = kernel
    withUnsafeTemporaryAllocation(of: FloatLanes.self, capacity: 4 * kernel.constants.order + 8) { z in
      for block in blocks {
        drawDevice(block, z.baseAddress!)
        drawHistory(block, z.baseAddress!)
        kernel.begin(block)
      }
    }
  }

  private func drawDevice(_ block: Int, _ z: UnsafeMutablePointer<FloatLanes>) {
    let draw = SynaptogenNormals(key: key, purpose: .device)
    (z[0], z[1], z[2], z[3]) = draw.normals(block, cycle: .zero)
    (z[4], z[5], z[6], z[7]) = draw.normals(block, cycle: WordLanes(repeating: 1))
    let uniform = Uniform.float(draw.words(block, cycle: WordLanes(repeating: 2)).0)
    spread.draw(u: uniform, normals: z, into: device.base + 8 * block)
  }

  /// The vector j cycles ago goes to slot (-j) mod p. A fresh cell has known only this cycle.
  private func drawHistory(_ block: Int, _ z: UnsafeMutablePointer<FloatLanes>) {
    let p = kernel.constants.order
    let all = IntLanes(repeating: -1)
    guard let factor = stationary?.factor.base else {
      let eps = SynaptogenNormals(key: key, purpose: .cycle).normals(block, cycle: .zero)
      return kernel.history.store(block, slot: 0, kernel.innovations(eps), where: all)
    }
    let draw = SynaptogenNormals(key: key, purpose: .history)
    for j in 0..<p {
      (z[4 * j], z[4 * j + 1], z[4 * j + 2], z[4 * j + 3]) = draw.normals(block, cycle: WordLanes(repeating: UInt32(j)))
    }
    func row(_ i: Int) -> FloatLanes {
      var sum = FloatLanes.zero
      for k in 0...i { sum.addProduct(FloatLanes(repeating: factor[i * 4 * p + k]), z[k]) }
      return sum
    }
    for j in 0..<p {
      let vector = (row(4 * j), row(4 * j + 1), row(4 * j + 2), row(4 * j + 3))
      kernel.history.store(block, slot: (p - j) % p, vector, where: all)
    }
  }

  package var quantityCount: Int { 1 }

  package func state(_ index: Int, block: Int) -> WideLanes {
    WideLanes(kernel.state(SynaptogenState(rawValue: index)!, block))
  }

  package func range(_ index: Int) -> ClosedRange<Double> { SynaptogenState(rawValue: index)!.range }

  package func setState(_ index: Int, block: Int, to values: WideLanes, where mask: IntLanes) {
    kernel.setState(SynaptogenState(rawValue: index)!, block, values.floats, mask)
  }
}
