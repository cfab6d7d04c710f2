import CMemSimSIMD

/// Word lines x bit lines of devices of one model.
///
/// Every random number is a function of (seed; purpose, cell, event), so results depend neither on threads nor on the
/// order in which cells are written. One thread at a time: a second call meanwhile throws `busy`.
public final class DeviceArray: @unchecked Sendable {
  public let model: DeviceModel
  public let rows: Int
  public let columns: Int
  public let seed: UInt64
  public let settings: ModelSettings
  public let context: Context
  package let cells: any Cells
  /// Noisy reads so far, each vector of a batch counted: the number of the next one.
  package internal(set) var reads: UInt64 = 0
  /// Whether every x of the current mixture lies in its signed range, if known: forgotten by whatever changes cells.
  var mixtureIsSigned: Bool?
  /// Room for the coefficients of one vector of a product, so that a product of one vector allocates nothing.
  let lineScratch: Storage<Double>
  private let turn = OneAtATime("array is")

  public var count: Int { rows * columns }
  var blocks: Int { (count + 15) / 16 }

  /// Memory of the cells, of tables, shared or not, and 24 bytes a word line for products, in bytes.
  public var bytes: Int { cells.planes.reduce(lineScratch.bytes.count + cells.tableBytes) { $0 + $1.count } }

  /// An array with every cell in the model's initial state.
  ///
  /// Errors: argument (shape, unknown model, parameter or option), memory.
  public convenience init(
    _ model: String, rows: Int, columns: Int, seed: UInt64 = 0, preset: String? = nil,
    parameters: [(name: String, values: [Double])] = [], options: [(name: String, choice: String)] = [],
    context: Context = .shared
  ) throws(MemSimError) {
    let model = try DeviceModel.named(model)
    let settings = try ModelSettings(model.card, preset: preset, parameters: parameters, options: options)
    try self.init(blank: model, rows: rows, columns: columns, seed: seed, settings: settings, context: context)
    forEachChunk { cells.initialize(blocks: $0) }
  }

  /// An array whose cells are zeroed memory, for `load` to fill.
  init(
    blank model: DeviceModel, rows: Int, columns: Int, seed: UInt64, settings: ModelSettings, context: Context
  ) throws(MemSimError) {
    let (count, overflow) = rows.multipliedReportingOverflow(by: columns)
    guard rows >= 1, columns >= 1, !overflow, count <= 1 << 31 else {
      throw .argument("rows and columns must be >= 1 with at most 2^31 cells, got \(rows) x \(columns)")
    }
    (self.model, self.rows, self.columns, self.seed) = (model, rows, columns, seed)
    (self.settings, self.context) = (settings, context)
    lineScratch = try Storage(DeviceArray.scratchPerVector(rows: rows))
    cells = try model.makeCells((count + 15) / 16, DeviceArray.key(seed), settings)
  }

  /// Three coefficients a word line, one flag.
  static func scratchPerVector(rows: Int) -> Int { 3 * rows + 1 }

  /// Philox key of an array: apart from that of `RandomFill` with the same seed.
  static func key(_ seed: UInt64) -> UInt64 { Seed.scramble(seed ^ 0x6d65_6d73_696d_2e61) }

  /// Runs `body` unless another thread is in a call on this array.
  func exclusively<R>(_ body: () throws(MemSimError) -> R) throws(MemSimError) -> R {
    try turn.run(body)
  }

  /// Calls `body` with runs of blocks, on the threads of the context. The runs do not depend on the thread count.
  func forEachChunk(_ body: (Range<Int>) -> Void) {
    let chunk = 256
    context.parallel((blocks + chunk - 1) / chunk) { part in
      body(part * chunk..<min((part + 1) * chunk, blocks))
    }
  }

  /// Errors: shape (neither 1 nor one value per cell), argument (not finite or beyond the limit).
  func checkVolts(_ volts: Operand) throws(MemSimError) {
    try checkCount(volts, "volts")
    try checkRange(volts)
  }

  /// Errors: argument (not finite or beyond the model's limit).
  func checkRange(_ volts: Operand) throws(MemSimError) { try model.checkRange(volts) }

  func checkCount(_ operand: Operand, _ name: String) throws(MemSimError) {
    guard operand.count == 1 || operand.count == count else {
      throw .shape("\(name) must have 1 or rows * columns = \(count) values, got \(operand.count)")
    }
  }
}
