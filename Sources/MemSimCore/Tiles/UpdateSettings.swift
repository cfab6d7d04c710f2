/// Trains of pulses: how long, how dense.
struct UpdateSettings: Sendable {
  enum Pulses: String, CaseIterable {
    case compressed = "stochastic-compressed", stochastic, implicit = "deterministic-implicit", mean = "mean-count", none = "none-with-device"

    /// Whether coincidences are those of random bits.
    var areDrawn: Bool { self == .compressed || self == .stochastic }
  }

  static let longest = 65536

  let pulses: Pulses
  let desired: Int
  let isFixed, rounds: Bool
  private(set) var managesLength, manages: Bool
  let resolution, inputResolution, outputResolution: Float
  let gradientScale: Double

  init(_ settings: ModelSettings) {
    func resolution(_ name: String) -> Float { Float(settings.value(name) > 1 ? 1 / settings.value(name) : settings.value(name)) }
    pulses = Pulses(rawValue: settings.choice("pulse_type"))!
    desired = Int(settings.value("desired_bl"))
    (isFixed, rounds) = (settings.value("fixed_bl") != 0, settings.value("sto_round") != 0)
    managesLength = settings.value("update_bl_management") != 0
    manages = managesLength || settings.value("update_management") != 0
    self.resolution = resolution("res")
    (inputResolution, outputResolution) = (resolution("x_res_implicit"), resolution("d_res_implicit"))
    gradientScale = settings.value("um_grad_scale")
  }

  /// With both managements.
  var managed: UpdateSettings {
    var managed = self
    (managed.managesLength, managed.manages) = (true, true)
    return managed
  }

  /// Whether a train may be as long as a large learning rate asks for.
  var isUnlimited: Bool { !isFixed && !managesLength }

  /// Slots of a vector's train, and what |x| and |d| are multiplied by to be probabilities.
  typealias Train = (slots: Int, x: Double, d: Double)

  /// The train of a vector with these largest |x| and |d|; nil: nothing to do.
  ///
  /// Errors: argument, for trains that are too long.
  func train(rate: Double, granularity: Double, x: Double, d: Double) throws(MemSimError) -> Train? {
    // Not so for NaN either.
    guard rate != 0, x > 0, d > 0 else { return nil }
    // Steps may be so small that they are 0.
    let granularity = granularity > .leastNormalMagnitude ? granularity : .leastNormalMagnitude
    var (slots, byX, byD) = (desired, 0.0, 0.0)
    let scaled = gradientScale * d
    let needed = rate * x * scaled / granularity
    if isUnlimited && granularity * Double(desired) < rate {
      let length = (rate / granularity).rounded(.up)
      guard length <= Double(UpdateSettings.longest) else {
        throw .argument("learning_rate needs trains of \(length) pulses, at most \(UpdateSettings.longest)")
      }
      (slots, byX, byD) = (max(Int(length), 1), 1, 1)
    } else {
      if managesLength { slots = max(min(Int(min(needed.rounded(.up), Double(desired))), desired), 1) }
      byX = (rate / (granularity * Double(slots))).squareRoot()
      byD = byX
    }
    if manages {
      let clipped = needed > Double(desired) ? scaled * Double(desired) / needed : scaled
      byD *= (x / clipped).squareRoot()
      byX *= (clipped / x).squareRoot()
    }
    return (slots, byX, byD)
  }

  static let card = ModelCard(
    settings: "update", "Pulsed update", "Trains of coincident pulses whose mean change is -learning_rate d x.",
    [
      .init("desired_bl", unit: "pulses", "slots of a train, the most with update_bl_management", in: 1...Double(longest), default: [31]),
      .init("fixed_bl", unit: "0/1", "1: trains have desired_bl slots, 0: as many as a large learning rate needs", in: 0...1, default: [1]),
      .init("res", unit: "1", "step of the probabilities, > 1: number of steps, 0: none", in: 0...1e9, default: [0]),
      .init("x_res_implicit", unit: "1", "step of inputs, deterministic-implicit", in: 0...1e9, default: [0]),
      .init("d_res_implicit", unit: "1", "step of errors, deterministic-implicit", in: 0...1e9, default: [0]),
      .init("sto_round", unit: "0/1", "1: probabilities are rounded at random", in: 0...1, default: [0]),
      .init("update_bl_management", unit: "0/1", "1: trains no longer than a vector needs", in: 0...1, default: [1]),
      .init("update_management", unit: "0/1", "1: inputs and errors share the probabilities evenly", in: 0...1, default: [1]),
      .init("um_grad_scale", unit: "1", "factor of the largest error", in: 1e-9...1e9, default: [1]),
    ],
    [
      OptionCard(name: "pulse_type", Pulses.self, text: "how coincidences come about"),
    ])
}
