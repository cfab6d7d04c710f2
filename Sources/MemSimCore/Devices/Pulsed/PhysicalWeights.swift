import CMemSimSIMD

/// From cells to weights and back.
extension PhysicalCells {
  /// How often a setting of weights is corrected by what a cell's own radius, length, ... make of it.
  private static let corrections = 8

  /// A cell's own ends of the weights: what `scale` says is weighed by them.
  private struct Ends {
    let least, most: FloatLanes
    private let scale: WeightScale

    init(_ planes: PulsedPlanes, _ scale: WeightScale, _ block: Int) {
      let ends = (planes.load(planes.least, 16 * block), planes.load(planes.most, 16 * block))
      (least, most, self.scale) = (ms_at_most_f(ends.0, ends.1), ms_at_least_f(ends.0, ends.1), scale)
    }

    private var gain: FloatLanes { (most - least) / Float(scale.most - scale.least) }

    /// A cell's own weight for that of a nominal one in its state.
    func own(_ w: FloatLanes) -> FloatLanes { least.addingProduct(w - Float(scale.least), gain) }

    /// The other way; where both ends are one, w_min.
    func nominal(_ w: FloatLanes) -> FloatLanes {
      let gain = gain, none = ms_equal_zero_f(gain)
      let above = ms_select_f(none, .zero, (w - least) / ms_select_f(none, FloatLanes(repeating: 1), gain))
      return above + Float(scale.least)
    }
  }

  private func ends(_ block: Int) -> Ends? { planes.most.count > 0 ? Ends(planes, scale, block) : nil }

  /// -1 for outputs that there are.
  func inside(_ block: Int) -> IntLanes {
    let outputs = IntLanes(truncatingIfNeeded: WordLanes.numbers) &+ Int32(16 * (block % blocksOfRow))
    return ms_less_i(outputs, IntLanes(repeating: Int32(planes.outputs)))
  }

  /// Weighs blocks anew, by the cells' own currents; 0 beyond the outputs. With write noise the cells whose `counts`
  /// are not 0 are seen anew; nil: all.
  func show(_ blocks: Range<Int>, _ event: UInt64, confined: Bool = false, pulsed counts: UnsafePointer<Int32>? = nil) {
    let (scale, count, isPlain) = (scale, blocksOfRow, planes.most.count == 0 && writeNoise == 0)
    cells.weigh(blocks, scale, confined: confined) { block, current in
      let w = scale.weight(current)
      if isPlain && block % count != count - 1 { return planes.store(w, planes.weights, 16 * block) }
      let hit = counts.map { ~ms_equal_zero_i(UnsafeRawPointer($0 + 16 * block).load(as: IntLanes.self)) }
      keep(ends(block)?.own(w) ?? w, block, seen: hit ?? IntLanes(repeating: -1), event)
    }
  }

  private func keep(_ w: FloatLanes, _ block: Int, seen: IntLanes, _ event: UInt64) {
    let there = inside(block), w = w * ms_select_f(there, FloatLanes(repeating: 1), .zero)
    planes.store(w, planes.state, 16 * block)
    if writeNoise > 0 { planes.see(w, seen & there, 16 * block, event, deviation: writeNoise) }
  }

  /// New cells of an input, at weight 0.
  func draw(row: Int, _ common: PulsedCommon) {
    let blocks = row * blocksOfRow..<(row + 1) * blocksOfRow
    cells.initialize(blocks: blocks)
    for block in blocks {
      drawSpread(common, block)
      settle(block, .zero, where: IntLanes(repeating: -1), event: 0)
    }
  }

  private func drawSpread(_ common: PulsedCommon, _ block: Int) {
    let at = 16 * block, z = PulsedNormals(key: planes.key, block), cell = common.cell(z, perfect: .zero)
    if planes.most.count > 0 {
      planes.store(cell.most, planes.most, at)
      planes.store(cell.least, planes.least, at)
    }
    if let bias = planes.bias { planes.store(cell.bias, bias, at) }
    planes.draw(common, z, at)
  }

  /// Sets the cells of an input to `weights` [stride], within their ends; those that weigh as much stay as they are.
  func settle(row: Int, _ weights: UnsafePointer<Float>, event: UInt64) {
    for index in row * blocksOfRow..<(row + 1) * blocksOfRow {
      let wanted = UnsafeRawPointer(weights + 16 * (index - row * blocksOfRow)).loadUnaligned(as: FloatLanes.self)
      settle(index, wanted, event: event)
    }
  }

