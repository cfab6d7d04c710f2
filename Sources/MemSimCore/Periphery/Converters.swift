import CMemSimSIMD

/// An analogue-to-digital converter: mid-tread, uniform, giving the value of the nearest level.
///
/// step = (maximum - minimum) / (2^bits - 1); value v gives minimum + step k, k = (v - minimum) / step rounded half up.
/// Inputs above maximum give maximum; NaN stays NaN. Computed in double precision for either element type.
/// Source: Hennen et al., arXiv:2404.06344 (read circuit); there, levels go on below minimum.
public struct AnalogToDigital: Sendable {
  private let minimum: Double
  private let maximum: Double
  private let step: Double
  private let lastLevel: Double
  private let firstLevel: Double

  /// - Parameters:
  ///   - bits: 1...24.
  ///   - minimum: lowest level, in the unit of the input.
  ///   - maximum: highest level, > minimum.
  ///   - clampsLow: whether inputs below minimum give minimum; else lower levels go on.
  ///
  /// Errors: argument.
  public init(
    bits: Int = 4, minimum: Double = 1e-6, maximum: Double = 5e-5, clampsLow: Bool = true
  ) throws(MemSimError) {
    try checkBits(bits)
    guard minimum.isFinite, maximum.isFinite, minimum < maximum else {
      throw .argument("minimum must be < maximum, both finite, got \(minimum) and \(maximum)")
    }
    (self.minimum, self.maximum) = (minimum, maximum)
    lastLevel = Double((1 << bits) - 1)
    firstLevel = clampsLow ? 0 : -.infinity
    step = (maximum - minimum) / lastLevel
    guard step.isFinite, step > 0 else {
      throw .argument("\(bits) bits from \(minimum) to \(maximum) have no step in double precision")
    }
  }

  /// Converts `values` [count] into `out` [count], which may be `values`.
  public func convert(
    _ values: UnsafePointer<Float>, count: Int, into out: UnsafeMutablePointer<Float>, context: Context = .shared
  ) {
    elementwise(values, out, count, context) { level($0) }
  }

  public func convert(
    _ values: UnsafePointer<Double>, count: Int, into out: UnsafeMutablePointer<Double>, context: Context = .shared
  ) {
    elementwise(values, out, count, context) { level($0) }
  }

  @inline(__always)
  private func level(_ x: DoubleLanes) -> DoubleLanes {
    let last = DoubleLanes(repeating: lastLevel)
    let scaled = (x - minimum) / step
    let position = ms_at_least_d(ms_at_most_d(scaled, last), DoubleLanes(repeating: firstLevel))
    // Not floor(position + 1/2): that sum rounds up the number just below 1/2.
    let below = ms_floor_d(position)
    let roundsUp = ms_less_equal_d(DoubleLanes(repeating: 0.5), position - below)
    let index = ms_select_d(roundsUp, below + 1, below)
    let value = ms_fma_d(index, DoubleLanes(repeating: step), DoubleLanes(repeating: minimum))
    return ms_select_d(ms_less_equal_d(last, index), DoubleLanes(repeating: maximum), value)
  }
}

/// A digital-to-analogue converter of 2^bits + 1 signed codes.
///
/// code = x 2^(bits-1) rounded half to even and clamped to +-2^(bits-1); output code / 2^(bits-1) * maximum [V].
/// NaN stays NaN. Computed in double precision for either element type.
public struct DigitalToAnalog: Sendable {
  private let lastCode: Double
  private let maximum: Double

  /// - Parameters:
  ///   - bits: 1...24.
  ///   - maximum: output at full scale, x = 1 [V]; finite, > 0.
  ///
  /// Errors: argument.
  public init(bits: Int, maximum: Double) throws(MemSimError) {
    try checkBits(bits)
    guard maximum > 0, maximum.isFinite else { throw .argument("v_max must be > 0 and finite, got \(maximum)") }
    lastCode = Double(1 << (bits - 1))
    self.maximum = maximum
  }

  /// Converts `values` [count], full scale at +-1, into `out` [count] V, which may be `values`.
  public func convert(
    _ values: UnsafePointer<Float>, count: Int, into out: UnsafeMutablePointer<Float>, context: Context = .shared
  ) {
    elementwise(values, out, count, context) { volts($0) }
  }

  public func convert(
    _ values: UnsafePointer<Double>, count: Int, into out: UnsafeMutablePointer<Double>, context: Context = .shared
  ) {
    elementwise(values, out, count, context) { volts($0) }
  }

  @inline(__always)
  private func volts(_ x: DoubleLanes) -> DoubleLanes {
    let last = DoubleLanes(repeating: lastCode)
    let code = ms_at_least_d(ms_at_most_d(ms_round_d(x * lastCode), last), -last)
    return code / lastCode * maximum
  }
}

private func checkBits(_ bits: Int) throws(MemSimError) {
  guard (1...24).contains(bits) else { throw .argument("bits must be 1...24, got \(bits)") }
}
