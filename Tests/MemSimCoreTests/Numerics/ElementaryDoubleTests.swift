#if arch(x86_64)
  import Glibc
  import MemSimCore
  import Testing

  /// Double functions against libm in 80-bit floats, to the error that their comments state.
  @Suite struct ElementaryDoubleTests {
    static let exponentials: [Spread] = [
      .over(-0.5...0.5), .over(-2...2), .over(-745...710), .over(-745...(-708)), .allPatterns,
    ]

    @Test(arguments: exponentials) func exponential(_ spread: Spread) {
      #expect(worstDouble(spread, { Elementary.exp($0) }, { expl($0) }).ulps < 1)
      #expect(worstDouble(spread, { Elementary.expm1($0) }, { expm1l($0) }).ulps < 1.9)
    }

    @Test(arguments: [Spread.over(-0.2...0.2), .over(-1...1), .over(-324...309), .over(-323...(-307)), .allPatterns])
    func powersOfTen(_ spread: Spread) {
      #expect(worstDouble(spread, { Elementary.exp10($0) }, { powl(10, $0) }).ulps < 0.9)
    }

    @Test(arguments: [Spread.over(0.5...2), .over(0...1e-308), .over(0...100), .allPatterns])
    func logarithm(_ spread: Spread) {
      #expect(worstDouble(spread, { Elementary.log($0) }, { logl($0) }).ulps < 0.9)
    }

    @Test(arguments: [Spread.over(-0.5...2), .over(-1...1), .over(-1e-5...1e-5), .over(0...100), .allPatterns])
    func logarithmOnePlus(_ spread: Spread) {
      #expect(worstDouble(spread, { Elementary.log1p($0) }, { log1pl($0) }).ulps < 1.3)
    }

    @Test(arguments: [Spread.over(-1...1), .over(-20...20), .over(-1e-3...1e-3), .allPatterns])
    func hyperbolicTangent(_ spread: Spread) {
      #expect(worstDouble(spread, { Elementary.tanh($0) }, { tanhl($0) }).ulps < 1.4)
    }

    @Test(arguments: [Spread.over(-1e-3...1e-3), .over(-1...1), .over(-50...50), .over(-709...709)])
    func hyperbolicSine(_ spread: Spread) {
      #expect(worstDouble(spread, { Elementary.sinh($0) }, { sinhl($0) }).ulps < 3)
    }

    @Test(arguments: [Spread.over(-1...1), .over(-20...20), .over(-1e6...1e6), .over(-3e9...3e9), .allPatterns])
    func sineAndCosine(_ spread: Spread) {
      #expect(worstDouble(spread, { Elementary.sincos($0).sin }, { sinl($0) }).ulps < 0.9)
      #expect(worstDouble(spread, { Elementary.sincos($0).cos }, { cosl($0) }).ulps < 0.9)
    }

    @Test(arguments: [Spread.over(-0.125...0.125), .over(-0.5...0.5), .over(-1000...1000), .allPatterns])
    func sineAndCosineOfTurns(_ spread: Spread) {
      #expect(worstDouble(spread, { Elementary.sinCosTurns($0).sin }, { turnSine($0) }).ulps < 0.9)
      #expect(worstDouble(spread, { Elementary.sinCosTurns($0).cos }, { turnCosine($0) }).ulps < 0.9)
    }

    @Test(arguments: [0.5, -1.5, 3.3, 30, 100, -77, 1000, 1e-3, 0, .infinity, -.infinity, .nan] as [Double])
    func powers(_ y: Double) {
      for spread in [Spread.over(0...2), .over(0.9...1.1), .over(0.999...1.001), .over(0...1e-308), .allPatterns] {
        let power = { (x: DoubleLanes) in Elementary.pow(x, DoubleLanes(repeating: y)) }
        #expect(worstDouble(spread, power, { positivePower($0, Float80(y)) }).ulps < 1.2)
      }
    }

    /// The doubles nearest multiples of pi / 2 lose up to 61 bits to the reduction.
    /// Source of the first: Muller, "Elementary Functions", 3rd ed., section 11.1, the worst case of double precision.
    @Test(arguments: [0x1.6ac5b262ca1ffp849, 0x1.921fb54442d18p0, 0x1.921fb54442d18p1, 0x1.2d97c7f3321d2p2])
    func cancellation(_ x: Double) {
      let (sin, cos) = Elementary.sincos(DoubleLanes(repeating: x))
      #expect(ulps(sin[0], sinl(Float80(x))) < 0.9)
      #expect(ulps(cos[0], cosl(Float80(x))) < 0.9)
    }

    /// The truth is log((w + 1/2) 2^-64), w the number of both words; 80-bit floats hold w.
    @Test func logarithmOfUniforms() {
      var source = ArgumentSource(seed: 4)
      var error = WorstError()
      for round in 0..<20_000 {
        var numbers = SIMD8<UInt64>()
        for i in 0..<8 { numbers[i] = source.next() >> UInt64(round % 64) }
        numbers = round % 2 == 0 ? numbers : ~numbers
        let y = Elementary.logUniform(
          SIMD8(truncatingIfNeeded: numbers &>> 32), SIMD8<UInt32>(truncatingIfNeeded: numbers))
        for i in 0..<8 { error.note(ulps(y[i], logOfNumber(numbers[i])), at: Double(numbers[i])) }
      }
      #expect(error.ulps < 1.6)
    }

    private func logOfNumber(_ number: UInt64) -> Float80 {
      let distance = Float80(~number) + 0.5
      return distance < 0x1p63 ? log1pl(-distance * 0x1p-64) : logl((Float80(number) + 0.5) * 0x1p-64)
    }
  }
#endif
