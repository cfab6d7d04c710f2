import CMemSimSIMD

/// Johnson and shot noise of a read: normal with variance bandwidth (4 k T |I/U| + 2 e |I|), white within the bandwidth.
///
/// Source: Hennen et al., arXiv:2404.06344, at 300 K.
public struct ReadNoise: Sendable {
  /// Hz.
  public let bandwidth: Double
  private let johnson: Float
  private let shot: Float

  /// Counter word of the normals of single cells.
  package static let cellPurpose: UInt32 = 0x4d53_0010
  /// Counter word of the normals of column currents.
  package static let sumPurpose: UInt32 = 0x4d53_0011

  private static let boltzmannTimes300K = 1.380649e-23 * 300
  private static let electronCharge = 1.602176634e-19

  /// At the default bandwidth of 1e8 Hz.
  public init() { self.init(validBandwidth: 1e8) }

  /// Errors: argument, unless 0 < bandwidth <= 1e15 Hz.
  public init(bandwidth: Double) throws(MemSimError) {
    guard bandwidth > 0, bandwidth <= 1e15 else {
      throw .argument("bandwidth must be > 0 and <= 1e15 Hz, got \(bandwidth)")
    }
    self.init(validBandwidth: bandwidth)
  }

  private init(validBandwidth bandwidth: Double) {
    self.bandwidth = bandwidth
    johnson = Float(4 * ReadNoise.boltzmannTimes300K * bandwidth)
    shot = Float(2 * ReadNoise.electronCharge * bandwidth)
  }

  /// Variance per |current| [A] at voltages that are not 0 [V].
  @inline(__always)
  package func density(_ u: FloatLanes) -> FloatLanes { johnson / ms_abs_f(u) + shot }
}
