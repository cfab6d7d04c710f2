import CMemSimSIMD

/// One try of some vectors: DAC, product, what happens on the lines, ADC.
struct TilePass: @unchecked Sendable {
  let work: TileProduct
  let tries: [TileProduct.Try]
  let round: Int
  /// Number of the segment's first vector.
  let first: UInt64
  let given: UnsafePointer<Float>

  private var settings: IOSettings { work.settings }
  private var direction: TileDirection { work.direction }
  private var matrix: TileMatrix { work.matrix }
  private var inputs: Int { matrix.inputs }
  private var stride: Int { matrix.stride }
  private var key: UInt64 { work.products.key }
  private var context: Context { work.products.context }

  private func random(_ use: TileDirection.Use, _ k: Int) -> EventNormals {
    direction.random(key, use, round: round, vector: first &+ UInt64(tries[k].place))
  }

  /// Writes results of those that are done; the others.
  func run(into out: UnsafeMutablePointer<Float>) -> [TileProduct.Try] {
    context.parallel(tries.count) { drive($0) }
    switch settings.mode {
    case .onePass: pass(work.x, matrix.lines, into: work.y, .weight)
    case .separate:
      bothSigns()
      context.parallel(tries.count) { k in
        for i in 0..<stride { work.y[k * stride + i] += work.second[k * stride + i] }
      }
    case .digital: bothSigns()
    }
    return finish(into: out)
  }

  /// Inputs of either sign by themselves; results of negative ones go to `second`.
  private func bothSigns() {
    let count = tries.count * inputs
    for i in 0..<count { (work.other[i], work.x[i]) = (min(work.x[i], 0), max(work.x[i], 0)) }
    pass(work.x, matrix.lines, into: work.y, .weight)
    pass(work.other, work.negative, into: work.second, .weightSecond)
  }

  // MARK: inputs

  /// The k-th vector through the DAC.
  private func drive(_ k: Int) {
    let from = given + tries[k].place * inputs, to = work.x + k * inputs
    // Copied: the compiler takes what is stored for something that may change them.
    let (settings, inputs) = (settings, inputs)
    let scale = tries[k].scale, step = settings.inputStep, inverse = step > 0 ? 1 / step : 0
    let noisy = settings.inputNoise > 0, rounds = step > 0 && settings.inputRounds
    each(inputs, draws(k, .input, if: noisy, .inputRound, if: rounds)) { at, z, u in
      let width = min(16, inputs - at)
      var v = load(from + at, width) * scale
      if step > 0 {
        var steps = v * inverse
        if rounds { steps = steps + u - 0.5 }
        v = ms_round_f(steps) * step
      }
      v = FloatLanes.clamp(v, FloatLanes(repeating: -settings.inputBound), FloatLanes(repeating: settings.inputBound))
      if noisy { v.addProduct(FloatLanes(repeating: settings.inputNoise), z) }
      if settings.inputAsymmetry != 0 { v = ms_select_f(ms_less_f(v, .zero), v * (1 - settings.inputAsymmetry), v) }
      save(v, to + at, width)
    }
  }

  /// What is drawn for a vector: normals and uniform numbers of two uses, those that are wanted.
  private struct Draws {
    let normals: EventNormals
    let isNoisy: Bool
    let uniforms: EventNormals
    let rounds: Bool
  }

  private func draws(
    _ k: Int, _ normals: TileDirection.Use, if isNoisy: Bool, _ uniforms: TileDirection.Use, if rounds: Bool
  ) -> Draws {
    Draws(normals: random(normals, k), isNoisy: isNoisy, uniforms: random(uniforms, k), rounds: rounds)
  }

  /// Calls `body` for sixteen of `count` elements at a time: numbers come by groups of 64.
  @inline(__always)
  private func each(_ count: Int, _ draws: Draws, _ body: (Int, FloatLanes, FloatLanes) -> Void) {
    for first in Swift.stride(from: 0, to: count, by: 64) {
      let z = draws.isNoisy ? draws.normals.group(first / 64) : (.zero, .zero, .zero, .zero)
      let u = draws.rounds ? draws.uniforms.sharedUniforms(first / 64) : (.zero, .zero, .zero, .zero)
      body(first, z.0, u.0)
      if first + 16 < count { body(first + 16, z.1, u.1) }
      if first + 32 < count { body(first + 32, z.2, u.2) }
      if first + 48 < count { body(first + 48, z.3, u.3) }
    }
  }

