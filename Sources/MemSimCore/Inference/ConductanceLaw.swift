/// How the conductances of programmed devices differ from their targets and change with time: one file each under
/// Inference/Models. Conductances are in uS, as the published coefficients are.
protocol ConductanceLaw: Sendable {
  /// What is reckoned once for a time.
  associatedtype Moment: Sendable

  static var card: ModelCard { get }
  /// The converter where none is given.
  static func converter(_ settings: ModelSettings) -> DefaultConverter
  /// Whether `conductance` looks at targets.
  static var seesTargets: Bool { get }

  /// Errors: argument.
  init(_ settings: ModelSettings, _ range: ConductanceRange) throws(MemSimError)

  /// Conductances right after programming; `z` are standard normals.
  func programmed(_ target: FloatLanes, _ z: FloatLanes) -> FloatLanes
  /// What each device keeps to change by: a drift exponent, or the deviate of its relaxation.
  func kept(_ target: FloatLanes, _ z: FloatLanes) -> FloatLanes
  /// Errors: argument, for times the law does not know. `seconds` > 0.
  func moment(_ seconds: Double) throws(MemSimError) -> Moment
  /// Conductances as read at that time, from the programmed ones; `z` are fresh standard normals.
  func conductance(
    _ programmed: FloatLanes, target: FloatLanes, kept: FloatLanes, _ moment: Moment, _ z: FloatLanes
  ) -> FloatLanes
}

/// Conductances that devices may be programmed to [uS].
struct ConductanceRange: Sendable {
  let least, most: Float
}

/// A converter and what it is told.
typealias DefaultConverter = (name: String, parameters: [(name: String, values: [Double])])

/// c0 + c1 r + ... + c4 r^4.
struct Quartic: Sendable {
  private let c: SIMD8<Float>

  /// Factors of at most five coefficients.
  init(_ coefficients: [Double], times factor: Double = 1) {
    var c = SIMD8<Float>.zero
    for (power, value) in coefficients.prefix(5).enumerated() { c[power] = Float(value * factor) }
    self.c = c
  }

  @inline(__always)
  func callAsFunction(_ r: FloatLanes) -> FloatLanes {
    let high = FloatLanes(repeating: c[3]).addingProduct(FloatLanes(repeating: c[4]), r)
    let middle = FloatLanes(repeating: c[1]).addingProduct(FloatLanes(repeating: c[2]).addingProduct(high, r), r)
    return FloatLanes(repeating: c[0]).addingProduct(middle, r)
  }
}
