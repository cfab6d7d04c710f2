/// The cubic along which a step of Radau IIA goes: its changes of y at the three stages.
struct RadauArc {
  let z: SIMD3<Double>
  /// How far its slope at the start is from the equation's, times the length, with the stiff part damped.
  let defect: Double

  /// Of y over the step.
  var change: Double { z.z }

  /// Least and largest change along the cubic, its turning points included.
  var extremes: (least: Double, most: Double) {
    let (c1, c2) = (RadauStages.c1, RadauStages.c2)
    let (one, two, three) = RadauArc.divided(z)
    let square = two - three * (c1 + c2), linear = one - c1 * (two - c2 * three)
    let root = max(0, square * square - 3 * three * linear).squareRoot()
    // The slope's roots; each by the form that does not cancel.
    let q = square < 0 ? root - square : -(root + square)
    var (least, most) = (min(0, z.z), max(0, z.z))
    let shares = SIMD2(q / (3 * three), linear / q)
    let changes = shares * (one + (shares - c1) * (two + (shares - c2) * three))
    for k in 0..<2 where shares[k] > 0 && shares[k] < 1 { (least, most) = (min(least, changes[k]), max(most, changes[k])) }
    return (least, most)
  }

  /// Changes since `start`, a share of the length, at the stages of a half step from there.
  func changes(from start: Double) -> SIMD3<Double> {
    let (one, two, three) = RadauArc.divided(z)
    let share = RadauStages.nodes * 0.5 + start
    let y = share * (one + (share - RadauStages.c1) * (two + (share - RadauStages.c2) * three))
    let before = start * (one + (start - RadauStages.c1) * (two + (start - RadauStages.c2) * three))
    return y - before
  }

  /// Slope at the start, times the length.
  static func slope(_ z: SIMD3<Double>) -> Double {
    let (one, two, three) = divided(z)
    return one - RadauStages.c1 * (two - RadauStages.c2 * three)
  }

  /// Divided differences over the nodes 0, c1, c2, 1, where y changes by 0 and `z`.
  private static func divided(_ z: SIMD3<Double>) -> (Double, Double, Double) {
    let (c1, c2) = (RadauStages.c1, RadauStages.c2)
    let one = z.x / c1, middle = (z.y - z.x) / (c2 - c1), last = (z.z - z.y) / (1 - c2)
    let two = (middle - one) / c2
    return (one, two, (last - middle) / (1 - c1) - two)
  }
}

/// Coefficients of Radau IIA with three stages; computed, so that they fold into the code.
enum RadauStages {
  private static var root: Double { 2.449489742783178 }
  static var c1: Double { (4 - root) / 10 }
  static var c2: Double { (4 + root) / 10 }
  static var nodes: SIMD3<Double> { SIMD3(c1, c2, 1) }
  /// Columns of the matrix A: the parts that the rate at one stage has in the changes at all three.
  static var first: SIMD3<Double> { SIMD3((88 - 7 * root) / 360, (296 + 169 * root) / 1800, (16 - root) / 36) }
  static var second: SIMD3<Double> { SIMD3((296 - 169 * root) / 1800, (88 + 7 * root) / 360, (16 + root) / 36) }
  static var third: SIMD3<Double> { SIMD3((-2 + 3 * root) / 225, (-2 - 3 * root) / 225, 1.0 / 9) }
  /// Real eigenvalue of A.
  static var damping: Double { 0.2748888295956773 }
}

/// The stage equations z = h A f(t + c h, y + z) of one step, by Newton's method with the slope of f at every stage.
///
/// One call of the system gives the three stages, their slopes, and rate and slope at the start.
struct RadauCollocation<System: ScalarSystem> {
  let system: System
  let range: ClosedRange<Double>
  let relative, absolute: Double

  private typealias Sample = (rates: SIMD3<Double>, slopes: SIMD3<Double>, rate: Double, slope: Double)

