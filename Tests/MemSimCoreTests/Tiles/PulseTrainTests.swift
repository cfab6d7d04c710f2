import MemSimCore
import Testing

/// Coincidences of trains: their moments, how long trains are, how dense.
@Suite struct PulseTrainTests {
  private let x: [Float] = [0.9, -0.5, 0.25, 0.05, 0], d: [Float] = [-0.6, 0.4, 0.1]
  private let rate = 0.01, length = 10.0
  private var plain: KeyValuePairs<String, Double> {
    ["desired_bl": length, "update_bl_management": 0, "update_management": 0]
  }
  /// Lengths that are drawn in different ways, each as likely to pulse in a slot.
  private static let lengths = [(10.0, 0.01), (1, 0.001), (2, 0.002), (3, 0.003), (8, 0.008), (40, 0.04)]

  /// Counts of every device [vectors][outputs x inputs] in vectors that are all the same.
  private func counts(_ update: TileGiven, vectors: Int, rate: Double = 0.01) throws -> [[Double]] {
    let tile = try Exact.tile(x.count, d.count, update: update)
    let zeros = [Float](repeating: 0, count: x.count * d.count)
    return try (0..<vectors).map { _ in
      try tile.setWeights(zeros)
      try tile.learn(x, d, rate: rate)
      return try tile.allWeights.map { Double($0) / Exact.step }
    }
  }

  /// A slot counts where the bits of an input and of an output meet: counts are binomial, and those of a line share its
  /// bits.
  @Test(arguments: [("stochastic-compressed", 0.0), ("stochastic", 1)], lengths) func moments(
    _ kind: (String, management: Double), _ train: (Double, Double)
  ) throws {
    let ((kind, management), (length, rate)) = (kind, train)
    let update = given(
      ["desired_bl": length, "update_bl_management": 0, "update_management": management], ["pulse_type": kind])
    let counts = try counts(update, vectors: 20_000, rate: rate)
    // Management gives both sides the same largest probability.
    let share = management > 0 ? (0.6 / 0.9).squareRoot() : 1
    let k = (rate / (Exact.step * length)).squareRoot()
    func p(_ i: Int) -> Double { min(k * share * Double(abs(x[i])), 1) }
    func q(_ j: Int) -> Double { min(k / share * Double(abs(d[j])), 1) }
    func sign(_ i: Int, _ j: Int) -> Double { x[i] * d[j] > 0 ? -1 : 1 }
    func of(_ i: Int, _ j: Int) -> [Double] { counts.map { $0[j * x.count + i] } }
    for i in x.indices {
      for j in d.indices {
        let both = p(i) * q(j)
        if both == 0 {
          #expect(of(i, j).allSatisfy { $0 == 0 })
          continue
        }
        expectMean(of(i, j), sign(i, j) * length * both, "count \(i), \(j)")
        expectVariance(of(i, j), mean: sign(i, j) * length * both, length * both * (1 - both), "count \(i), \(j)")
        let other = (j + 1) % d.count
        let means = (sign(i, j) * length * both, sign(i, other) * length * p(i) * q(other))
        expectMean(
          zip(of(i, j), of(i, other)).map { ($0 - means.0) * ($1 - means.1) },
          sign(i, j) * sign(i, other) * length * p(i) * (1 - p(i)) * q(j) * q(other), "covariance of input \(i)")
        expectMean(
          zip(of(i, j), of((i + 1) % 4, other)).map {
            ($0 - means.0) * ($1 - sign((i + 1) % 4, other) * length * p((i + 1) % 4) * q(other))
          },
          0, "covariance of devices without a line in common")
      }
    }
  }