  @inline(__always)
  private func load(_ from: UnsafePointer<Float>, _ width: Int) -> FloatLanes {
    width == 16 ? Float.load(from) : AsStored<Float>.load(from, count: width)
  }

  @inline(__always)
  private func save(_ values: FloatLanes, _ to: UnsafeMutablePointer<Float>, _ width: Int) {
    if width == 16 { Float.store(values, to) } else { Float.store(values, to, count: width) }
  }

  // MARK: lines

  private func product(_ x: UnsafePointer<Float>, _ w: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>) {
    work.multiply(x, w, y, tries.count)
  }

  /// y = W v, W behind its wires or less an estimate of the drop along them, with offsets, series resistance and noise of weights.
  private func pass(
    _ v: UnsafePointer<Float>, _ w: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, _ use: TileDirection.Use
  ) {
    product(v, w, y)
    if settings.estimatesDrop { drop(v, w, y) }
    if direction.isOffset { context.parallel(tries.count) { shift(v + $0 * inputs, y + $0 * stride) } }
    if settings.weightNoise > 0 {
      switch settings.weightNoiseType {
      case .none: break
      case .additive:
        context.parallel(tries.count) { k in
          let sum = fixedOrderSum(v + k * inputs, times: v + k * inputs, count: inputs)
          let size = FloatLanes(repeating: settings.weightNoise * Float(sum.squareRoot()))
          each(stride, draws(k, use, if: true, use, if: false)) { at, z, _ in add(size * z, y + k * stride + at) }
        }
      case .pcm: readNoise(v, y, use)
      }
    }
  }

  private func add(_ values: FloatLanes, _ to: UnsafeMutablePointer<Float>) {
    let raw = UnsafeMutableRawPointer(to)
    raw.storeBytes(of: raw.load(as: FloatLanes.self) + values, as: FloatLanes.self)
  }

  /// Noise of w_noise sqrt(sum |W| v²).
  private func readNoise(_ v: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, _ use: TileDirection.Use) {
    let sums = work.sums!.base, squares = sums + tries.count * stride
    for i in 0..<tries.count * inputs { squares[i] = v[i] * v[i] }
    product(squares, work.plane!.base, sums)
    context.parallel(tries.count) { k in
      each(stride, draws(k, use, if: true, use, if: false)) { at, z, _ in
        let sum = UnsafeRawPointer(sums + k * stride + at).load(as: FloatLanes.self)
        add(settings.weightNoise * ms_sqrt_f(sum) * z, y + k * stride + at)
      }
    }
  }

  /// The drop along bit lines as estimated from how much current they carry; input 0 is next to the ADC.
  private func drop(_ v: UnsafePointer<Float>, _ w: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>) {
    let count = tries.count
    let loads = work.sums!.base, drops = loads + count * stride, weighted = drops + count * stride
    for i in 0..<count * inputs { weighted[i] = abs(v[i]) }
    product(weighted, work.plane!.base, loads)
    for k in 0..<count {
      for j in 0..<inputs {
        let far = 1 - Float(j) / Float(inputs)
        weighted[k * inputs + j] = v[k * inputs + j] * (1 - far * far)
      }
    }
    product(weighted, w, drops)
    for i in 0..<count * stride {
      let a = loads[i] * Float(inputs) / settings.dropRatio
      y[i] -= settings.drop * (a * (a * (0.05 * a - 0.2) + 0.5)) * drops[i]
    }
  }

  /// Voltage offsets and series resistance of outputs.
  private func shift(_ v: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>) {
    let sum = fixedOrderSum(v, count: inputs)
    let resistance = max(settings.series, 0), reference = -settings.offsetLeast * Float(sum)
    for k in 0..<matrix.outputs {
      let offset = direction.offset.base[k]
      if settings.offsetLeast == 0 {
        y[k] = (1 - offset) * y[k] / (1 + resistance * abs(y[k]))
      } else if resistance == 0 {
        y[k] = (1 - offset) * y[k] - offset * 2 * reference
      } else {
        let whole = y[k] + reference
        y[k] = (1 - offset) * whole / (1 + resistance * abs(whole)) - (1 + offset) * reference / (1 + resistance * abs(reference))
      }
    }
  }

