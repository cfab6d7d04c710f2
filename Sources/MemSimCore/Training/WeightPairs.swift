/// How signed weights go onto pairs of devices.
public enum PairMapping: Int32, Sendable {
  /// The lowest conductances: w+ = max(w, 0), w- = max(-w, 0).
  case low = 0
  /// Symmetric about the middle of the window: w± = (max|w| ± w) / 2.
  case average = 1
}

/// Signed weights [rows x outputs] as pairs of non-negative ones [rows x 2 outputs], columns + and - in turn.
///
/// The largest of the pairs is max|w|, so a layer's scale is that of the signed weights.
/// Source: Joksas et al., Advanced Science 9, 2105784 (2022).
package enum WeightPairs {
  static func pairs<T: BinaryFloatingPoint>(
    _ weights: UnsafePointer<T>, count: Int, _ mapping: PairMapping, into pairs: UnsafeMutablePointer<T>
  ) throws(MemSimError) {
    let largest = try largest(weights, count)
    for i in 0..<count {
      let w = weights[i]
      switch mapping {
      case .low: (pairs[2 * i], pairs[2 * i + 1]) = (max(w, 0), max(-w, 0))
      case .average: (pairs[2 * i], pairs[2 * i + 1]) = ((largest + w) / 2, (largest - w) / 2)
      }
    }
  }

  /// From gradients by the pairs to those by the weights; what goes through the largest is shared by all as large.
  static func gradients<T: BinaryFloatingPoint>(
    _ weights: UnsafePointer<T>, count: Int, _ mapping: PairMapping, gradPairs: UnsafePointer<T>,
    into gradient: UnsafeMutablePointer<T>
  ) throws(MemSimError) {
    let largest = try largest(weights, count)
    var sum = 0.0
    for i in 0..<count {
      let (up, down) = (gradPairs[2 * i], gradPairs[2 * i + 1])
      switch mapping {
      // At 0, between both one-sided derivatives: a bias that starts there must be able to leave.
      case .low: gradient[i] = weights[i] > 0 ? up : weights[i] < 0 ? -down : (up - down) / 2
      case .average:
        gradient[i] = (up - down) / 2
        sum += Double(up + down) / 2
      }
    }
    guard mapping == .average else { return }
    let ties = (0..<count).reduce(0) { $0 + (abs(weights[$1]) == largest ? 1 : 0) }
    let share = T(sum / Double(ties))
    for i in 0..<count where abs(weights[i]) == largest { gradient[i] += weights[i] > 0 ? share : -share }
  }

  private static func largest<T: BinaryFloatingPoint>(_ weights: UnsafePointer<T>, _ count: Int) throws(MemSimError) -> T {
    var largest: T = 0
    for i in 0..<count {
      guard weights[i].isFinite else { throw .argument("weights must be finite, got \(weights[i]) at index \(i)") }
      largest = max(largest, abs(weights[i]))
    }
    return largest
  }
}
