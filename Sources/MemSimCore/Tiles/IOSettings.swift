/// Converters, bounds and noise of the products of one direction.
struct IOSettings: Sendable {
  enum Mode: String, CaseIterable { case onePass = "one-pass", separate = "pos-neg-separate", digital = "pos-neg-separate-digital-sum" }
  enum NoiseManagement: String, CaseIterable { case absMax = "abs-max", none, constant, max, average = "average-abs-max", sum = "abs-max-np-sum" }
  enum BoundManagement: String, CaseIterable { case iterative, none, worst = "iterative-worst-case" }
  enum WeightNoise: String, CaseIterable { case none, additive = "additive-constant", pcm = "pcm-read" }
  enum DropModel: String, CaseIterable { case estimate = "static", exact }

  let isPerfect: Bool
  let mode: Mode
  let noiseManagement: NoiseManagement
  let boundManagement: BoundManagement
  let weightNoiseType: WeightNoise
  let inputBound, inputNoise, inputStep, inputAsymmetry: Float
  let outputBound, outputNoise, outputNoiseStd, outputStep, outputScale, outputAsymmetry: Float
  let inputRounds, outputRounds: Bool
  let weightNoise, drop, dropRatio: Float
  /// Crossbars by which drops are solved; nil: none or estimated ones.
  let circuit: TileCircuit?
  let nonlinearity, nonlinearityStd, calibration: Float
  let offsetStd, offsetLeast, series, readAsymmetry: Float
  let maxFactor, maxResolution: Float
  let testsNegative: Bool
  let threshold, assumedMost, averageDecay: Float

  /// Whether drops along lines are taken off products.
  var estimatesDrop: Bool { drop > 0 && circuit == nil }

  /// Whether negative inputs see other weights.
  var skewsWeights: Bool { !isPerfect && mode != .onePass && readAsymmetry > 0 }

  /// Whether weights have noise by their size.
  var readsNoisily: Bool { weightNoiseType == .pcm && weightNoise > 0 }

  /// Errors: argument, for noise management with an input bound other than 1, and wires of too high a resistance.
  init(_ settings: ModelSettings) throws(MemSimError) {
    func value(_ name: String) -> Float { Float(settings.value(name)) }
    func flag(_ name: String) -> Bool { settings.value(name) != 0 }
    /// A resolution, or a number of steps; 0: none.
    func resolution(_ name: String) -> Float { value(name) > 1 ? 1 / value(name) : max(value(name), 0) }
    func bound(_ name: String) -> Float { value(name) > 0 ? value(name) : .infinity }
    func step(_ resolution: Float, _ bound: Float) -> Float { bound < .infinity ? resolution * 2 * bound : resolution * 2 }
    isPerfect = flag("is_perfect")
    mode = Mode(rawValue: settings.choice("mv_type"))!
    noiseManagement = NoiseManagement(rawValue: settings.choice("noise_management"))!
    boundManagement = BoundManagement(rawValue: settings.choice("bound_management"))!
    weightNoiseType = WeightNoise(rawValue: settings.choice("w_noise_type"))!
    (inputBound, outputBound) = (bound("inp_bound"), bound("out_bound"))
    (inputStep, outputStep) = (step(resolution("inp_res"), inputBound), step(resolution("out_res"), outputBound))
    (inputNoise, inputAsymmetry, inputRounds) = (value("inp_noise"), value("inp_asymmetry"), flag("inp_sto_round"))
    (outputNoise, outputNoiseStd, outputRounds) = (value("out_noise"), value("out_noise_std"), flag("out_sto_round"))
    (outputScale, outputAsymmetry) = (value("out_scale"), value("out_asymmetry"))
    (weightNoise, drop, dropRatio) = (value("w_noise"), value("ir_drop"), value("ir_drop_g_ratio"))
    circuit = try TileCircuit(settings)
    (nonlinearity, nonlinearityStd) = (value("out_nonlinearity"), value("out_nonlinearity_std"))
    calibration = value("slope_calibration")
    (offsetStd, offsetLeast, series) = (value("v_offset_std"), value("v_offset_w_min"), value("r_series"))
    readAsymmetry = value("w_read_asymmetry_dtod")
    (maxFactor, maxResolution) = (value("max_bm_factor"), value("max_bm_res"))
    testsNegative = flag("bm_test_negative_bound")
    threshold = noiseManagement == .none ? 0 : value("nm_thres")
    (assumedMost, averageDecay) = (value("nm_assumed_wmax"), value("nm_decay"))
    if !isPerfect, noiseManagement != .none, noiseManagement != .constant, inputBound != 1 {
      throw .argument("inp_bound must be 1 with noise_management, got \(value("inp_bound"))")
    }
  }

