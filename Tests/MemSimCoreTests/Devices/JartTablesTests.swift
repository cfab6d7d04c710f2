import MemSimCore
import Testing

/// Tables of pulses and reads are made once for all cells of the same parameters.
@Suite struct JartTablesTests {
  /// A parameter of this suite's own: other tests run at the same time.
  private static func array(_ seed: UInt64, resistance: Double = 15.1e6) throws -> DeviceArray {
    let array = try DeviceArray(
      "jart-vcm-v1b", rows: 4, columns: 5, seed: seed, parameters: [("Rth0", [resistance])], options: [("variability", "d2d")])
    try pulse(array)
    return array
  }

  private static func pulse(_ array: DeviceArray) throws {
    let counts = [Int32](repeating: 3, count: array.count)
    try array.pulse(CountOperand(counts, count: counts.count))
  }

  private static func tile(_ seed: UInt64, most: Double = 0.6) throws -> AnalogTile {
    try AnalogTile(
      inputs: 4, outputs: 5, device: "jart-vcm-v1b",
      settings: ([("Rth0", [15.2e6]), ("w_max", [most])], [("variability", "d2d")]), seed: seed)
  }

  private static func tables(_ cells: any Cells) -> [ObjectIdentifier] { (cells as! JartCells).tables.map(ObjectIdentifier.init) }

  @Test func arraysOfTheSameParametersShare() throws {
    let first = try Self.array(1), second = try Self.array(2), other = try Self.array(1, resistance: 15.3e6)
    #expect(Self.tables(first.cells) == Self.tables(second.cells))
    #expect(Self.tables(first.cells) != Self.tables(other.cells))
    #expect(first.bytes == second.bytes && first.bytes > 100_000)
  }

  @Test func tilesOfTheSameParametersShare() throws {
    let first = try Self.tile(1), second = try Self.tile(2), other = try Self.tile(1, most: 0.9)
    let tables = try [first, second, other].map { Self.tables(try #require($0.devices.physical).cells) }
    // How weights are counted does not matter to either table.
    #expect(tables[0].count == 2 && tables[0] == tables[1] && tables[0] == tables[2])
  }

  @Test func tablesGoWithTheirLastCells() throws {
    weak var table: AnyObject?
    do {
      var first: DeviceArray? = try Self.array(1, resistance: 15.4e6)
      table = (first!.cells as! JartCells).tables[0]
      let second = try Self.array(2, resistance: 15.4e6)
      first = nil
      #expect(table != nil)
      try Self.pulse(second)
    }
    #expect(table == nil)
  }
}
