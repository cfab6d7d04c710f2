import CMemSimSIMD

/// Read variability: vacancies hop in and out of the disc; every cell has its own rhythm.
///
/// A number j in -2...2 takes a step of a Markov chain every 1/f, f from a normal distribution of 50 +- 50 Hz above 0.
/// Source: Wiefels et al., IEEE TED 67, 4208 (2020); transition law of the published Verilog-A file.
struct JartHops: @unchecked Sendable {
  let jump: Plane<Float>
  /// s until the next step.
  let rest: Plane<Double>
  /// s between steps.
  let period: Plane<Double>
  /// Steps so far, and draws so far.
  let count: Plane<UInt32>
  let key: SIMD2<UInt32>

  private static let startPurpose: UInt32 = 0x4a56_0003
  private static let stepPurpose: UInt32 = 0x4a56_0004
  /// In one hold, steps beyond this many are taken several at a time.
  private static let stepsAtATime = 4096.0
  /// The chain forgets where it was: so many steps leave its stationary distribution.
  private static let mixing = 64.0

  @inline(__always)
  func jumps(_ index: Int) -> WideLanes { WideLanes(jump[index]) }

  func initialize(_ index: Int) {
    var frequency = FloatLanes.zero, open = IntLanes(repeating: -1)
    var attempt: UInt32 = 0
    var words = JartWords.draw(index, .zero, JartHops.startPurpose, key)
    while any(open), attempt < 64 {
      words = JartWords.draw(index, WordLanes(repeating: attempt), JartHops.startPurpose, key)
      let drawn = 50 + 50 * Normal.pair(words.0, words.1).0
      frequency = ms_select_f(open, drawn, frequency)
      open = open & ms_less_equal_f(drawn, FloatLanes(repeating: 1e-3))
      attempt += 1
    }
    period[index] = 1 / WideLanes(ms_at_least_f(frequency, FloatLanes(repeating: 1e-3)))
    rest[index] = period[index] * WideLanes(1 - Uniform.float(words.2))
  }

  /// Calls `body` with the jump and the time it lasts, until `time` [s] has passed for every cell.
  @inline(__always)
  func run(_ index: Int, _ time: WideLanes, _ body: (WideLanes, WideLanes) -> Void) {
    var left = time
    let stride = strides(time / period[index])
    let zero = WideLanes(repeating: 0)
    while WideLanes.any(WideLanes.less(zero, left)) {
      let until = rest[index].addingProduct(stride - 1, period[index])
      let span = WideLanes.atMost(left, until)
      body(jumps(index), span)
      left = left - span
      let due = WideLanes.less(zero, time) & ~WideLanes.less(span, until)
      rest[index] = WideLanes.select(due, period[index], rest[index] - WideLanes.atMost(span, rest[index]))
      hop(index, due, stride)
    }
  }

  /// Steps taken at a time: 1 up to `stepsAtATime` of them.
  @inline(__always)
  private func strides(_ steps: WideLanes) -> WideLanes {
    WideLanes.atLeast(WideLanes.floor(steps * (1 / JartHops.stepsAtATime)), WideLanes(repeating: 0)) + 1
  }

  private func hop(_ index: Int, _ due: WideMask, _ stride: WideLanes) {
    var left = WideLanes.select(due, WideLanes.atMost(stride, WideLanes(repeating: JartHops.mixing)), WideLanes(repeating: 0))
    while WideLanes.any(WideLanes.less(WideLanes(repeating: 0), left)) {
      let mask = ms_less_f(.zero, left.floats)
      let u = Uniform.float(JartWords.draw(index, count[index], JartHops.stepPurpose, key).0)
      jump[index] = ms_select_f(mask, JartHops.next(jump[index], u), jump[index])
      count[index] = ms_select_u(mask, count[index] &+ 1, count[index])
      left = left - 1
    }
  }

  /// From +-2: stay 0.10, else +-1. From +-1: to +-2 0.10, stay 0.35, else 0. From 0: +1 0.2, -1 0.2, else stay.
  private static func next(_ jump: FloatLanes, _ u: FloatLanes) -> FloatLanes {
    let size = ms_abs_f(jump)
    let sign = ms_select_f(ms_less_f(jump, .zero), FloatLanes(repeating: -1), FloatLanes(repeating: 1))
    func below(_ limit: Float) -> IntLanes { ms_less_f(u, FloatLanes(repeating: limit)) }
    func pick(_ mask: IntLanes, _ yes: Float, _ no: FloatLanes) -> FloatLanes { ms_select_f(mask, FloatLanes(repeating: yes), no) }
    let fromTwo = pick(below(0.1), 2, FloatLanes(repeating: 1))
    let fromOne = pick(below(0.1), 2, pick(below(0.45), 1, .zero))
    let fromNone = pick(below(0.2), 1, pick(below(0.4), -1, .zero))
    let outer = sign * ms_select_f(ms_less_f(FloatLanes(repeating: 1.5), size), fromTwo, fromOne)
    return ms_select_f(ms_less_f(size, FloatLanes(repeating: 0.5)), fromNone, outer)
  }
}