  /// Counts that are not drawn: the product of two numbers of pulses, or of two probabilities.
  @Test(arguments: ["mean-count", "deterministic-implicit"]) func countsThatAreReckoned(_ kind: String) throws {
    let counts = try counts(given(plain, ["pulse_type": kind]), vectors: 1)[0]
    let k = (rate / (Exact.step * length)).squareRoot()
    for i in x.indices {
      for j in d.indices {
        let (p, q) = (min(k * Double(abs(x[i])), 1), min(k * Double(abs(d[j])), 1))
        func whole(_ value: Double) -> Double { value.rounded(.toNearestOrEven) }
        let size = whole(kind == "mean-count" ? whole(p * length) * whole(q * length) / length : length * p * q)
        #expect(counts[j * x.count + i] == (x[i] * d[j] > 0 ? -size : size), "\(i), \(j)")
      }
    }
  }

  /// The device of the largest input and error, whose probabilities are 1 where the train is as long as it needs.
  private func largest(
    _ needed: Double, _ settings: KeyValuePairs<String, Double>, _ kind: String = "stochastic-compressed"
  ) throws -> Double {
    let tile = try Exact.tile(2, 2, update: given(settings, ["pulse_type": kind]))
    try tile.learn([0.5, 0.1], [0.1, -0.25], rate: needed * Exact.step / (0.5 * 0.25))
    return Double(try tile.allWeights[2]) / Exact.step
  }

  @Test(arguments: [1.0, 2, 7, 31]) func managedTrainsAreAsLongAsNeeded(_ needed: Double) throws {
    #expect(try largest(needed, [:]) == needed)
    #expect(try largest(-needed, [:]) == -needed)
  }

