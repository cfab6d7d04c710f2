import CMemSim
import Glibc
import MemSimCore

/// A card's strings and numbers as C holds them: made once, never freed.
struct CCard: @unchecked Sendable {
  let model: memsim_model_card
  let parameters: [memsim_param_card]
  let options: [memsim_option_card]
  let states: [memsim_state_card]
  let quantities: [memsim_state_card]
  let presets: [memsim_preset_card]

  init(_ card: ModelCard, timed: Bool) {
    model = memsim_model_card(
      size: 0, param_count: Int32(card.parameters.count), option_count: Int32(card.options.count),
      state_count: Int32(card.states.count), name: forever(card.name), title: forever(card.title),
      text: forever(card.text), source: forever(card.source), quantity_count: Int32(card.quantities.count),
      preset_count: Int32(card.presets.count), timed: timed ? 1 : 0, reserved: 0, voltage_limit: card.voltageLimit)
    parameters = card.parameters.map {
      memsim_param_card(
        size: 0, rows: Int32($0.rows), columns: Int32($0.columns), reserved: 0, name: forever($0.name),
        unit: forever($0.unit), text: forever($0.text), minimum: $0.minimum, maximum: $0.maximum,
        default_values: forever($0.values))
    }
    options = card.options.map {
      memsim_option_card(
        size: 0, reserved: 0, name: forever($0.name), choices: forever($0.choices.joined(separator: "|")),
        text: forever($0.text))
    }
    states = card.states.map(stateCard)
    quantities = card.quantities.map(stateCard)
    presets = card.presets.map(presetCard)
  }
}

private func stateCard(_ card: StateCard) -> memsim_state_card {
  memsim_state_card(
    size: 0, settable: card.settable ? 1 : 0, name: forever(card.name), unit: forever(card.unit),
    text: forever(card.text))
}

private func presetCard(_ card: PresetCard) -> memsim_preset_card {
  let params = card.parameters.map {
    memsim_param(name: forever($0.name), values: forever($0.values), count: $0.values.count)
  }
  return memsim_preset_card(
    size: 0, param_count: Int32(params.count), name: forever(card.name), text: forever(card.text),
    source: forever(card.source), params: forever(params))
}

private func forever(_ text: String) -> UnsafePointer<CChar> { UnsafePointer(strdup(text)) }

private func forever<T>(_ values: [T]) -> UnsafePointer<T> {
  let copy = UnsafeMutablePointer<T>.allocate(capacity: values.count)
  copy.initialize(from: values, count: values.count)
  return UnsafePointer(copy)
}

/// Cards of all of a kind as C holds them.
struct CardShelf<Kind: Catalogued>: Sendable {
  private let cards: [CCard]

  init(timed: (Kind) -> Bool = { _ in false }) { cards = Kind.all.map { CCard($0.card, timed: timed($0)) } }

  var count: Int32 { Int32(cards.count) }

  /// NULL past the end.
  func name(_ index: Int32) -> UnsafePointer<CChar>? {
    cards.indices.contains(Int(index)) ? cards[Int(index)].model.name : nil
  }

  /// Errors: argument, for NULL and unknown names.
  func card(_ name: UnsafePointer<CChar>?, _ argument: StaticString = "name") throws(MemSimError) -> CCard {
    card(of: try Kind.named(try text(name, argument)))
  }

  func card(of one: Kind) -> CCard { cards[Kind.all.firstIndex { $0.card.name == one.card.name }!] }
}

private let models = CardShelf<DeviceModel> { $0.isTimed }

/// The model's name as a string that lives as long as the library.
func nameOf(_ model: DeviceModel) -> UnsafePointer<CChar> { models.card(of: model).model.name }

func element<T>(_ list: [T], _ index: Int32) throws(MemSimError) -> T {
  guard list.indices.contains(Int(index)) else {
    let known = list.isEmpty ? "there are none" : "index must be 0...\(list.count - 1)"
    throw .argument("\(known), got index \(index)")
  }
  return list[Int(index)]
}

@_cdecl("memsim_model_count") @implementation
public func memsim_model_count() -> Int32 { models.count }

@_cdecl("memsim_model_name") @implementation
public func memsim_model_name(_ index: Int32) -> UnsafePointer<CChar>! { models.name(index) }

@_cdecl("memsim_model_info") @implementation
public func memsim_model_info(
  _ model: UnsafePointer<CChar>!, _ out: UnsafeMutablePointer<memsim_model_card>!
) -> memsim_status {
  guarded { () throws(MemSimError) in try writeCard(models.card(model, "model").model, to: out) }
}

@_cdecl("memsim_model_param") @implementation
public func memsim_model_param(
  _ model: UnsafePointer<CChar>!, _ index: Int32, _ out: UnsafeMutablePointer<memsim_param_card>!
) -> memsim_status {
  guarded { () throws(MemSimError) in try writeCard(element(models.card(model, "model").parameters, index), to: out) }
}

@_cdecl("memsim_model_option") @implementation
public func memsim_model_option(
  _ model: UnsafePointer<CChar>!, _ index: Int32, _ out: UnsafeMutablePointer<memsim_option_card>!
) -> memsim_status {
  guarded { () throws(MemSimError) in try writeCard(element(models.card(model, "model").options, index), to: out) }
}

@_cdecl("memsim_model_state") @implementation
public func memsim_model_state(
  _ model: UnsafePointer<CChar>!, _ index: Int32, _ out: UnsafeMutablePointer<memsim_state_card>!
) -> memsim_status {
  guarded { () throws(MemSimError) in try writeCard(element(models.card(model, "model").states, index), to: out) }
}

@_cdecl("memsim_model_quantity") @implementation
public func memsim_model_quantity(
  _ model: UnsafePointer<CChar>!, _ index: Int32, _ out: UnsafeMutablePointer<memsim_state_card>!
) -> memsim_status {
  guarded { () throws(MemSimError) in try writeCard(element(models.card(model, "model").quantities, index), to: out) }
}

@_cdecl("memsim_model_preset") @implementation
public func memsim_model_preset(
  _ model: UnsafePointer<CChar>!, _ index: Int32, _ out: UnsafeMutablePointer<memsim_preset_card>!
) -> memsim_status {
  guarded { () throws(MemSimError) in try writeCard(element(models.card(model, "model").presets, index), to: out) }
}
