import CMemSimSIMD

/// Soft bounds of a device that is read against a reference.
struct SoftBoundsReference: PulsedLaw {
  var own: [String] { ["reference"] }
  static var aggregates: Bool { true }
  var movesBias: Bool { true }
  let granularity: Double
  let writeNoise: Float
  private let sigma: Float
  private let multiplies, subtracts: Bool
  private let slopeUp, slopeDown, mean, deviation: Float

  init(_ settings: ModelSettings) {
    func value(_ name: String) -> Float { Float(settings.value(name)) }
    granularity = settings.value("dw_min")
    writeNoise = value("write_noise_std") * Float(granularity)
    sigma = value("dw_min_std")
    (multiplies, subtracts) = (value("mult_noise") != 0, value("subtract_symmetry_point") != 0)
    (slopeUp, slopeDown) = (value("slope_up_dtod"), value("slope_down_dtod"))
    (mean, deviation) = (value("reference_mean"), value("reference_std"))
  }

  var isNoisy: Bool { sigma > 0 }

  func spread(_ cell: inout PulsedCell, _ normals: (FloatLanes, FloatLanes, FloatLanes, FloatLanes)) {
    let one = FloatLanes(repeating: 1)
    let proper = ms_less_f(.zero, cell.most) & ms_less_f(cell.least, .zero)
    let down = ms_abs_f(one.addingProduct(normals.0, FloatLanes(repeating: slopeDown)))
    let up = ms_abs_f(one.addingProduct(normals.1, FloatLanes(repeating: slopeUp)))
    cell.least = ms_select_f(proper, cell.least / down, cell.least)
    cell.most = ms_select_f(proper, cell.most / up, cell.most)
    cell.a = FloatLanes(repeating: mean).addingProduct(normals.2, FloatLanes(repeating: deviation))
    if subtracts {
      // Where an up and a down pulse undo each other.
      let sum = cell.up / ms_select_f(proper, cell.most, one) - cell.down / ms_select_f(proper, cell.least, -one)
      let point = ms_select_f(proper & ms_less_f(.zero, ms_abs_f(sum)), (cell.up - cell.down) / sum, .zero)
      cell.a += point
      cell.bias += point
    }
  }

  @inline(__always)
  func reference(_ cell: PulsedCell) -> FloatLanes { cell.a }

  @inline(__always)
  private func flow(_ up: IntLanes, _ cell: PulsedCell) -> LinearFlow {
    let bound = ms_select_f(up, cell.most, cell.least), step = cell.step(up)
    let soft = ms_select_i(up, ms_less_f(.zero, cell.most), ms_less_f(cell.least, .zero))
    let slope = ms_select_f(soft, -step / ms_select_f(soft, bound, FloatLanes(repeating: 1)), .zero)
    return LinearFlow(step: step, slope: slope, sigma: sigma, multiplies: multiplies)
  }

  @inline(__always)
  func pulse(_ w: FloatLanes, up: IntLanes, _ z: FloatLanes, _ cell: PulsedCell) -> FloatLanes {
    cell.clipped(flow(up, cell).pulse(w + cell.a, up: up, z)) - cell.a
  }

  @inline(__always)
  func pulses(_ w: FloatLanes, up: IntLanes, _ n: FloatLanes, _ z: FloatLanes, _ cell: PulsedCell) -> (FloatLanes, IntLanes) {
    let (v, allowed) = flow(up, cell).pulses(w + cell.a, up: up, n, z, cell.least, cell.most)
    return (v - cell.a, allowed)
  }

  private static func array(_ values: [Double]) -> [(name: String, values: [Double])] {
    [
      ("dw_min", [values[0]]), ("w_max", [1]), ("w_min", [-1]), ("dw_min_dtod", [values[1]]), ("dw_min_dtod_log_normal", [1]),
      ("w_max_dtod", [values[2]]), ("w_min_dtod", [values[3]]), ("dw_min_std", [values[4]]), ("write_noise_std", [values[5]]),
      ("corrupt_devices_range", [0.01]), ("subtract_symmetry_point", [1]), ("reference_std", [0.05]),
    ]
  }

  static let card = ModelCard(
    pulsed: "soft-bounds-reference", "Soft bounds with reference",
    "Soft bounds of w + reference; noise is added by default.",
    own: [
      .init("slope_up_dtod", unit: "1", "of the slope of up steps", in: 0...100, default: [0]),
      .init("slope_down_dtod", unit: "1", "of the slope of down steps", in: 0...100, default: [0]),
      .init("reference_mean", unit: "1", "mean reference", in: -1e6...1e6, default: [0]),
      .init("reference_std", unit: "1", "of the reference, absolute", in: 0...100, default: [0]),
      .init("mult_noise", unit: "0/1", "1: noise in proportion to the step, 0: of constant size", in: 0...1, default: [0]),
      .init("subtract_symmetry_point", unit: "0/1", "1: references are at the device's symmetry point", in: 0...1, default: [0]),
      ModelCard.writeNoise,
    ],
    quantities: [.init("reference", unit: "1", "what the state is more than the weight", settable: true)],
    presets: [
      .init("ReRamSB", "ReRAM of Gong et al. (2018) with soft bounds", source: "aihwkit presets", [
        ("dw_min", [0.002]), ("w_max", [1.25]), ("w_min", [-0.75]), ("w_max_dtod", [0.24]), ("w_min_dtod", [0.4]),
        ("dw_min_std", [3.75]), ("write_noise_std", [56]),
      ]),
      .init("ReRamArrayOM", "optimised ReRAM array of Gong et al. (2022)", source: "aihwkit presets",
        array([0.0949, 0.7829, 0.3499, 0.5695, 0.4158, 1.4113])),
      .init("ReRamArrayHfO2", "HfO2 ReRAM array of Gong et al. (2022)", source: "aihwkit presets",
        array([0.4622, 0.7125, 0.4295, 0.5990, 0.2174, 0.5841])),
    ])
}
