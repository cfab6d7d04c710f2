import CMemSimSIMD

/// A layer of a network on a crossbar of differential pairs: y = (I+ - I-) / (k_V k_G), with devices that are not ideal.
///
/// Weights w >= 0, one a device, [rows x 2 outputs], columns + and - in turn, the bias as the last row. Conductances
/// G = k_G w + G_off, k_G = (G_on - G_off) / max w; voltages V = k_V x, the bias row at k_V.
/// Source: Joksas et al., Advanced Science 9, 2105784 (2022).
///
/// What a layer is never changes, so calls on it may run at once. What its devices are is drawn into a workspace.
public final class MemristiveLayer: Sendable {
  public let inputs, outputs: Int
  public let hasBias: Bool
  public let window: ConductanceWindow
  /// V, of an input of 1.
  public let scale: Double
  public let redraw: Redraw
  let steps: [ConductanceStep]
  let law: CurrentLaw
  let noise: RelativeNoise?
  let wires: WireResistance?
  /// The law's place among the nonidealities: it addresses its random numbers.
  var lawPosition: Int { 0xFF }
  var noisePosition: Int { 0xFE }
  let context: Context
  /// Tells this layer's workspaces from those of others.
  let identity = ms_atomic_next(layerNumbers)

  /// When devices are drawn anew.
  public enum Redraw: Sendable {
    /// For every call, as the paper's code does.
    case call
    /// For every sample.
    case sample
  }

  public var rows: Int { inputs + (hasBias ? 1 : 0) }
  public var columns: Int { 2 * outputs }

  /// - Parameter scale: k_V [V], 1e-6...100.
  ///
  /// Errors: argument, for extents, scale, or nonidealities that do not go together.
  public init(
    inputs: Int, outputs: Int, bias: Bool = true, window: ConductanceWindow, scale: Double = 0.5,
    nonidealities: [(name: String, parameters: [(name: String, values: [Double])])] = [], redraw: Redraw = .call,
    context: Context = .shared
  ) throws(MemSimError) {
    guard (1...1 << 24).contains(inputs) else { throw .argument("inputs must be 1...2^24, got \(inputs)") }
    guard (1...1 << 24).contains(outputs) else { throw .argument("outputs must be 1...2^24, got \(outputs)") }
    guard (inputs + (bias ? 1 : 0)) * 2 * outputs <= 1 << 31 else {
      throw .argument("a layer has at most 2^31 devices, got \(inputs + (bias ? 1 : 0)) x \(2 * outputs)")
    }
    guard scale >= 1e-6, scale <= 100 else { throw .argument("k_v must be 1e-6...100 V, got \(scale)") }
    (self.inputs, self.outputs, hasBias, self.window) = (inputs, outputs, bias, window)
    (self.scale, self.redraw, self.context) = (scale, redraw, context)
    let chosen = try NonidealitySet(nonidealities)
    (steps, law, noise, wires) = (chosen.steps, chosen.law, chosen.noise, chosen.wires)
  }
}

/// Numbers the layers of this process.
nonisolated(unsafe) private let layerNumbers: UnsafeMutablePointer<Int64> = {
  let counter = UnsafeMutablePointer<Int64>.allocate(capacity: 1)
  counter.initialize(to: 1)
  return counter
}()
