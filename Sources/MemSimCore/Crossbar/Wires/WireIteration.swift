/// Conjugate gradients on the bit lines' potentials, the word lines eliminated, the bit lines' ladders as preconditioner.
///
/// (L_w + D) u + D b = F_w, D u + (L_b + D) b = F_b with T_w = L_w + D, T_b = L_b + D: b = z_0 + C b, C = T_b^-1 D T_w^-1 D,
/// z_0 = T_b^-1 (F_b - D T_w^-1 F_w). 1 - C is symmetric in the inner product of T_b, whose products of fields are sums over
/// devices and segments: no residual is kept. A sweep down the rows makes a direction and goes through word lines and
/// half of the bit lines, one up through the other half: 13 numbers a cell and iteration pass through memory. What lines
/// share most is solved at once, by `WireModes`.
struct WireIteration<Scalar: WireScalar> {
  typealias Numbers = UnsafeMutablePointer<Scalar>
  typealias Lanes = SIMD16<Scalar>

  let factors: WireFactors<Scalar>
  let work: WireWork
  private var numbers: WireNumbers<Scalar>
  private var hasModes: Bool
  /// Neither modes, which rounding may have spoilt, nor steps ahead.
  private var isCautious: Bool

  init(factors: WireFactors<Scalar>, work: WireWork, numbers: WireNumbers<Scalar>, isCautious: Bool) {
    (self.factors, self.work, self.numbers, self.isCautious) = (factors, work, numbers, isCautious)
    hasModes = !isCautious && factors.modes.isPresent
  }

  private var shape: WireShape { factors.shape }
  private var width: Int { shape.paddedColumns }
  private var sweep: WordSweep<Scalar> { WordSweep(factors: factors, lines: numbers.lines) }

  /// Solves for F_w = g eps and F_b = g eps with the lines' leftover currents on their last nodes, eps `work.eps` over
  /// `scale`, and adds the correction eps - u - b to the devices' voltages, 0 if `isFirst`. Returns the iterations.
  mutating func run(scale: Double, unit: Double, tolerance: Double, limit: Int, isFirst: Bool) -> Int {
    numbers.begin(scale: scale, isFirst: isFirst)
    var found = iterate(scale, unit, tolerance, limit)
    let spent = found.iterations
    if !found.isEnough, hasModes, spent < limit {
      (hasModes, isCautious) = (false, true)
      numbers.directions.forget()
      found = iterate(scale, unit, tolerance, limit - spent)
      found.iterations += spent
    }
    finish(scale, found.ahead)
    return found.iterations
  }

  /// What was found: whether it is enough, and the step along the next direction where its length is known before.
  private typealias Found = (iterations: Int, isEnough: Bool, ahead: Double?)

  private mutating func iterate(_ scale: Double, _ unit: Double, _ tolerance: Double, _ limit: Int) -> Found {
    start(scale, unit)
    var rho = ascend(0, isFirst: true)
    let enough = tolerance * tolerance * rho
    var (iterations, beta, best, stalled, last) = (0, 0.0, Double.infinity, 0, Double.infinity)
    while rho > 0, iterations < limit {
      let curvature = descend(beta, isFirst: iterations == 0)
      guard curvature > 0 else { return (iterations, false, nil) }
      iterations += 1
      let alpha = rho / curvature
      let next = ascend(alpha, isFirst: false)
      numbers.directions.went(alpha)
      let doubt = 2 * (alpha - last) / alpha
      (beta, rho, last) = (next / rho, next, alpha)
      // The next direction has its step from this one's: what is missing in the end tells whether that was enough.
      let gain = isCautious ? 1 : min(beta + doubt * doubt, 1)
      if rho * gain <= enough {
        guard gain < 1 else { return (iterations, true, nil) }
        numbers.directions.lengthen(alpha * beta)
        return (iterations, true, alpha)
      }
      // Rounding ends the descent of circuits that need more digits than there are.
      stalled = next < 0.9 * best ? 0 : stalled + 1
      if stalled == 40 { break }
      best = min(best, next)
    }
    return (iterations, rho == 0, nil)
  }

  /// D T_w^-1 F_w from F_b, and down the bit lines.
  private mutating func start(_ scale: Double, _ unit: Double) {
    for i in 0..<shape.paddedRows { numbers.wordLeftover[i] = Scalar(work.wordLeftover[i] / (scale * unit)) }
    for j in 0..<width { numbers.bitLeftover[j] = Scalar(work.bitLeftover[j] / (scale * unit)) }
    var task = StartTask(factors: factors, numbers: numbers)
    sweep.solve(&task)
  }

  /// p = z + beta p and modes, D T_w^-1 D p down the bit lines; (p, (1 - C) p).
  private mutating func descend(_ beta: Double, isFirst: Bool) -> Double {
    let curvature =
      hasModes ? descend(beta, isFirst: isFirst, hasModes: true) : descend(beta, isFirst: isFirst, hasModes: false)
    if numbers.directions.isFull { numbers.directions.stored() }
    return curvature
  }

  @inline(__always)
  private func descend(_ beta: Double, isFirst: Bool, hasModes: Bool) -> Double {
    var task = DescendTask(factors: factors, numbers: numbers, beta: beta, isFirst: isFirst, hasModes: hasModes)
    sweep.solve(&task)
    var last = Lanes.zero
    let bottom = (shape.rows - 1) * width
    shape.forward { j in
      let p = numbers.directions.next.vector(bottom + j)
      last.addProduct(p * p, factors.bitLast.vector(j))
    }
    return Scalar.wide(task.product + last).sum()
  }

  /// v = C p up the bit lines; z -= alpha (p - v), or, to begin with, z = v. Returns (z, M^-1 T_b z).
  private func ascend(_ alpha: Double, isFirst: Bool) -> Double {
    switch (isFirst, hasModes) {
    case (true, true): ascend(alpha, isFirst: true, hasModes: true)
    case (true, false): ascend(alpha, isFirst: true, hasModes: false)
    case (false, true): ascend(alpha, isFirst: false, hasModes: true)
    case (false, false): ascend(alpha, isFirst: false, hasModes: false)
    }
  }

  @inline(__always)
  private func ascend(_ alpha: Double, isFirst: Bool, hasModes: Bool) -> Double {
    var task = AscendTask(
      factors: factors, numbers: numbers, alpha: Lanes(repeating: Scalar(alpha)), isFirst: isFirst, hasModes: hasModes)
    let together = AscendTask<Scalar>.together
    var rows = shape.rows
    while rows % together != 0 {
      rows &-= 1
      task.climb(from: rows, 1)
    }
    while rows > 0 {
      task.climb(from: rows &- 1, together)
      rows &-= together
    }
    let product = Scalar.wide(task.product).sum()
    guard hasModes else { return product }
    task.end()
    return product + factors.modes.correct(numbers.toModes, numbers.fromModes)
  }

  /// u = T_w^-1 (F_w - D b); the correction, and u and b of the lines' first nodes. To b comes what is `ahead`: so much
  /// of z and what modes add.
  private func finish(_ scale: Double, _ ahead: Double?) {
    var task = FinishTask(
      factors: factors, numbers: numbers, volts: work.volts, scale: scale, ahead: ahead, hasModes: hasModes)
    sweep.solve(&task) { row, x in work.wordStep[row] = Double(x) * scale }
    task.begin(0)
    shape.forward { k in work.bitBegin.set(k, Scalar.wide(task.rises(k, 0).0) * scale) }
  }
}
