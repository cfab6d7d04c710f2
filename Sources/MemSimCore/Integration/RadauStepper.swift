import CMemSimSIMD

/// What a step came to: y at its end, nil if it is to be repeated, and the factor for the next length.
struct RadauStep {
  let end: Double?
  let factor: Double

  /// To be repeated, this much shorter.
  static func rejected(_ factor: Double) -> RadauStep { RadauStep(end: nil, factor: factor) }
}

/// One step of `Radau`: its error, its bounds.
struct RadauStepper<System: ScalarSystem> {
  let system: System
  let range: ClosedRange<Double>
  let relative, absolute: Double

  /// Size of y below which its error counts as absolute.
  private var floor: Double { absolute / relative }

  @inline(__always)
  private func tolerance(_ y: Double) -> Double { absolute + relative * abs(y) }

  /// A length within which neither y nor its rate changes much, as seen from the start.
  func firstLength(_ clock: RadauClock, _ y: Double) -> Double {
    let offset = collocation.offset(y)
    var points = DoubleLanes(repeating: y)
    points[1] = y + offset
    let rates = system.rate(DoubleLanes(repeating: clock.now), points)
    let slope = abs((rates[1] - rates[0]) / offset), speed = abs(rates[0]) / (abs(y) + floor)
    let length = 0.1 / max(slope, speed)
    return length > 0 ? min(length, clock.remaining) : clock.remaining
  }

  @inline(__always)
  private var collocation: RadauCollocation<System> {
    RadauCollocation(system: system, range: range, relative: relative, absolute: absolute)
  }

  func step(_ clock: RadauClock, _ y: Double, _ length: Double) -> RadauStep {
    let half = length / 2
    guard
      let whole = collocation.solve(clock, 0, y, length, guess: .zero),
      let first = collocation.solve(clock, 0, y, half, guess: whole.changes(from: 0)),
      let second = collocation.solve(clock, half, y + first.change, half, guess: whole.changes(from: 0.5))
    else { return .rejected(0.25) }
    let end = y + first.change + second.change
    let allowed = tolerance(max(abs(y), abs(end)))
    let difference = abs(second.change + (first.change - whole.change)) / 7
    let error = max(difference / allowed, abs(whole.defect) * relative.squareRoot() / allowed)
    guard error <= 1 else { return .rejected(max(0.1, factor(error))) }
    guard let landed = land(clock.after(length), y, first, second, allowed) else { return .rejected(0.5) }
    return RadauStep(end: landed, factor: factor(error))
  }

  /// The growth that leaves nine tenths of the allowed error's length, the error being of order six.
  private func factor(_ error: Double) -> Double {
    guard error > 1e-6 else { return 6 }
    guard error.isFinite else { return 0.1 }
    return 0.9 * Elementary.exp(Elementary.log(DoubleLanes(repeating: error)) * (-1.0 / 6))[0]
  }

  /// The end of a step that may have crossed a bound; nil if it did and came back, which a shorter step has to show.
  private func land(_ time: Double, _ y: Double, _ first: RadauArc, _ second: RadauArc, _ allowed: Double) -> Double? {
    let middle = y + first.change, end = middle + second.change
    let (early, late) = (first.extremes, second.extremes)
    let over = max(y + early.most, middle + late.most) - range.upperBound
    let under = range.lowerBound - min(y + early.least, middle + late.least)
    if max(over, under) > allowed {
      guard end >= range.upperBound || end <= range.lowerBound else { return nil }
      let bound = range.clamp(end)
      let rate = system.rate(DoubleLanes(repeating: time), DoubleLanes(repeating: bound))[0]
      guard bound == range.upperBound ? rate >= 0 : rate <= 0 else { return nil }
    }
    return range.clamp(end)
  }

  /// How long y rests at a bound from now on; nil: to the end.
  func turn(at bound: Double, _ clock: RadauClock) -> Double? {
    let sevenths = DoubleLanes(0, 1, 2, 3, 4, 5, 6, 7) / 7
    var (early, late) = (0.0, clock.remaining)
    guard var lane = firstInward(bound, clock, sevenths * late) else { return nil }
    // Each round narrows the turn to a seventh; twenty exhaust the precision.
    for _ in 0..<20 where lane > 0 {
      let width = (late - early) / 7
      (early, late) = (early + Double(lane - 1) * width, early + Double(lane) * width)
      let times = DoubleLanes(repeating: early) + sevenths * (late - early)
      lane = firstInward(bound, clock, times) ?? 7
    }
    return lane == 0 ? early : late
  }

  /// The first lane at whose time the rate at a bound points inward, or is not a number.
  private func firstInward(_ bound: Double, _ clock: RadauClock, _ lengths: DoubleLanes) -> Int? {
    var times = DoubleLanes.zero
    for lane in 0..<8 { times[lane] = clock.after(lengths[lane]) }
    let rates = system.rate(times, DoubleLanes(repeating: bound))
    let isUpper = bound == range.upperBound
    return (0..<8).first { isUpper ? !(rates[$0] >= 0) : !(rates[$0] <= 0) }
  }
}
