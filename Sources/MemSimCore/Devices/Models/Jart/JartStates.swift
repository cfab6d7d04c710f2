import CMemSimSIMD

extension JartState {
  /// What may be set.
  func range(cellLength: Double) -> ClosedRange<Double> {
    switch self {
    case .r: 5e-9...100e-9
    case .l: 0.1e-9...min(5e-9, cellLength * 0.999)
    default: JartPhysics.concentrations
    }
  }
}

extension JartKernel {
  func state(_ state: JartState, _ index: Int) -> WideLanes {
    let volts = WideLanes(voltage[index])
    let block = block(index, volts: volts)
    switch state {
    case .n: return block.seen(solver.physics, at: block.logarithm, WideLanes.exp(block.logarithm)).1
    case .temperature: return solve(index, volts).temperature
    case .r: return block.size(at: block.logarithm).r
    case .l: return block.size(at: block.logarithm).l
    case .least: return WideLanes.exp(block.least)
    case .most: return WideLanes.exp(block.most)
    case .nextR: return block.r + block.growthR
    case .nextL: return block.l + block.growthL
    case .halfCycle: return walk.map { WideLanes(FloatLanes($0.halfCycle[index])) } ?? WideLanes(repeating: 0)
    case .voltage: return volts
    case .jump: return block.jump
    }
  }

  /// Keeps ln N within a range.
  func confine(_ index: Int, to range: ClosedRange<Double>) {
    let (low, high) = (WideLanes(repeating: range.lowerBound), WideLanes(repeating: range.upperBound))
    logarithm[index] = WideLanes.clamp(logarithm[index], low, high)
  }

  /// Radius and length become constant until the next half-cycle.
  func setState(_ state: JartState, _ index: Int, _ values: WideLanes, _ mask: IntLanes) {
    func set(_ plane: Plane<Double>, _ new: WideLanes) {
      plane[index] = WideLanes.select(mask.wide, new, plane[index])
    }
    func stop(_ growth: Plane<Float>?) {
      if let growth { growth[index] = ms_select_f(mask, .zero, growth[index]) }
    }
    guard let spread else { return set(logarithm, WideLanes.log(values)) }
    switch state {
    case .r:
      set(spread.r, values)
      stop(walk?.growthR)
    case .l:
      set(spread.l, values)
      stop(walk?.growthL)
    case .least: set(spread.least, WideLanes.log(values))
    case .most: set(spread.most, WideLanes.log(values))
    default: set(logarithm, WideLanes.log(values))
    }
  }
}