  static let card: ModelCard = {
    let any = -1e9...1e9, positive = 0.0...1e9, flag = 0.0...1.0
    return ModelCard(
      settings: "io", "Converters and noise of a product", "y = ADC(noisy W DAC(x)), inputs scaled to the range of the DAC.",
      [
        .init("is_perfect", unit: "0/1", "1: exact products, out_scale alone", in: flag, default: [0]),
        .init("inp_bound", unit: "1", "range of the DAC, <= 0: none", in: any, default: [1]),
        .init("inp_noise", unit: "1", "standard deviation of noise on inputs", in: positive, default: [0]),
        .init("inp_res", unit: "1", "step of the DAC as a part of its range, > 1: number of steps, <= 0: none", in: any, default: [1.0 / 126]),
        .init("inp_sto_round", unit: "0/1", "1: the DAC rounds at random", in: flag, default: [0]),
        .init("inp_asymmetry", unit: "1", "part that negative inputs lose", in: -1...1, default: [0]),
        .init("out_bound", unit: "1", "range of the ADC, <= 0: none", in: any, default: [12]),
        .init("out_noise", unit: "1", "standard deviation of noise on outputs", in: positive, default: [0.06]),
        .init("out_noise_std", unit: "1", "of out_noise from output to output, relative", in: positive, default: [0]),
        .init("out_res", unit: "1", "step of the ADC as a part of its range, > 1: number of steps, <= 0: none", in: any, default: [1.0 / 510]),
        .init("out_sto_round", unit: "0/1", "1: the ADC rounds at random", in: flag, default: [0]),
        .init("out_scale", unit: "1", "factor of the result", in: any, default: [1]),
        .init("out_asymmetry", unit: "1", "part that negative outputs lose", in: -1...1, default: [0]),
        .init("w_noise", unit: "1", "noise of weights, see w_noise_type", in: positive, default: [0]),
        .init("ir_drop", unit: "1", "scale of the wires' resistance, 0: none", in: positive, default: [0]),
        .init("ir_drop_g_ratio", unit: "1", "wire conductance over the largest device conductance", in: 1e-9...1e15, default: [1 / 0.35 / 5e-6]),
        .init("ir_drop_word_ratio", unit: "1", "exact: resistance of a word line's segment over a bit line's", in: 0...1e9, default: [1]),
        .init("ir_drop_g_min", unit: "1", "exact: least device conductance over the largest", in: 0...0.99, default: [0]),
        .init("out_nonlinearity", unit: "1", "S-shape of outputs, relative to out_bound", in: positive, default: [0]),
        .init("out_nonlinearity_std", unit: "1", "of out_nonlinearity from output to output", in: positive, default: [0]),
        .init("slope_calibration", unit: "1", "correction of the S-shape's slope", in: positive, default: [0]),
        .init("v_offset_std", unit: "1", "of voltage offsets of outputs", in: positive, default: [0]),
        .init("v_offset_w_min", unit: "1", "weight of the least conductance, 0: no explicit reference", in: -1e9...0, default: [-1]),
        .init("r_series", unit: "1", "series resistance of outputs", in: any, default: [0]),
        .init("w_read_asymmetry_dtod", unit: "1", "spread of weights as negative inputs see them; pos-neg modes", in: positive, default: [0]),
        .init("max_bm_factor", unit: "1", "most that bound management divides by", in: 1...1e9, default: [1000]),
        .init("max_bm_res", unit: "1", "most that bound management divides by, in steps of the DAC", in: 0...1e9, default: [0.25]),
        .init("bm_test_negative_bound", unit: "0/1", "1: bound management heeds the lower bound too", in: flag, default: [1]),
        .init("nm_thres", unit: "1", "constant scale, or the most of others; 0: none", in: positive, default: [0]),
        .init("nm_assumed_wmax", unit: "1", "largest weight that abs-max-np-sum assumes", in: positive, default: [0.6]),
        .init("nm_decay", unit: "1", "of average-abs-max", in: flag, default: [1e-3]),
      ],
      [
        OptionCard(name: "mv_type", Mode.self, text: "signed inputs at once or apart"),
        OptionCard(name: "noise_management", NoiseManagement.self, text: "what inputs are divided by"),
        OptionCard(name: "bound_management", BoundManagement.self, text: "what is done when outputs reach the ADC's bound"),
        OptionCard(name: "w_noise_type", WeightNoise.self, text: "how noise depends on weights"),
        OptionCard(name: "ir_drop_model", DropModel.self, text: "an estimate of the drop along the lines read, or crossbars solved"),
      ])
  }()
}