  private func settle(_ block: Int, _ wanted: FloatLanes, event: UInt64) {
    let other = others(block, wanted)
    // Ends may have moved, and what is seen is drawn anew.
    if any(other) || planes.most.count > 0 || writeNoise > 0 { settle(block, wanted, where: other, event: event) }
  }

  /// Cells that do not weigh what is wanted.
  private func others(_ block: Int, _ wanted: FloatLanes) -> IntLanes {
    ~ms_equal_zero_f(wanted - planes.load(planes.state, 16 * block)) & inside(block)
  }

  /// Cells that vary weigh other than nominal ones in the same state: what is missing is asked for on top.
  private func settle(_ block: Int, _ wanted: FloatLanes, where mask: IntLanes, event: UInt64) {
    let target = target(block, wanted)
    _ = approach(block, target, from: target, where: mask, within: 1e-7)
    show(block..<block + 1, event)
  }

  /// What a nominal cell would have to weigh.
  private func target(_ block: Int, _ wanted: FloatLanes) -> FloatLanes {
    let nominal = ends(block).map { $0.nominal(FloatLanes.clamp(wanted, $0.least, $0.most)) } ?? wanted
    let (least, most) = (FloatLanes(repeating: Float(scale.least)), FloatLanes(repeating: Float(scale.most)))
    return FloatLanes.clamp(nominal, least, most)
  }

  /// Puts cells of `mask` into states in which they weigh `target`, `within` a part of the range if they can, beginning
  /// with those in which nominal ones weigh `first`; what they then weigh.
  private func approach(
    _ block: Int, _ target: FloatLanes, from first: FloatLanes, where mask: IntLanes, within part: Float
  ) -> FloatLanes {
    let (least, most) = (FloatLanes(repeating: Float(scale.least)), FloatLanes(repeating: Float(scale.most)))
    var (asked, read) = (first, FloatLanes.zero)
    for _ in 0..<PhysicalCells.corrections where any(mask) {
      var states = WideLanes(repeating: 0)
      for lane in 0..<16 { states[lane] = scale.state(Double(asked[lane])) }
      cells.setState(0, block: block, to: states, where: mask)
      read = scale.weights(cells, block)
      let missing = target - read
      if all(ms_less_f(ms_abs_f(missing), part * (most - least))) { break }
      asked = FloatLanes.clamp(asked + missing, least, most)
    }
    return read
  }

  /// Weights that change little: from where the cells are. They then are what was wanted, without the rounding of
  /// currents, so that many changes add up.
  private func shift(_ block: Int, _ wanted: FloatLanes, event: UInt64) {
    let mask = others(block, wanted), target = target(block, wanted), before = planes.load(planes.state, 16 * block)
    if !any(mask) && writeNoise == 0 { return }
    let (least, most) = (FloatLanes(repeating: Float(scale.least)), FloatLanes(repeating: Float(scale.most)))
    let states = cells.state(0, block: block), ends = ends(block)
    var now = FloatLanes.zero
    for lane in 0..<16 { now[lane] = Float(scale.weight(inState: states[lane])) }
    let first = FloatLanes.clamp(now + (target - scale.weights(cells, block)), least, most)
    let read = approach(block, target, from: first, where: mask, within: 2e-6)
    let near = ms_less_f(ms_abs_f(target - read), 1e-4 * (most - least))
    let asWanted = ends.map { FloatLanes.clamp(wanted, $0.least, $0.most) } ?? target
    let next = ms_select_f(near, asWanted, ends?.own(read) ?? read)
    keep(ms_select_f(mask, next, before), block, seen: IntLanes(repeating: -1), event)
  }

  /// Diffusion of an input's cells, then decay; `event` numbers the step.
  func step(row: Int, event: UInt64) {
    planes.step(row: row, event: event) { shift($1 / 16, $0, event: event) }
  }

  /// Resets cells of an input, each with a probability.
  func reset(row: Int, probability: Float, deviation: Float, event: UInt64) {
    planes.reset(row: row, probability: probability, deviation: deviation, event: event, uniforms: 0) { w, hit, at in
      // What the others would ask for keeps corrections going: a reset is as exact as they get.
      if any(hit) || writeNoise > 0 { settle(at / 16, ms_select_f(hit, w, .zero), where: hit, event: event) }
    }
  }
}