  // MARK: outputs

  /// Through the ADC; what met a bound and may be tried again is returned.
  private func finish(into out: UnsafeMutablePointer<Float>) -> [TileProduct.Try] {
    var again: [TileProduct.Try] = []
    withUnsafeTemporaryAllocation(of: Bool.self, capacity: tries.count) { met in
      let flags = met.baseAddress!
      context.parallel(tries.count) { k in flags[k] = convert(k, into: out) }
      for k in 0..<tries.count where met[k] && !work.isLast(tries[k]) { again.append(tries[k]) }
    }
    return again
  }

  /// What outputs go through, copied as the settings of `drive`.
  private struct Converter {
    let settings: IOSettings
    let isShaped: Bool
    let slope: Float
    let noise, nonlinearity: UnsafePointer<Float>
    let outputs: Int

    init(_ direction: TileDirection) {
      (settings, isShaped, slope, outputs) = (direction.settings, direction.isShaped, direction.slope, direction.outputs)
      (noise, nonlinearity) = (UnsafePointer(direction.noise.base), UnsafePointer(direction.nonlinearity.base))
    }
  }

  /// Writes a vector's results; whether one met a bound that is heeded.
  private func convert(_ k: Int, into out: UnsafeMutablePointer<Float>) -> Bool {
    let to = out + tries[k].place * matrix.outputs, from = UnsafePointer(work.y + k * stride)
    let gain = settings.outputScale / tries[k].scale, (converter, stride) = (Converter(direction), stride)
    let noisy = settings.outputNoise > 0, rounds = settings.outputStep > 0 && settings.outputRounds
    var met = IntLanes.zero
    each(stride, draws(k, .output, if: noisy, .outputRound, if: rounds)) { at, z, u in
      convert(converter, k, at, from, z, u, gain, to, &met)
    }
    return any(met)
  }

  /// Sixteen of them.
  @inline(__always)
  private func convert(
    _ converter: Converter, _ k: Int, _ at: Int, _ from: UnsafePointer<Float>, _ z: FloatLanes, _ u: FloatLanes, _ gain: Float,
    _ to: UnsafeMutablePointer<Float>, _ met: inout IntLanes
  ) {
    let width = min(16, converter.outputs - at)
    var value = UnsafeRawPointer(from + at).load(as: FloatLanes.self)
    value = finalized(converter, value, at, z, u, width, &met)
    if converter.settings.mode == .digital {
      let more = UnsafeRawPointer(work.second + k * stride + at).load(as: FloatLanes.self)
      let z = converter.settings.outputNoise > 0 ? random(.outputSecond, k).sixteen(at) : .zero
      let u = converter.settings.outputRounds ? random(.outputRoundSecond, k).sixteenUniforms(at) : .zero
      value += finalized(converter, more, at, z, u, width, &met)
    }
    save(value * gain, to + at, width)
  }

  @inline(__always)
  private func finalized(
    _ converter: Converter, _ y: FloatLanes, _ at: Int, _ z: FloatLanes, _ u: FloatLanes, _ width: Int, _ met: inout IntLanes
  ) -> FloatLanes {
    let settings = converter.settings
    var value = y
    if converter.isShaped {
      let shape = UnsafeRawPointer(converter.nonlinearity + at).load(as: FloatLanes.self)
      value = converter.slope * value / (1 + ms_abs_f(shape * value))
    }
    if settings.outputAsymmetry > 0 { value = ms_select_f(ms_less_f(value, .zero), value * (1 - settings.outputAsymmetry), value) }
    value.addProduct(UnsafeRawPointer(converter.noise + at).load(as: FloatLanes.self), z)
    if settings.outputStep > 0 {
      var steps = value / settings.outputStep
      if settings.outputRounds { steps = steps + u - 0.5 }
      value = ms_round_f(steps) * settings.outputStep
    }
    let bound = FloatLanes(repeating: settings.outputBound)
    var over = ms_less_f(bound, value)
    if settings.testsNegative { over |= ms_less_f(value, -bound) }
    // Padding counts for nothing.
    if width < 16 { over &= ms_less_i(unsafeBitCast(WordLanes.numbers, to: IntLanes.self), IntLanes(repeating: Int32(max(width, 0)))) }
    met |= over
    return FloatLanes.clamp(value, -bound, bound)
  }
}
