import CMemSimSIMD
import Glibc

/// What disturbs weights while a network is trained, so that it bears the noise of programmed devices.
///
/// M is the largest |w|, or `assumed_wmax`. Steps are `res` of the range -M...M, as those of converters; noise of
/// mult-normal is relative to the weight. Source: Rasch et al., Nat. Commun. 14, 5282 (2023); dorefa: Zhou et al.,
/// arXiv 1606.06160.
public struct WeightModifier: Sendable {
  enum Kind: String, CaseIterable {
    case none, discretize, multNormal = "mult-normal", addNormal = "add-normal"
    case discretizeAddNormal = "discretize-add-normal", dorefa, poly, progNoise = "prog-noise", pcmNoise = "pcm-noise"
    case dropConnect = "drop-connect"
  }

  let kind: Kind
  let deviation, resolution, clip, drop, assumed: Float
  let rounds, actual, keepsLast: Bool
  let coefficients: Quartic
  let atReset, atMost, atRandom, threshold: Float
  /// ln((t + t_0) / t_0) and the factor of 1/f noise; nil at t = 0.
  let moment: (drift: Float, noise: Float)?
  private let most: Float

  /// Errors: argument, shape.
  public init(
    parameters: [(name: String, values: [Double])], options: [(name: String, choice: String)]
  ) throws(MemSimError) {
    let settings = try ModelSettings(WeightModifier.card, parameters: parameters, options: options)
    func value(_ name: String) -> Float { Float(settings.value(name)) }
    kind = Kind(rawValue: settings.choice("type"))!
    (deviation, clip, drop, assumed) = (value("std_dev"), value("dorefa_clip"), value("pdrop"), value("assumed_wmax"))
    resolution = value("res") > 1 ? 1 / value("res") : max(value("res"), 0)
    (rounds, actual) = (value("sto_round") != 0, value("rel_to_actual_wmax") != 0)
    keepsLast = value("copy_last_column") != 0
    guard settings.values("coeffs").count <= 5 else { throw .argument("coeffs must be at most 5 coefficients") }
    coefficients = Quartic(settings.values("coeffs"))
    most = value("g_max")
    (atReset, atMost, atRandom) = (value("pcm_prob_at_reset"), value("pcm_prob_at_gmax"), value("pcm_prob_at_random"))
    guard atReset + atMost + atRandom <= 1 else {
      throw .argument("pcm_prob_at_reset, _gmax and _random must not add up to more than 1")
    }
    threshold = value("pcm_zero_thres")
    let (t, start, read) = (settings.value("pcm_t_inference"), settings.value("pcm_t0"), 250e-9)
    moment = t > 0 ? (Float(log(1 + t / start)), Float(log((t + start + read) / (2 * read)).squareRoot())) : nil
  }

  /// `out` [outputs x inputs] = `weights` disturbed; equal seeds and events give equal bits. `out` may be `weights`.
  ///
  /// Errors: argument (weights that are not finite); nothing is then written.
  public func apply(
    _ weights: UnsafePointer<Float>, outputs: Int, inputs: Int, seed: UInt64, event: UInt64,
    into out: UnsafeMutablePointer<Float>, context: Context = .shared
  ) throws(MemSimError) {
    let count = outputs * inputs
    try WeightLimits.check(weights, count)
    let last = (0..<(keepsLast ? outputs : 0)).map { weights[$0 * inputs + inputs - 1] }
    let size = size(weights, outputs, inputs), groups = (count + 63) / 64
    let key = Seed.scramble(seed ^ 0x6d65_6d73_696d_2e77)
    context.parallel((groups + 63) / 64) { part in
      var numbers = ModifierNumbers(key: key, event: event)
      for group in part * 64..<min(groups, part * 64 + 64) {
        for quarter in 0..<4 {
          let at = group * 64 + quarter * 16, few = min(16, count - at)
          if few <= 0 { break }
          numbers.at = at
          let changed = changed(ModifierNumbers.load(weights + at, few), size, &numbers)
          ModifierNumbers.store(changed, out + at, few)
        }
      }
    }
    for (output, w) in last.enumerated() { out[output * inputs + inputs - 1] = w }
  }