  /// Longer ones are cut off, and so is what they would have done.
  @Test func trainsHaveAMostLength() throws {
    for needed in [32.0, 100, 1e6, 1e30] {
      #expect(try largest(needed, ["desired_bl": 12]) == 12)
      #expect(try largest(needed, ["desired_bl": 12, "update_bl_management": 0]) == 12)
    }
    // More than 31 slots are several words, up to eight are drawn another way.
    for length in [1.0, 2, 3, 4, 5, 8, 9, 31, 32, 33, 64, 100] { #expect(try largest(1e4, ["desired_bl": length]) == length) }
  }

  /// Probabilities below sixteen digits count by those that follow.
  @Test(arguments: [1, 2, 3, 8, 20]) func smallProbabilities(_ length: Int) throws {
    let (inputs, vectors, p) = (512, 16_000 / length, 0x1.8p-17)
    let settings: KeyValuePairs<String, Double> = [
      "desired_bl": Double(length), "update_bl_management": 0, "update_management": 0
    ]
    let tile = try Exact.tile(inputs, 1, update: given(settings))
    try tile.learn(
      [Float](repeating: Float(p), count: inputs * vectors), [Float](repeating: 1, count: vectors),
      rate: Double(length) * Exact.step)
    let pulses = try tile.allWeights.reduce(0) { $0 - Double($1) / Exact.step }
    let expected = p * Double(inputs * vectors * length)
    #expect(abs(pulses - expected) <= 4 * expected.squareRoot(), "\(pulses), not \(expected)")
  }

  /// A large error that is scaled down: trains are as long as it needs, and its pulses are sure.
  @Test func scaledGradients() throws { #expect(try largest(4, ["um_grad_scale": 0.5]) == 2) }

  @Test func trainsOfALargeRate() throws {
    let free: KeyValuePairs<String, Double> = [
      "fixed_bl": 0, "update_bl_management": 0, "update_management": 0, "desired_bl": 5
    ]
    let tile = try Exact.tile(2, 1, update: given(free))
    try tile.learn([1, -1], [1], rate: 6.5 * Exact.step)
    #expect(try tile.allWeights == [-7, 7].map { Float($0 * Exact.step) })
    #expect(throws: MemSimError.argument("learning_rate needs trains of 65537.0 pulses, at most 65536")) {
      try tile.learn([1, -1], [1], rate: 65536.5 * Exact.step)
    }
    #expect(try tile.allWeights == [-7, 7].map { Float($0 * Exact.step) })
  }

  /// Probabilities are multiples of `res`, rounded to the nearest or at random.
  @Test func resolutions() throws {
    let settings: KeyValuePairs<String, Double> = [
      "desired_bl": 10, "update_bl_management": 0, "update_management": 0, "res": 0.5
    ]
    let n = 2000.0, rate = 10 * Exact.step
    func mean(_ more: [(name: String, values: [Double])], _ x: [Float], _ count: Int = 2000) throws -> [Double] {
      let tile = try Exact.tile(3, 1, update: (given(settings).parameters + more, []))
      try tile.learn((0..<count).flatMap { _ in x }, [Float](repeating: 1, count: count), rate: rate)
      return try tile.allWeights.map { -Double($0) / Exact.step / Double(count) }
    }
    let rounded = try mean([], [0.3, 0.2, 0.8], 500)
    for (got, want) in zip(rounded, [0.5, 0, 1]) {
      #expect(abs(got - 10 * want) <= 5 * (10 * want * (1 - want) / 500).squareRoot(), "\(rounded)")
    }
    // At random the mean stays, and a slot's variance is that of one toss a train and ten a slot.
    for (got, p) in zip(try mean([("sto_round", [1])], [0.3, 0.2, 0.125]), [0.3, 0.2, 0.125]) {
      #expect(abs(got - 10 * p) <= 5 * (10 * p + 100 * p * 0.5).squareRoot() / n.squareRoot(), "\(got), not \(10 * p)")
    }
  }

  /// Twenty thousand pulses of a device whose steps vary have the sum that normal ones have.
  @Test(arguments: [0.1, 0.5]) func stepsVary(_ deviation: Double) throws {
    let tile = try AnalogTile(
      inputs: 100, outputs: 200, device: "constant-step",
      settings: (Exact.devices.parameters.filter { $0.name != "dw_min_std" } + [("dw_min_std", [deviation])], []),
      seed: 3)
    try tile.learn([Float](repeating: 1, count: 100), [Float](repeating: -1, count: 200), rate: 9 * Exact.step)
    let steps = try tile.allWeights.map { Double($0) / Exact.step }
    expectMean(steps, 9, "steps")
    expectVariance(steps, mean: 9, 9 * deviation * deviation, "steps")
  }

  /// Without pulses a device takes the product itself, and keeps to its bounds after every vector.
  @Test func withoutPulses() throws {
    let tile = try Exact.tile(2, 2, update: given([:], ["pulse_type": "none-with-device"]))
    try tile.learn([4, 0.5, 4, 0.5], [3, 0.25, -1, 0.5], rate: 1)
    let first: [Float] = [-8, -1.5, -1, -0.125], second: [Float] = [4, 0.5, -2, -0.25]
    #expect(try tile.allWeights == zip(first, second).map { $0 + $1 })
  }

  /// A rate beyond single precision moves what has an input and an error to its bound, and nothing else.
  @Test(arguments: ["none-with-device", "deterministic-implicit"]) func hugeRates(_ kind: String) throws {
    let tile = try Exact.tile(2, 2, update: given([:], ["pulse_type": kind]))
    for rate in [1e300, 1e38, -1e300] { try tile.learn([1, 0], [0.5, 0], rate: rate) }
    let weights = try tile.allWeights
    #expect(weights.allSatisfy { abs($0) <= 8 } && weights[1...].allSatisfy { $0 == 0 })
    #expect(kind != "none-with-device" || weights[0] == 8)
  }

  /// Steps of e^-693 at weight 0, and operands whose product is 0 in double precision too: no train is too short.
  @Test func stepsThatVanish() throws {
    let tile = try AnalogTile(inputs: 1, outputs: 1, device: "pow-step", settings: given(["pow_gamma": 1000]))
    let before = try tile.allWeights
    try tile.learn([1e-45], [1e-45], rate: 1e-300)
    #expect(try tile.allWeights == before)
  }
}
