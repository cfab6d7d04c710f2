import CMemSimSIMD

/// What happens to weights without pulses, whatever holds them: diffusion, decay, resets; and how they are seen.
extension PulsedPlanes {
  /// Draws what of it differs from device to device, of sixteen from element `at` on.
  func draw(_ common: PulsedCommon, _ z: PulsedNormals, _ at: Int) {
    if let diffusion { store(common.diffusionRate(z), diffusion, at) }
    if let decay { store(common.decayScale(z), decay, at) }
    if let drift { store(common.drift.exponent(z), drift.exponent, at) }
  }

  private func biases(_ at: Int) -> FloatLanes { bias.map { load($0, at) } ?? .zero }

  /// Diffusion of an input's devices, then decay; `settle` sets sixteen weights. `event` numbers the step.
  func step(row: Int, event: UInt64, settle: (_ w: FloatLanes, _ at: Int) -> Void) {
    var normals = NormalsInTurn(EventNormals(seed: key, purpose: PulsedPurpose.diffusion, event: event))
    for at in Swift.stride(from: row * stride, to: (row + 1) * stride, by: 16) {
      var w = load(state, at)
      if let diffusion {
        w.addProduct(load(diffusion, at), normals.sixteen(at))
        settle(w, at)
        w = load(state, at)
      }
      if let decay { settle((w - biases(at)) * load(decay, at) + biases(at), at) }
    }
  }

  /// Resets devices of an input, each with a probability: `settle` sets sixteen weights, of which those of `hit` are new.
  ///
  /// `uniforms`, 0 or 1, says which use of the event's numbers tells whom it hits; the other is where it leads.
  func reset(
    row: Int, probability: Float, deviation: Float, event: UInt64, uniforms: UInt32 = 1,
    settle: (_ w: FloatLanes, _ hit: IntLanes, _ at: Int) -> Void
  ) {
    func numbers(_ use: UInt32) -> EventNormals { EventNormals(seed: key, purpose: PulsedPurpose.resets &+ use, event: event) }
    var normals = NormalsInTurn(numbers(1 - uniforms))
    for at in Swift.stride(from: row * stride, to: (row + 1) * stride, by: 16) {
      let z = normals.sixteen(at), u = numbers(uniforms).sixteenUniforms(at)
      let hit = ms_less_f(u, FloatLanes(repeating: probability))
      let target = biases(at).addingProduct(z, FloatLanes(repeating: deviation))
      settle(ms_select_f(hit, target, load(state, at)), hit, at)
    }
  }

  /// Draws what is seen of weights that were written, where `mask` is -1.
  @inline(never)
  func see(_ w: FloatLanes, _ mask: IntLanes, _ at: Int, _ event: UInt64, deviation: Float) {
    let normals = EventNormals(seed: key, purpose: PulsedPurpose.writes, event: event)
    let seen = w.addingProduct(normals.sixteen(at), FloatLanes(repeating: deviation))
    store(ms_select_f(mask, seen, load(weights, at)), weights, at)
  }
}