  /// M.
  private func size(_ weights: UnsafePointer<Float>, _ outputs: Int, _ inputs: Int) -> Float {
    if !actual { return assumed }
    var size: Float = 0
    let columns = keepsLast ? inputs - 1 : inputs
    for output in 0..<outputs { size = max(size, largestSize(weights + output * inputs, columns)) }
    return size > WeightLimits.least ? size : 1
  }

  private func changed(_ w: FloatLanes, _ size: Float, _ numbers: inout ModifierNumbers) -> FloatLanes {
    let next = disturbed(w, size, &numbers)
    if drop == 0 { return next }
    return ms_select_f(ms_less_f(numbers.uniform(.drop), FloatLanes(repeating: drop)), .zero, next)
  }

  private func disturbed(_ w: FloatLanes, _ size: Float, _ numbers: inout ModifierNumbers) -> FloatLanes {
    switch kind {
    case .none, .dropConnect: return w
    case .discretize: return rounded(w, size, numbers)
    case .multNormal: return w.addingProduct(w * deviation, numbers.firstNormal())
    case .addNormal: return w.addingProduct(FloatLanes(repeating: deviation * size), numbers.firstNormal())
    case .discretizeAddNormal:
      return rounded(w, size, numbers).addingProduct(FloatLanes(repeating: deviation * size), numbers.firstNormal())
    case .dorefa:
      let factor = abs(clip) / tanhf(size)
      return rounded(Elementary.tanh(w) * factor, abs(clip), numbers)
    case .poly: return w.addingProduct(sigma(w, size, deviation), numbers.firstNormal())
    case .progNoise:
      return signed(ms_abs_f(w.addingProduct(sigma(w, size, deviation / most), numbers.firstNormal())), as: w)
    case .pcmNoise: return signed(phaseChange(ms_abs_f(w) / size, &numbers) * size, as: w)
    }
  }

  /// Deviation of noise by the weight.
  private func sigma(_ w: FloatLanes, _ size: Float, _ factor: Float) -> FloatLanes {
    coefficients(ms_abs_f(w) / size) * (factor * size)
  }

  private func signed(_ magnitude: FloatLanes, as w: FloatLanes) -> FloatLanes {
    ms_select_f(ms_equal_zero_f(w), .zero, ms_select_f(ms_less_f(w, .zero), -magnitude, magnitude))
  }

  private func rounded(_ w: FloatLanes, _ size: Float, _ numbers: ModifierNumbers) -> FloatLanes {
    let step = 2 * resolution * size
    if step == 0 { return w }
    let steps = w / step
    return ms_round_f(rounds ? steps + (numbers.uniform(.round) - 0.5) : steps) * step
  }

  /// Programming noise, spread of drift and 1/f noise of pcm-like on conductances r = g / g_max, and failed devices.
  private func phaseChange(_ r: FloatLanes, _ numbers: inout ModifierNumbers) -> FloatLanes {
    var g = ms_at_least_f(r.addingProduct(coefficients(r) * deviation, numbers.firstNormal()), .zero)
    if let moment {
      let tiny = FloatLanes(repeating: 1e-7)
      let exponent = ms_abs_f(PCMLike.exponentStd(Elementary.logNormal(ms_at_least_f(r, tiny))) * numbers.secondNormal())
      let noise = PCMLike.readNoise(Elementary.logNormal(ms_at_least_f(g, tiny))) * moment.noise
      g *= Elementary.expNormal(exponent * -moment.drift)
      g = ms_abs_f(g.addingProduct(g * noise, numbers.thirdNormal()))
    }
    let u = numbers.uniform(.failure)
    g = FloatLanes.below(atReset + atMost + atRandom, u, numbers.uniform(.place), g)
    g = FloatLanes.below(atReset + atMost, u, FloatLanes(repeating: 1), g)
    g = FloatLanes.below(atReset, u, .zero, g)
    return FloatLanes.below(threshold, r, .zero, g)
  }
}
