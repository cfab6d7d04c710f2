/// What all cells are without variability.
struct JartNominal: Sendable {
  /// With a neutral walk and no jump.
  let block: JartBlock
  /// ln of the concentration at the start.
  let start: Double

  init(_ physics: JartPhysics, _ settings: ModelSettings) {
    func lanes(_ value: Double) -> WideLanes { WideLanes(repeating: value) }
    func logarithm(_ name: String) -> WideLanes { WideLanes.log(lanes(settings.value(name))) }
    let zero = lanes(0)
    let (r, l) = (lanes(physics.radius), lanes(physics.length))
    start = logarithm("Ninit")[0]
    block = JartBlock(
      logarithm: lanes(start), least: logarithm("Ndiscmin"), most: logarithm("Ndiscmax"), r: r, l: l, growthR: zero,
      growthL: zero, origin: zero, span: zero, jump: zero, shared: JartWideGeometry(physics, r: r, l: l))
  }
}
