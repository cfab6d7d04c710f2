import CMemSimSIMD

/// Vectors to pulse devices with: x [count x inputs], d [count x outputs], W changes by -rate d x in the mean.
struct PulseRun {
  let x, d: UnsafePointer<Float>
  let count: Int
  /// Of a vector.
  let rate: (Int) -> Double
}

/// How vectors become pulses.
struct PulsePlan {
  let settings: UpdateSettings
  /// The weight change that the length of trains is reckoned with.
  let granularity: Double
  /// Of the trains' random numbers: a Philox key and the number of the first vector. Devices with the same have the
  /// same trains.
  let key, first: UInt64
  var part = Part.all

  /// Which coincidences act on a device. With `turned` those that would lower the weight raise it.
  enum Part {
    case all, up, down, turned

    func keep(_ counts: UnsafeMutablePointer<Int32>, _ stride: Int) {
      for at in Swift.stride(from: 0, to: stride, by: 16) {
        let place = UnsafeMutableRawPointer(counts + at)
        var n = place.load(as: IntLanes.self)
        if self == .turned { n = .zero &- n }
        let kept = self == .down ? ms_less_i(n, .zero) : ms_less_i(.zero, n)
        place.storeBytes(of: n & kept, as: IntLanes.self)
      }
    }
  }

  private static let largest: Float = 1e30

  /// A finite one, whatever the learning rate: 0 times it is 0.
  static func factor(_ value: Double) -> Float { value < Double(largest) ? Float(value) : largest }

  /// What may be a number of pulses, whatever was reckoned: 0 for what is no number.
  static func finite(_ value: Float) -> Float { value.isNaN ? 0 : min(max(value, -largest), largest) }

  /// The train of a vector; nil: nothing to do. Errors: argument.
  func train(
    _ x: UnsafePointer<Float>, _ inputs: Int, _ d: UnsafePointer<Float>, _ outputs: Int, _ rate: Double
  ) throws(MemSimError) -> UpdateSettings.Train? {
    try settings.train(
      rate: abs(rate), granularity: granularity, x: Double(largestSize(x, inputs)), d: Double(largestSize(d, outputs)))
  }
}
