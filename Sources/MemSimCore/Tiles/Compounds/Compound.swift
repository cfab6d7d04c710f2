/// Several pulsed devices a weight, and what is done with them: its card and how to make one.
public struct Compound: Catalogued {
  public static let kind = "compound"
  public let card: ModelCard
  /// How many cells it may have.
  let cells: ClosedRange<Int>
  /// What `transfer_update` differs in from its card's defaults.
  let writes: [(name: String, values: [Double])]
  /// Whether reads of cells go without noise and bound management, whatever is asked for.
  let readsPlainly: Bool
  let make: @Sendable (_ plan: CompoundPlan) throws(MemSimError) -> any CompoundRule

  /// Every compound, in the order the C API lists them. Add new ones at the end.
  public static let all: [Compound] = [
    of(VectorRule.self),
    of(ReferenceRule.self),
    of(OneSidedRule.self),
    of(TransferRule.self),
    of(BufferedTransferRule.self),
    of(ChoppedTransferRule.self),
    of(DynamicTransferRule.self),
    of(MixedPrecisionRule.self),
  ]

  private static func of<Rule: CompoundRule>(_: Rule.Type) -> Compound {
    Compound(card: Rule.card, cells: Rule.cells, writes: Rule.writes, readsPlainly: Rule.readsPlainly) {
      (plan) throws(MemSimError) in try Rule(plan)
    }
  }
}

extension ModelCard {
  init(
    compound name: String, _ title: String, _ text: String, source: String, _ parameters: [ParameterCard],
    _ options: [OptionCard] = [], matrices: [StateCard] = []
  ) {
    self.init(
      name: name, title: title, text: text, source: source, parameters: parameters, options: options, states: matrices,
      quantities: [])
  }
}

/// What a rule is made of.
struct CompoundPlan {
  let cells: [AnalogTile]
  /// Of the cells' devices.
  let devices: [ModelSettings]
  let settings: ModelSettings
  let update: UpdateSettings

  var inputs: Int { cells[0].inputs }
  var outputs: Int { cells[0].outputs }
  var granularities: [Double] { cells.map(\.devices.granularity) }

  /// Errors: argument, unless the cell's devices take steps.
  func checkSteps(_ cell: Int) throws(MemSimError) {
    if cells[cell].devices.isIdeal || granularities[cell] <= 0 {
      let device = cells[cell].device.card.name
      throw .argument("cell \(cell) of compound \"\(settings.card.name)\" must be a device with steps, got \"\(device)\"")
    }
  }

  /// A list of one value a cell, or nil where it is empty. Errors: shape.
  func list(_ name: String) throws(MemSimError) -> [Double]? {
    let values = settings.values(name)
    if values.isEmpty { return nil }
    guard values.count == cells.count else {
      throw .shape("parameter \"\(name)\" must have a value for each of \(cells.count) cells, got \(values.count)")
    }
    return values
  }
}

/// What random numbers of compounds are for, apart from those of `PulsedPurpose`.
enum CompoundPurpose {
  static let choices: UInt32 = 0x5491_0000
  /// One for each cell.
  static let lines: UInt32 = 0x5492_0000
  static let inputChoppers: UInt32 = 0x5493_0000
  static let outputChoppers: UInt32 = 0x5494_0000
  static let inputRounding: UInt32 = 0x5495_0000
  static let outputRounding: UInt32 = 0x5496_0000

  /// A number of 0..<1.
  static func uniform(_ key: UInt64, _ purpose: UInt32, event: UInt64, element: Int = 0) -> Float {
    EventNormals(seed: key, purpose: purpose, event: event).sixteenUniforms(element / 16 * 16)[element % 16]
  }
}
