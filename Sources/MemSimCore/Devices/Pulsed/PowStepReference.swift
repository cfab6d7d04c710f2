import CMemSimSIMD

/// What a power-step device is read against.
struct PowStepReference: Sendable {
  private let mean, deviation: Float
  private let subtracts: Bool
  private let steps: Int

  /// nil: the device has no reference.
  init?(_ settings: ModelSettings) {
    if settings.card.name != PowStepReference.card.name { return nil }
    (mean, deviation) = (Float(settings.value("reference_mean")), Float(settings.value("reference_std")))
    (subtracts, steps) = (settings.value("subtract_symmetry_point") != 0, Int(settings.value("n_estimation_steps")))
  }

  /// Draws references of `law`'s cells; with subtract_symmetry_point that is where an up and a down pulse undo each other.
  func spread(_ cell: inout PulsedCell, _ z: FloatLanes, _ law: PowStep) {
    cell.c = FloatLanes(repeating: mean).addingProduct(z, FloatLanes(repeating: deviation))
    if !subtracts { return }
    let point = steps > 0 ? walked(cell, law) : balanced(cell, law)
    cell.c += point
    cell.bias += point
  }

  /// Where so many pairs of an up and a down pulse lead from 0.
  private func walked(_ cell: PulsedCell, _ law: PowStep) -> FloatLanes {
    var w = FloatLanes.zero
    for _ in 0..<steps { w += law.balance(w, cell) }
    return w
  }

  /// Where endlessly many lead: the balance falls with the weight, so halving its interval finds it.
  private func balanced(_ cell: PulsedCell, _ law: PowStep) -> FloatLanes {
    var (low, high) = (cell.least, cell.most)
    for _ in 0..<40 {
      let middle = (low + high) * 0.5
      let rises = ms_less_f(.zero, law.balance(middle, cell))
      (low, high) = (ms_select_f(rises, middle, low), ms_select_f(rises, high, middle))
    }
    let moves = ms_less_f(.zero, cell.up) & ms_less_f(.zero, cell.down) & ms_less_f(cell.least, cell.most)
    return ms_select_f(moves, (low + high) * 0.5, .zero)
  }

  static let card = ModelCard(
    pulsed: "pow-step-reference", "Power step with reference", "Power steps of w + reference.",
    own: PowStep.exponents + [
      .init("reference_mean", unit: "1", "mean reference", in: -1e6...1e6, default: [0]),
      .init("reference_std", unit: "1", "of the reference, absolute", in: 0...100, default: [0]),
      .init("subtract_symmetry_point", unit: "0/1", "1: references are at the device's symmetry point", in: 0...1, default: [0]),
      .init("n_estimation_steps", unit: "pulses", "pairs of pulses that find the symmetry point, < 1: exactly", in: -1...1e6, default: [-1]),
    ],
    quantities: PowStep.quantities + [.init("reference", unit: "1", "what the state is more than the weight", settable: true)])
}
