import MemSimCore
import Testing

/// What every registered model must obey; a new one is tested by being registered.
@Suite struct ModelLawsTests {
  static let names = DeviceModel.models.map(\.card.name)

  /// A used array: its cells have seen random voltages.
  private func used(
    _ model: String, seed: UInt64 = 5, context: Context = .shared, _ shape: (Int, Int) = (37, 29), steps: Int = 12
  ) throws -> DeviceArray {
    let array = try DeviceArray(model, rows: shape.0, columns: shape.1, seed: seed, context: context)
    for step in 0..<steps { try array.apply(volts(array.count, step)) }
    return array
  }

  /// Voltages within ±1.6 V that differ from cell to cell and step to step.
  private func volts(_ count: Int, _ step: Int) -> [Float] {
    (0..<count).map { Float(($0 &* 7919 &+ step &* 104_729) % 3201 - 1600) / 1000 }
  }

  @Test(arguments: names) func cardIsComplete(model: String) throws {
    let card = try DeviceModel.named(model).card
    for text in [card.title, card.text, card.source] { #expect(!text.isEmpty) }
    for parameter in card.parameters {
      #expect(parameter.values.allSatisfy { $0 >= parameter.minimum && $0 <= parameter.maximum }, "\(parameter.name)")
      #expect(!parameter.unit.isEmpty && !parameter.text.isEmpty, "\(parameter.name)")
    }
    let array = try used(model)
    for state in card.states { #expect(try array.state(state.name).allSatisfy(\.isFinite), "\(state.name)") }
  }

  @Test(arguments: names) func currentsAreFinite(model: String) throws {
    let array = try used(model)
    for volts: Float in [-1.5, -1, -0.2, -1e-6, 0, 1e-6, 0.2, 1, 1.5] {
      #expect(try array.read(volts).allSatisfy(\.isFinite))
      #expect(try array.conductance(volts).allSatisfy(\.isFinite))
    }
    #expect(try array.read(0, noise: nil).allSatisfy { abs($0) < 1e-12 })
  }

  @Test(arguments: names) func restsAtZeroVolts(model: String) throws {
    let array = try used(model)
    let before = try array.hash()
    try array.apply(0)
    #expect(try array.hash() == before)
  }

  @Test(arguments: names) func readingChangesNoCell(model: String) throws {
    let array = try used(model)
    let before = try array.state(array.model.card.states[0].name)
    let first = try array.read(0.2)
    #expect(try array.read(0.2) != first, "every read has its own noise")
    #expect(try array.state(array.model.card.states[0].name) == before)
  }

  @Test(arguments: names) func threadsDoNotShow(model: String) throws {
    let reference = try used(model, context: Context(threads: 1), (131, 77), steps: 4)
    let noise = try reference.read(0.3)
    for threads in [3, 8] {
      let array = try used(model, context: Context(threads: threads), (131, 77), steps: 4)
      #expect(try array.read(0.3) == noise)
      #expect(try array.hash() == reference.hash())
    }
  }

  @Test(arguments: names) func cellsAreIndependent(model: String) throws {
    let (whole, part) = (try used(model), try used(model))
    let mask = (0..<part.count).map { UInt8($0 % 5 == 2 ? 1 : 0) }
    try whole.apply(-1.4)
    try part.apply(-1.4, where: mask)
    for state in whole.model.card.states {
      let (a, b) = (try whole.state(state.name), try part.state(state.name))
      #expect(mask.indices.allSatisfy { mask[$0] == 0 || a[$0] == b[$0] }, "\(state.name)")
    }
  }

  @Test(arguments: names) func seedsDiffer(model: String) throws {
    #expect(try used(model, seed: 1).hash() != used(model, seed: 2).hash())
    #expect(try used(model, seed: 1).hash() == used(model, seed: 1).hash())
  }

  @Test(arguments: names) func savedArraysGoOnAsIfNothingHadHappened(model: String) throws {
    let array = try used(model)
    _ = try array.read(0.2)
    let bytes = try array.saved()
    let copy = try bytes.withUnsafeBytes { try DeviceArray.load($0) }
    #expect(try copy.hash() == array.hash())
    for step in 20..<26 {
      for one in [array, copy] { try one.apply(volts(one.count, step)) }
    }
    #expect(try copy.read(0.2) == array.read(0.2))
    #expect(try copy.hash() == array.hash())
  }

  @Test(arguments: names) func settableStatesAreSet(model: String) throws {
    let array = try used(model)
    for state in array.model.card.states where state.settable {
      let value = try array.state(state.name)[0]
      let mask = (0..<array.count).map { UInt8($0 % 2) }
      try array.setState(state.name, [value], where: mask)
      let now = try array.state(state.name)
      #expect(mask.indices.allSatisfy { mask[$0] == 0 || abs(now[$0] - value) <= 1e-3 * abs(value) }, "\(state.name)")
    }
    for state in array.model.card.states where !state.settable {
      #expect(throws: MemSimError.self) { try array.setState(state.name, [1]) }
    }
  }
}
