import Glibc
import MemSimCore
import Testing

/// Float functions against libm in double, to the error that their comments state.
@Suite struct ElementaryFloatTests {
  static let exponentials: [Spread] = [
    .over(-0.5...0.5), .over(-2...2), .over(-104...89), .over(-104...(-87)), .allPatterns,
  ]

  @Test(arguments: exponentials) func exponential(_ spread: Spread) {
    #expect(worstFloat(spread, { Elementary.exp($0) }, { exp($0) }).ulps < 1.1)
    #expect(worstFloat(spread, { Elementary.expm1($0) }, { expm1($0) }).ulps < 1.6)
  }

  @Test(arguments: [Spread.over(-0.2...0.2), .over(-1...1), .over(-46...39), .over(-45...(-37)), .allPatterns])
  func powersOfTen(_ spread: Spread) {
    #expect(worstFloat(spread, { Elementary.exp10($0) }, { pow(10, $0) }).ulps < 1)
  }

  @Test(arguments: [Spread.over(0.5...2), .over(0...1e-37), .over(0...100), .allPatterns])
  func logarithm(_ spread: Spread) {
    #expect(worstFloat(spread, { Elementary.log($0) }, { log($0) }).ulps < 1)
  }

  @Test(arguments: [Spread.over(-0.5...2), .over(-1...1), .over(-1e-3...1e-3), .over(0...100), .allPatterns])
  func logarithmOnePlus(_ spread: Spread) {
    #expect(worstFloat(spread, { Elementary.log1p($0) }, { log1p($0) }).ulps < 1.6)
  }

  @Test(arguments: [Spread.over(-1...1), .over(-10...10), .over(-1e-3...1e-3), .allPatterns])
  func hyperbolicTangent(_ spread: Spread) {
    #expect(worstFloat(spread, { Elementary.tanh($0) }, { tanh($0) }).ulps < 1.4)
  }

  @Test(arguments: [Spread.over(-1...1), .over(-20...20), .over(-1e6...1e6), .over(-3e9...3e9), .allPatterns])
  func sineAndCosine(_ spread: Spread) {
    #expect(worstFloat(spread, { Elementary.sincos($0).sin }, { sin($0) }).ulps < 1.4)
    #expect(worstFloat(spread, { Elementary.sincos($0).cos }, { cos($0) }).ulps < 1.4)
  }

  @Test(arguments: [Spread.over(-0.125...0.125), .over(-0.5...0.5), .over(-1000...1000), .allPatterns])
  func sineAndCosineOfTurns(_ spread: Spread) {
    #expect(worstFloat(spread, { Elementary.sinCosTurns($0).sin }, { Double(turnSine(Float80($0))) }).ulps < 1)
    #expect(worstFloat(spread, { Elementary.sinCosTurns($0).cos }, { Double(turnCosine(Float80($0))) }).ulps < 1)
  }

  @Test(arguments: [0.5, -1.5, 3.3, 30, 100, -77, 1e-3, 0, .infinity, -.infinity, .nan] as [Float])
  func powers(_ y: Float) {
    for spread in [Spread.over(0...2), .over(0.9...1.1), .over(0...1e-37), .allPatterns] {
      let power = { (x: FloatLanes) in Elementary.pow(x, FloatLanes(repeating: y)) }
      #expect(worstFloat(spread, power, { positivePower($0, Double(y)) }).ulps < 0.51)
    }
  }

  /// Words of either half of the unit interval and their ends. The truth is log((w + 1/2) 2^-32).
  @Test func logarithmOfUniforms() {
    var source = ArgumentSource(seed: 3)
    var error = WorstError()
    for round in 0..<20_000 {
      var words = WordLanes()
      for i in 0..<16 { words[i] = UInt32(truncatingIfNeeded: source.next()) >> UInt32(round % 32) }
      words = round % 2 == 0 ? words : ~words
      let y = Elementary.logUniform(words)
      for i in 0..<16 { error.note(ulps(y[i], logOfWord(words[i])), at: Double(words[i])) }
    }
    #expect(error.ulps < 1.6)
  }

  private func logOfWord(_ word: UInt32) -> Double {
    let distance = Double(~word) + 0.5
    return distance < 0x1p31 ? log1p(-distance * 0x1p-32) : log((Double(word) + 0.5) * 0x1p-32)
  }
}

/// x^y as the vector functions define it: not for negative x.
func positivePower(_ x: Double, _ y: Double) -> Double { x < 0 && y != 0 ? .nan : pow(x, y) }
func positivePower(_ x: Float80, _ y: Float80) -> Float80 { x < 0 && y != 0 ? .nan : powl(x, y) }

/// sin 2 pi x, from the exact remainder of x to the nearest quarter turn.
func turnSine(_ x: Float80) -> Float80 {
  let quarters = (4 * x).rounded()
  let rest = 2 * .pi * (x - quarters / 4)
  guard x.isFinite else { return .nan }
  switch quarters.truncatingRemainder(dividingBy: 4) {
  case 0: return sinl(rest)
  case 1, -3: return cosl(rest)
  case 2, -2: return -sinl(rest)
  default: return -cosl(rest)
  }
}

func turnCosine(_ x: Float80) -> Float80 {
  let quarters = (4 * x).rounded()
  let rest = 2 * .pi * (x - quarters / 4)
  guard x.isFinite else { return .nan }
  switch quarters.truncatingRemainder(dividingBy: 4) {
  case 0: return cosl(rest)
  case 1, -3: return -sinl(rest)
  case 2, -2: return -cosl(rest)
  default: return sinl(rest)
  }
}
