import CMemSimSIMD

/// Steps that fall as a power of the way left.
struct PowStep: PulsedLaw {
  var own: [String] { ["gamma_up", "gamma_down"] + (reference == nil ? [] : ["reference"]) }
  var movesBias: Bool { reference != nil }
  let writeNoise: Float
  let granularity: Double
  private let sigma, gamma, gammaDtod, tiltDtod: Float
  private let bias: (up: Float, down: Float)
  private let consistent: Bool
  private let reference: PowStepReference?

  init(_ settings: ModelSettings) {
    func value(_ name: String) -> Float { Float(settings.value(name)) }
    (sigma, gamma, gammaDtod, tiltDtod) = (value("dw_min_std"), value("pow_gamma"), value("pow_gamma_dtod"), value("pow_up_down_dtod"))
    bias = PulsedCommon.biases(settings.value("pow_up_down"))
    consistent = value("enforce_consistency") != 0
    let least = settings.value("dw_min")
    reference = PowStepReference(settings)
    writeNoise = reference == nil ? value("write_noise_std") * Float(least) : 0
    granularity = least * Double(Elementary.exp(FloatLanes(repeating: -0.6931472 * gamma))[0])
  }

  var isNoisy: Bool { sigma > 0 }

  func spread(_ cell: inout PulsedCell, _ normals: (FloatLanes, FloatLanes, FloatLanes, FloatLanes)) {
    let gain = FloatLanes(repeating: 1).addingProduct(normals.0, FloatLanes(repeating: gammaDtod))
    let tilt = normals.1 * tiltDtod
    (cell.a, cell.b) = ((gain + bias.up + tilt) * gamma, (gain + bias.down - tilt) * gamma)
    if consistent { (cell.a, cell.b) = (ms_abs_f(cell.a), ms_abs_f(cell.b)) }
    reference?.spread(&cell, normals.2, self)
  }

  @inline(__always)
  func reference(_ cell: PulsedCell) -> FloatLanes { cell.c }

  @inline(__always)
  func pulse(_ w: FloatLanes, up: IntLanes, _ z: FloatLanes, _ cell: PulsedCell) -> FloatLanes {
    let moved = step(w + cell.c, up, cell) * FloatLanes(repeating: 1).addingProduct(z, FloatLanes(repeating: sigma))
    let next = cell.clipped(w + cell.c + PulsedCell.signed(moved, up)) - cell.c
    return ms_select_f(ms_less_f(cell.least, cell.most), next, w)
  }

  /// The size of a pulse without noise at state v.
  @inline(__always)
  private func step(_ v: FloatLanes, _ up: IntLanes, _ cell: PulsedCell) -> FloatLanes {
    let span = cell.most - cell.least
    let alive = ms_less_f(.zero, span)
    let left = ms_select_f(up, cell.most - v, v - cell.least) / ms_select_f(alive, span, FloatLanes(repeating: 1))
    return Elementary.pow(ms_at_least_f(left, .zero), ms_select_f(up, cell.a, cell.b)) * cell.step(up)
  }

  /// An up pulse less a down pulse, at state v.
  @inline(never)
  func balance(_ v: FloatLanes, _ cell: PulsedCell) -> FloatLanes {
    step(v, IntLanes(repeating: -1), cell) - step(v, .zero, cell)
  }

  static let card = ModelCard(
    pulsed: "pow-step", "Power step", "A pulse moves the weight by (way to the bound / range) to the power gamma, times dw_min.",
    own: exponents + [
      ModelCard.writeNoise
    ],
    quantities: quantities)

  static let exponents: [ParameterCard] = [
    .init("pow_gamma", unit: "1", "exponent", in: 0...1e3, default: [1]),
    .init("pow_gamma_dtod", unit: "1", "of the exponent", in: 0...100, default: [0.1]),
    .init("pow_up_down", unit: "1", "> 0: a smaller exponent of down pulses, < 0: of up pulses", in: -100...100, default: [0]),
    .init("pow_up_down_dtod", unit: "1", "of the difference of the exponents", in: 0...100, default: [0]),
  ]
  static let quantities: [StateCard] = [
    .init("gamma_up", unit: "1", "exponent of up pulses", settable: true),
    .init("gamma_down", unit: "1", "exponent of down pulses", settable: true),
  ]
}
