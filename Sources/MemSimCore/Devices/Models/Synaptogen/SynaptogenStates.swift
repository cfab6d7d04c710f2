import CMemSimSIMD

/// Reading and setting the per-cell quantities of the card.
extension SynaptogenKernel {
  func state(_ state: SynaptogenState, _ block: Int) -> FloatLanes {
    switch state {
    case .r: r[block]
    case .hrs: hrs[block]
    case .us: us[block]
    case .lrs: lrs[block]
    case .ur: ur[block]
    case .cycle: FloatLanes(cycle[block])
    case .threshold: threshold[block]
    case .inHRS: ms_int_to_f(0 &- high(block))
    case .inLRS: ms_int_to_f(0 &- low(block))
    case .a: a[block]
    case .c: c[block]
    case .latentHRS: latent(block).0
    case .latentUS: latent(block).1
    case .latentLRS: latent(block).2
    case .latentUR: latent(block).3
    default: device[8 * block + state.rawValue - SynaptogenState.muHRS.rawValue]
    }
  }

  func setState(_ state: SynaptogenState, _ block: Int, _ values: FloatLanes, _ mask: IntLanes) {
    switch state {
    case .r: setMixture(block, values, mask)
    case .hrs, .us, .lrs, .ur: setFeature(state, block, values, mask)
    case .latentHRS, .latentUS, .latentLRS, .latentUR: setLatent(state, block, values, mask)
    default:
      let row = 8 * block + state.rawValue - SynaptogenState.muHRS.rawValue
      device[row] = ms_select_f(mask, values, device[row])
    }
  }

  /// The cell is then in neither state, as if it had just come to r at its RESET threshold: a RESET goes on from there
  /// to the HRS of this cycle.
  private func setMixture(_ block: Int, _ values: FloatLanes, _ mask: IntLanes) {
    r[block] = ms_select_f(mask, values, r[block])
    threshold[block] = ms_select_f(mask, ur[block], threshold[block])
    flags[block] = flags[block] & ms_narrow_u8(~mask)
    fitTransition(block, where: mask)
  }

  /// A feature in force takes effect at once: r of a cell in that state, the threshold of a cell in LRS, the way to the
  /// HRS of a cell in between.
  private func setFeature(_ state: SynaptogenState, _ block: Int, _ values: FloatLanes, _ mask: IntLanes) {
    let plane = state == .hrs ? hrs : state == .us ? us : state == .lrs ? lrs : ur
    plane[block] = ms_select_f(mask, values, plane[block])
    let inHigh = mask & high(block)
    let inLow = mask & low(block)
    if state == .hrs { r[block] = ms_select_f(inHigh, constants.mixture(ofResistance: values), r[block]) }
    if state == .hrs { fitTransition(block, where: mask & ~inHigh & ~low(block)) }
    if state == .lrs { r[block] = ms_select_f(inLow, constants.mixture(ofResistance: values), r[block]) }
    if state == .ur { threshold[block] = ms_select_f(inLow, values, threshold[block]) }
  }

  /// Slots differ between cells that are not in step, so lane by lane.
  private func latent(_ block: Int) -> LatentLanes {
    var x: LatentLanes = (.zero, .zero, .zero, .zero)
    for lane in 0..<16 {
      let slot = history.load(block, slot: Int(cycle[block][lane]) % constants.order)
      (x.0[lane], x.1[lane], x.2[lane], x.3[lane]) = (slot.0[lane], slot.1[lane], slot.2[lane], slot.3[lane])
    }
    return x
  }

  private func setLatent(_ state: SynaptogenState, _ block: Int, _ values: FloatLanes, _ mask: IntLanes) {
    for lane in 0..<16 where mask[lane] != 0 {
      let slot = Int(cycle[block][lane]) % constants.order
      var x = history.load(block, slot: slot)
      switch state {
      case .latentHRS: x.0[lane] = values[lane]
      case .latentUS: x.1[lane] = values[lane]
      case .latentLRS: x.2[lane] = values[lane]
      default: x.3[lane] = values[lane]
      }
      history.store(block, slot: slot, x, where: IntLanes(repeating: -1))
    }
  }
}
