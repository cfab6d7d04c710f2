/// A pulsed device less a reference, which pulses do not reach.
final class ReferenceRule: CompoundRule {
  static var cells: ClosedRange<Int> { 2...2 }
  private let plan: CompoundPlan

  init(_ plan: CompoundPlan) { self.plan = plan }

  var terms: [CompoundTerm] { [CompoundTerm(cell: 0, factor: 1), CompoundTerm(cell: 1, factor: -1)] }

  func share(_ cell: Int) -> CompoundShare { cell == 0 ? .times(1) : .none }

  func pulse(_ run: CompoundRun) throws(MemSimError) {
    try plan.cells[0].pulse(run.pulses(run.rate), plan.cells[0].ownPlan(plan.update))
  }

  static let card = ModelCard(
    compound: "reference", "Device and reference",
    "Weights are cell 0 less cell 1. Pulses and written weights go to cell 0; \"1/weights\" sets the reference.",
    source: "IBM aihwkit (ReferenceUnitCell)", [])
}
