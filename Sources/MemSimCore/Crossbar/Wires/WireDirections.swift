/// An iteration's last directions and how far it went along each; what went before is in b, which few iterations never
/// touch.
struct WireDirections<Scalar: WireScalar> {
  typealias Numbers = UnsafeMutablePointer<Scalar>
  typealias Lanes = SIMD16<Scalar>

  private static var kept: Int { 4 }

  private let b, memory, steps: Numbers
  private let spaced: Int
  private var count = 0
  private var isStored = false

  static func elements(_ shape: WireShape) -> Int { (kept + 1) * shape.spaced + WireShape.width }

  init(_ shape: WireShape, _ memory: Numbers) {
    (b, self.memory, spaced) = (memory, memory + shape.spaced, shape.spaced)
    steps = memory + (WireDirections.kept + 1) * shape.spaced
  }

  /// Where the next direction goes, and where the one before it is.
  var next: Numbers { memory + (isFull ? 0 : count) &* spaced }
  var previous: Numbers { memory + (count &+ WireDirections.kept &- 1) % WireDirections.kept &* spaced }

  /// Whether those here have to be put into b to make room.
  var isFull: Bool { count == WireDirections.kept }

  /// Puts them into b.
  @inline(__always)
  func store(_ at: Int) { b.set(at, sum(at)) }

  /// After all of them were put into b.
  mutating func stored() { (count, isStored) = (0, true) }

  mutating func forget() { (count, isStored) = (0, false) }

  /// After an iteration, `step` along its direction.
  mutating func went(_ step: Double) {
    steps[count] = Scalar(step)
    count += 1
  }

  /// Goes on along the last direction.
  func lengthen(_ step: Double) { steps[count - 1] += Scalar(step) }

  /// What all iterations added up to.
  @inline(__always)
  func sum(_ at: Int) -> Lanes {
    var sum = isStored ? b.vector(at) : .zero
    var k = 0
    while k < count {
      sum.addProduct((memory + k &* spaced).vector(at), Lanes(repeating: steps[k]))
      k &+= 1
    }
    return sum
  }
}