  /// Nil if Newton's method does not converge.
  @inline(__always)
  func solve(_ clock: RadauClock, _ start: Double, _ y: Double, _ length: Double, guess: SIMD3<Double>) -> RadauArc? {
    var z = guess
    var last = Double.infinity
    for round in 0..<10 {
      let sample = sample(clock, start, y, length, z)
      let step = correction(z, length, sample)
      let size = max(abs(step.x), max(abs(step.y), abs(step.z)))
      guard size < .infinity, round < 2 || size < 2 * last else { return nil }
      z += step
      // Newton's method squares errors, so the next step falls by at least the factor of this one.
      let next = round == 0 ? size : size * min(1, size / last)
      let scale = abs(y) + max(abs(z.x), max(abs(z.y), abs(z.z)))
      if next <= max(0.01 * (absolute + relative * abs(y)), 1e-14 * scale) { return arc(z, length, sample) }
      last = size
    }
    return nil
  }

  @inline(__always)
  private func arc(_ z: SIMD3<Double>, _ length: Double, _ sample: Sample) -> RadauArc {
    let damping = RadauStages.damping
    let defect = (length * sample.rate - RadauArc.slope(z)) * damping / (1 + length * damping * abs(sample.slope))
    return RadauArc(z: z, defect: defect)
  }

  /// Step of y for the slope of the rate, towards the middle of the range.
  @inline(__always)
  func offset(_ y: Double) -> Double {
    let size = min(1e-8 * (abs(y) + absolute / relative), (range.upperBound - range.lowerBound) / 2)
    return y + size > range.upperBound ? -size : size
  }

  /// Beyond the bounds the rate is taken as that at the bound, its slope as 0.
  @inline(__always)
  private func sample(_ clock: RadauClock, _ start: Double, _ y: Double, _ length: Double, _ z: SIMD3<Double>) -> Sample {
    var points = DoubleLanes.zero, times = DoubleLanes.zero, offsets = SIMD4<Double>.zero
    for stage in 0..<4 {
      let point = range.clamp(stage < 3 ? y + z[stage] : y)
      offsets[stage] = offset(point)
      points[stage] = point
      points[stage + 4] = point + offsets[stage]
      // The differences that count are those of the numbers as rounded.
      offsets[stage] = points[stage + 4] - point
      let time = clock.after(stage < 3 ? start + RadauStages.nodes[stage] * length : start)
      times[stage] = time
      times[stage + 4] = time
    }
    let rates = system.rate(times, points)
    var slopes = (rates.highHalf - rates.lowHalf) / offsets
    for stage in 0..<3 where points[stage] != y + z[stage] { slopes[stage] = 0 }
    return (SIMD3(rates[0], rates[1], rates[2]), SIMD3(slopes[0], slopes[1], slopes[2]), rates[3], slopes[3])
  }

  /// Newton's step: (1 - h A J) step = h A f - z, by Cramer's rule.
  @inline(__always)
  private func correction(_ z: SIMD3<Double>, _ length: Double, _ sample: Sample) -> SIMD3<Double> {
    let (f, j) = (sample.rates * length, sample.slopes * length)
    let right = RadauStages.first * f.x + RadauStages.second * f.y + RadauStages.third * f.z - z
    let one = SIMD3(1, 0, 0) - RadauStages.first * j.x
    let two = SIMD3(0, 1, 0) - RadauStages.second * j.y
    let three = SIMD3(0, 0, 1) - RadauStages.third * j.z
    let across = cross(two, three)
    let change = SIMD3(dot(right, across), dot(one, cross(right, three)), dot(one, cross(two, right)))
    return change / dot(one, across)
  }

  @inline(__always)
  private func dot(_ a: SIMD3<Double>, _ b: SIMD3<Double>) -> Double { a.x * b.x + a.y * b.y + a.z * b.z }

  @inline(__always)
  private func cross(_ a: SIMD3<Double>, _ b: SIMD3<Double>) -> SIMD3<Double> {
    SIMD3(a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x)
  }
}
