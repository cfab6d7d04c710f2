import MemSimCore
import Testing

/// Current, temperature, interface voltage and rate at 22 voltages and 14 concentrations.
@Suite struct JartStaticGoldenTests {
  private static var table: [String: Any] { Jart.golden.object("static") }

  /// Every voltage with every concentration, row by row.
  private static var grid: (volts: [Double], n: [Double]) {
    let (volts, n) = (table.numbers("V"), table.numbers("N"))
    return (volts.flatMap { v in n.map { _ in v } }, volts.flatMap { _ in n })
  }

  private func largestError<Number: BinaryFloatingPoint>(_ got: [Number], _ want: [Double]) -> Double {
    zip(got, want).map { abs(Double($0) - $1) / abs($1) }.reduce(0) { $1 > $0 || $1.isNaN ? $1 : $0 }
  }

  /// The bounds are those the library promises.
  @Test(arguments: ["det", "var"]) func doublePrecision(_ variant: String) throws {
    let (volts, n) = Self.grid
    let got: [String: [Double]] = try evaluate(variant, volts: volts, n: n)
    try compare(variant, got, ["current": 1e-9, "temperature": 1e-7, "interface_voltage": 1e-7, "rate": 1e-7])
  }

  @Test(arguments: ["det", "var"]) func singlePrecision(_ variant: String) throws {
    let (volts, n) = Self.grid
    let got: [String: [Float]] = try evaluate(variant, volts: volts.map { Float($0) }, n: n)
    try compare(variant, got, ["current": 1e-5, "rate": 5e-4])
  }

  private func compare<Number: BinaryFloatingPoint>(
    _ variant: String, _ got: [String: [Number]], _ bounds: [String: Double]
  ) throws {
    let keys = ["current": "I", "temperature": "T", "interface_voltage": "Vs", "rate": "dNdt"]
    let set = Self.table.object("sets").object("nominal_" + variant)
    for (name, bound) in bounds {
      let error = largestError(got[name]!, set.rows(keys[name]!).flatMap { $0 })
      #expect(error <= bound, "\(name): \(error)")
    }
  }

  /// At 1.2 V and N = 20 three currents solve the equations: 7.1707e-4, 6.8338e-4 and 6.7816e-4 A. The first is continuous
  /// with 0 V; all its seven published digits are asked for, of which the last may be rounded.
  @Test func physicalBranch() throws {
    let got: [String: [Double]] = try evaluate("det", volts: [1.2], n: [20])
    #expect(abs(got["current"]![0] - 7.170739112e-4) <= 1e-13)
    #expect(abs(got["temperature"]![0] - 751.069706) <= 1e-6)
  }

  /// Low voltages, far below the heating.
  @Test(arguments: [("var", -0.2, 0.008, -1.909340800e-6, 3.617835406e-8), ("det", 0.2, 0.008, 3.050455945e-6, -1.641198010e-9)])
  func nearlyOhmic(_ variant: String, _ volts: Double, _ n: Double, _ current: Double, _ rate: Double) throws {
    let got: [String: [Double]] = try evaluate(variant, volts: [volts], n: [n])
    // Ten digits are given.
    #expect(abs(got["current"]![0] / current - 1) <= 1e-9)
    #expect(abs(got["rate"]![0] / rate - 1) <= 1e-9)
  }
}
