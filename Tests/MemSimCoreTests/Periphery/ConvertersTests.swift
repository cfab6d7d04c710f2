import MemSimCore
import Testing

@Suite struct ConvertersTests {
  /// Compatible settings against values of the reference implementation. It computes in single precision, so inputs
  /// half a step from two levels are left out.
  @Test(arguments: [
    ("default_4bit", 4, 1e-6, 5e-5), ("bits8", 8, 1e-6, 5e-5), ("bits1", 1, 1e-6, 5e-5),
    ("range_0_100uA_6bit", 6, 0, 1e-4),
  ])
  func goldenLevels(_ name: String, _ bits: Int, _ minimum: Double, _ maximum: Double) throws {
    let golden = try Golden.json("synaptogen.json").object("golden").object("adc")
    let adc = try AnalogToDigital(bits: bits, minimum: minimum, maximum: maximum, clampsLow: false)
    let (inputs, wanted) = (golden.numbers("I"), golden.numbers(name))
    let step = (maximum - minimum) / Double((1 << bits) - 1)
    var compared = 0
    for (input, (got, want)) in zip(inputs, zip(convert(adc, inputs), wanted)) {
      let position = (input - minimum) / step
      if abs(position - position.rounded(.down) - 0.5) < 1e-5 { continue }
      compared += 1
      #expect(abs(got - want) <= 2e-7 * max(abs(want), 1e-6), "\(got), not \(want)")
    }
    #expect(compared >= inputs.count - 1)
  }

  @Test func everyLevelIsReachedAndKept() throws {
    for bits in [1, 4, 11] {
      let adc = try AnalogToDigital(bits: bits, minimum: -3, maximum: 5)
      let last = Double((1 << bits) - 1)
      let levels = (0...Int(last)).map { -3 + 8 * Double($0) / last }
      let got = convert(adc, levels)
      #expect(zip(got, levels).allSatisfy { abs($0 - $1) < 1e-14 })
      #expect(convert(adc, got) == got)
      #expect(got.last == 5)
    }
  }

  @Test func halvesGoUp() throws {
    let adc = try AnalogToDigital(bits: 3, minimum: 0, maximum: 7)
    #expect(convert(adc, [0.5, 1.5, 6.5, 0.5.nextDown, 1.5.nextDown]) == [1, 2, 7, 0, 1])
    #expect(convert(adc, [Float(0.5), 1.5, 6.5, Float(0.5).nextDown]) == [1, 2, 7, 0])
  }

  @Test func outsideTheRange() throws {
    let values = [-Double.infinity, -2.6, 100, .infinity]
    #expect(try convert(AnalogToDigital(bits: 2, minimum: 0, maximum: 3), values) == [0, 0, 3, 3])
    let open = try AnalogToDigital(bits: 2, minimum: 0, maximum: 3, clampsLow: false)
    #expect(convert(open, values) == [-.infinity, -3, 3, 3])
    #expect(convert(open, [Double.nan])[0].isNaN && convert(open, [Float.nan])[0].isNaN)
  }

  @Test func codesOfTheDac() throws {
    let dac = try DigitalToAnalog(bits: 3, maximum: 0.6)
    let codes = convert(dac, [0.125, 0.375, -0.375, 1.2, -7, 0, .infinity]).map { $0 / 0.6 * 4 }
    #expect(zip(codes, [0, 2, -2, 4, -4, 0, 4]).allSatisfy { abs($0 - $1) < 1e-12 })
    #expect(convert(dac, [Float.nan])[0].isNaN)
    #expect(Set(convert(dac, (-100...100).map { Double($0) / 80 })).count == 9)
  }

  @Test(arguments: [1, 3, 8]) func partsAndTailsAgreeInPlace(_ threads: Int) throws {
    let context = try Context(threads: threads)
    let (adc, dac) = (try AnalogToDigital(bits: 7, minimum: -1, maximum: 1), try DigitalToAnalog(bits: 5, maximum: 2))
    for count in [0, 1, 7, 9, 17_003] {
      let input = patternless(count, 1, Float.self)
      var (first, second) = (input, input)
      first.withUnsafeMutableBufferPointer {
        adc.convert($0.baseAddress!, count: count, into: $0.baseAddress!, context: context)
      }
      second.withUnsafeMutableBufferPointer {
        dac.convert($0.baseAddress!, count: count, into: $0.baseAddress!, context: context)
      }
      // Backwards, every value comes by another lane, part or tail.
      #expect(first == convert(adc, input.reversed()).reversed())
      #expect(second == convert(dac, input.reversed()).reversed())
    }
  }

  @Test func badSettingsAreRefused() {
    for bits in [0, -1, 25] {
      #expect(throws: MemSimError.self) { try AnalogToDigital(bits: bits) }
      #expect(throws: MemSimError.self) { try DigitalToAnalog(bits: bits, maximum: 1) }
    }
    for (low, high) in [(1.0, 1.0), (2, 1), (.nan, 1), (0, .infinity), (-1e308, 1e308), (0, 5e-324)] {
      #expect(throws: MemSimError.self) { try AnalogToDigital(minimum: low, maximum: high) }
    }
    for maximum in [0, -1, Double.nan, .infinity] {
      #expect(throws: MemSimError.self) { try DigitalToAnalog(bits: 4, maximum: maximum) }
    }
  }
}

private func convert(_ adc: AnalogToDigital, _ values: [Double]) -> [Double] {
  guarded(values.count) { adc.convert(values, count: values.count, into: $0) }
}

private func convert(_ adc: AnalogToDigital, _ values: [Float]) -> [Float] {
  guarded(values.count) { adc.convert(values, count: values.count, into: $0) }
}

private func convert(_ dac: DigitalToAnalog, _ values: [Double]) -> [Double] {
  guarded(values.count) { dac.convert(values, count: values.count, into: $0) }
}

private func convert(_ dac: DigitalToAnalog, _ values: [Float]) -> [Float] {
  guarded(values.count) { dac.convert(values, count: values.count, into: $0) }
}
