extension WeightModifier {
  static let card: ModelCard = {
    let positive = 0.0...1e6, part = 0.0...1.0
    return ModelCard(
      settings: "weight-modifier", "Noise on weights in training", "A disturbed copy of the weights, drawn once a step.",
      [
        .init("std_dev", unit: "1", "deviation of noise, of the largest weight; of mult-normal of each weight", in: positive, default: [0]),
        .init("res", unit: "1", "step as a part of the range, > 1: number of steps, <= 0: none", in: -1e6...1e6, default: [0]),
        .init("sto_round", unit: "0/1", "1: steps are rounded at random", in: part, default: [0]),
        .init("dorefa_clip", unit: "1", "largest weight that dorefa gives", in: positive, default: [0.6]),
        .init("pdrop", unit: "1", "probability of a weight that is 0, with any type", in: part, default: [0]),
        .init("enable_during_test", unit: "0/1", "1: also in evaluation", in: part, default: [0]),
        .init("rel_to_actual_wmax", unit: "0/1", "1: relative to the largest weight, 0: to assumed_wmax", in: part, default: [1]),
        .init("assumed_wmax", unit: "1", "largest weight", in: 1e-9...1e6, default: [1]),
        .init("copy_last_column", unit: "0/1", "1: the last input's weights stay", in: part, default: [0]),
        .init("coeffs", unit: "1", "deviation by powers of |w| over the largest, at most five", rows: 0, in: -1e6...1e6, default: [0.0105392, 0.0768, -0.046925]),
        .init("g_max", unit: "uS", "largest conductance, which prog-noise is divided by", in: 1e-3...1e6, default: [25]),
        .init("pcm_t_inference", unit: "s", "time after programming of pcm-noise, 0: programming noise alone", in: 0...1e12, default: [0]),
        .init("pcm_t0", unit: "s", "from programming to the first read", in: 1e-9...1e9, default: [20]),
        .init("pcm_zero_thres", unit: "1", "part of the largest weight below which a weight is 0", in: part, default: [0]),
        .init("pcm_prob_at_reset", unit: "1", "probability of a device at 0", in: part, default: [0]),
        .init("pcm_prob_at_gmax", unit: "1", "probability of a device at g_max", in: part, default: [0]),
        .init("pcm_prob_at_random", unit: "1", "probability of a device anywhere between", in: part, default: [0]),
      ], [OptionCard(name: "type", Kind.self, text: "how weights are disturbed")])
  }()
}
