import CMemSimSIMD

/// Steps read off a curve between the bounds.
struct PiecewiseStep: PulsedLaw {
  let writeNoise: Float
  let granularity: Double
  private let sigma: Float
  private let up, down: [Float]

  /// Errors: argument, unless both curves have the same number of nodes, 1...1024.
  init(_ settings: ModelSettings) throws(MemSimError) {
    up = PiecewiseStep.nodes(settings.values("piecewise_up"))
    down = PiecewiseStep.nodes(settings.values("piecewise_down"))
    guard up.count == down.count, (1...1024).contains(up.count) else {
      throw .argument("piecewise_up and piecewise_down must have as many nodes, 1...1024, got \(up.count) and \(down.count)")
    }
    sigma = Float(settings.value("dw_min_std"))
    let least = settings.value("dw_min")
    writeNoise = Float(settings.value("write_noise_std") * least)
    let middle = Double(up[up.count / 2])
    granularity = middle > 0 ? least * middle : least
  }

  /// None is one of 1.
  private static func nodes(_ given: [Double]) -> [Float] { given.isEmpty ? [1] : given.map(Float.init) }

  var isNoisy: Bool { sigma > 0 }

  func pulse(_ w: FloatLanes, up isUp: IntLanes, _ z: FloatLanes, _ cell: PulsedCell) -> FloatLanes {
    let span = cell.most - cell.least
    let alive = ms_less_f(.zero, span)
    let place = (w - cell.least) / ms_select_f(alive, span, FloatLanes(repeating: 1)) * Float(up.count - 1)
    var factor = FloatLanes.zero
    for lane in 0..<16 {
      let nodes = isUp[lane] != 0 ? up : down
      factor[lane] = PiecewiseStep.value(nodes, alive[lane] != 0 ? max(place[lane], 0) : 0)
    }
    let moved = factor * cell.step(isUp) * FloatLanes(repeating: 1).addingProduct(z, FloatLanes(repeating: sigma))
    return cell.clipped(w + PulsedCell.signed(moved, isUp))
  }

  private static func value(_ nodes: [Float], _ place: Float) -> Float {
    if nodes.count == 1 { return nodes[0] }
    let index = min(Int(place), nodes.count - 2)
    let part = min(place - Float(index), 1)
    return (1 - part) * nodes[index] + part * nodes[index + 1]
  }

  static let card = ModelCard(
    pulsed: "piecewise-step", "Piecewise linear step", "A pulse moves the weight by dw_min times a curve between the bounds.",
    own: [
      .init("piecewise_up", unit: "1", "nodes of the curve of up steps, from the lower to the upper bound; none: 1", rows: 0, in: -1e6...1e6, default: []),
      .init("piecewise_down", unit: "1", "nodes of the curve of down steps; none: 1", rows: 0, in: -1e6...1e6, default: []),
      ModelCard.writeNoise,
    ])
}
