import CMemSimSIMD

/// From the current of a cell to its weight and from a weight to the state of a nominal cell that has it.
package struct WeightScale: Sendable, Equatable {
  private static let nodes = 4096
  let least, most: Double
  /// What pulses do not lead beyond.
  let states: ClosedRange<Double>
  /// V.
  let volts: Double
  /// A of weight 0, and weight of an ampere.
  private let origin, gain: Double
  /// By rising weight.
  private let weights, inverse: [Double]

  /// Of cells all of which are nominal, at least one block. Errors: argument.
  init(_ settings: ModelSettings, _ cells: any Cells, states: ClosedRange<Double>) throws(MemSimError) {
    (least, most) = (settings.value("w_min"), settings.value("w_max"))
    (self.states, volts) = (states, settings.value("read_voltage"))
    guard least < most else {
      throw .argument("parameters must have w_min <= 0 <= w_max and w_min < w_max, got w_min \(least) and w_max \(most)")
    }
    var nodes = WeightScale.spread(states)
    var currents = nodes.map { WeightScale.current(cells, state: $0, volts: settings.value("read_voltage")) }
    if currents[0] > currents[currents.count - 1] { (nodes, currents) = (nodes.reversed(), currents.reversed()) }
    guard zip(currents, currents.dropFirst()).allSatisfy({ $0 < $1 }) else {
      throw .argument("read_voltage must be one at which the current rises or falls with \(settings.card.states[0].name), got \(volts) V")
    }
    gain = (most - least) / (currents[currents.count - 1] - currents[0])
    origin = currents[0] - least / gain
    let (gain, origin) = (gain, origin)
    weights = currents.map { ($0 - origin) * gain }
    inverse = nodes
  }

  /// Nodes at like ratios where the range spans more than a decade, else at like distances.
  private static func spread(_ range: ClosedRange<Double>) -> [Double] {
    let (low, high) = (range.lowerBound, range.upperBound)
    let parts = (0...nodes).map { Double($0) / Double(nodes) }
    guard low > 0, high > 10 * low else { return parts.map { low + (high - low) * $0 } }
    let ratio = Elementary.log(DoubleLanes(repeating: high / low))[0]
    return parts.map { min(low * Elementary.exp(DoubleLanes(repeating: ratio * $0))[0], high) }
  }

  private static func current(_ cells: any Cells, state: Double, volts: Double) -> Double {
    cells.setState(0, block: 0, to: WideLanes(repeating: state), where: IntLanes(repeating: -1))
    return cells.currents(block: 0, volts: WideLanes(repeating: volts))[0]
  }

  @inline(__always)
  func weight(_ current: FloatLanes) -> FloatLanes { (current - Float(origin)) * Float(gain) }

  var bytes: Int { (weights.count + inverse.count) * MemoryLayout<Double>.stride }

  /// Called before cells are pulsed and weighed. Errors: memory.
  func makeReady(_ cells: any Cells) throws(MemSimError) {
    try (cells as? any TimedCells)?.preparePulses()
    try cells.prepareWeights(self)
  }

  /// Weights of a block of cells by their currents.
  func weights(_ cells: any Cells, _ block: Int) -> FloatLanes {
    var w = FloatLanes.zero
    cells.weigh(block..<block + 1, self, confined: false) { w = weight($1) }
    return w
  }

  /// The state of a nominal cell of this weight, within the range.
  func state(_ weight: Double) -> Double { WeightScale.lookup(weight, weights, inverse, sign: 1) }

  /// The weight of a nominal cell in this state, within the range.
  func weight(inState state: Double) -> Double {
    WeightScale.lookup(state, inverse, weights, sign: inverse[0] < inverse[inverse.count - 1] ? 1 : -1)
  }

  /// y at an x among nodes that rise, or fall where `sign` is -1; within the ends.
  private static func lookup(_ x: Double, _ xs: [Double], _ ys: [Double], sign: Double) -> Double {
    var (low, high) = (0, xs.count - 1)
    while high - low > 1 {
      let middle = (low + high) / 2
      if sign * xs[middle] <= sign * x { low = middle } else { high = middle }
    }
    let part = min(max((x - xs[low]) / (xs[high] - xs[low]), 0), 1)
    return ys[low] + (ys[high] - ys[low]) * part
  }
}
