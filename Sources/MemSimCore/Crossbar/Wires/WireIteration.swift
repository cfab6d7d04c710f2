/// Conjugate gradients on the bit lines' potentials, the word lines eliminated, the bit lines' ladders as preconditioner.
///
/// (L_w + D) u + D b = F_w, D u + (L_b + D) b = F_b with T_w = L_w + D, T_b = L_b + D: b = z_0 + C b, C = T_b^-1 D T_w^-1 D,
/// z_0 = T_b^-1 (F_b - D T_w^-1 F_w). 1 - C is symmetric in the inner product of T_b, whose products of fields are sums over
/// devices and segments: no residual is kept. A sweep down the rows makes a direction and goes through word lines and
/// half of the bit lines, one up through the other half and updates: 15 numbers a cell and iteration pass through memory.
struct WireIteration<L: WireLanes> {
  typealias Numbers = UnsafeMutablePointer<L.Scalar>

  let factors: WireFactors<L>
  let work: WireWork
  let numbers: WireNumbers<L>

  private var shape: WireShape { factors.shape }
  private var width: Int { shape.paddedColumns }
  private var lanes: Int { L.scalarCount }
  private var groups: Int { shape.paddedRows / lanes }
  private var sweep: WordSweep<L> { WordSweep(width: width, lines: numbers.lines, turned: numbers.turned) }

  /// Solves for F_w = g eps and F_b = g eps with the lines' leftover currents on their last nodes, eps `work.eps` over
  /// `scale`, and adds the correction eps - u - b to the devices' voltages. Returns the iterations.
  func run(scale: Double, unit: Double, tolerance: Double, limit: Int) -> Int {
    start(scale, unit)
    var rho = ascend(0, at: 0)
    let first = rho
    var (iterations, beta, best, stalled) = (0, 0.0, Double.infinity, 0)
    while rho > tolerance * tolerance * first, iterations < limit {
      let curvature = descend(beta, isFirst: iterations == 0)
      guard curvature > 0 else { break }
      iterations += 1
      let next = ascend(rho / curvature, at: iterations)
      // Rounding ends the descent of circuits that need more digits than there are.
      stalled = next < 0.9 * best ? 0 : stalled + 1
      if stalled == 40 { break }
      best = min(best, next)
      (beta, rho) = (next / rho, next)
    }
    if iterations == 0 { numbers.b.update(repeating: 0, count: shape.count) }
    finish(scale)
    return iterations
  }

  /// D T_w^-1 F_w from F_b, and down the bit lines.
  private func start(_ scale: Double, _ unit: Double) {
    for at in stride(from: 0, to: shape.count, by: lanes) { numbers.e.set(at, L.from(work.eps, at, times: 1 / scale)) }
    for i in 0..<shape.paddedRows { numbers.wordLeftover[i] = L.Scalar(work.wordLeftover[i] / (scale * unit)) }
    for j in 0..<width { numbers.bitLeftover[j] = L.Scalar(work.bitLeftover[j] / (scale * unit)) }
    var task = StartTask<L>(factors: factors, numbers: numbers)
    for group in 0..<groups { _ = sweep.solve(group, factors, &task) }
  }

  /// p = z + beta p, D T_w^-1 D p down the bit lines; (p, (1 - C) p).
  private func descend(_ beta: Double, isFirst: Bool) -> Double {
    var task = DescendTask<L>(factors: factors, numbers: numbers, beta: L(repeating: L.Scalar(beta)), isFirst: isFirst)
    for group in 0..<groups { _ = sweep.solve(group, factors, &task) }
    var last = L.zero
    let bottom = (shape.rows - 1) * width
    for j in stride(from: 0, to: width, by: lanes) {
      let p: L = numbers.p.vector(bottom + j)
      last.addProduct(p * p, factors.bitLast.vector(j))
    }
    return sum(task.product + last)
  }

  /// v = C p up the bit lines; b += alpha p, z -= alpha (p - v); before the first iteration z = v. Returns (z, z).
  private func ascend(_ alpha: Double, at iteration: Int) -> Double {
    switch iteration {
    case 0: ascend(alpha, begins: true, isFirst: false)
    case 1: ascend(alpha, begins: false, isFirst: true)
    default: ascend(alpha, begins: false, isFirst: false)
    }
  }

  @inline(__always)
  private func ascend(_ alpha: Double, begins: Bool, isFirst: Bool) -> Double {
    let a = L(repeating: L.Scalar(alpha))
    let (z, p, b, f, v) = (numbers.z, numbers.p, numbers.b, numbers.f, numbers.lines)
    var product = L.zero
    for j in stride(from: 0, to: width, by: lanes) {
      let below: L = f.vector((shape.rows &- 1) &* width &+ j)
      v.set(j, below * factors.bitEnd.vector(j))
    }
    for i in (0..<shape.rows).reversed() {
      let isLast = i == shape.rows &- 1
      for j in stride(from: 0, to: width, by: lanes) {
        let at = i &* width &+ j
        let (r, c, half): (L, L, L) = (factors.bitInner.vector(j), factors.bit.vector(at), f.vector(at))
        let up = (r * half).addingProduct(c, v.vector(j))
        v.set(j, up)
        var zz = up
        if !begins {
          let (pp, before): (L, L) = (p.vector(at), z.vector(at))
          b.set(at, isFirst ? a * pp : (b.vector(at) as L).addingProduct(a, pp))
          zz = before.addingProduct(a, up - pp)
        }
        z.set(at, zz)
        let (g, segment): (L, L) = (factors.g.vector(at), (isLast ? factors.bitLast : factors.bitSegment).vector(j))
        product.addProduct(g * zz, zz)
        let below: L = isLast ? zz : z.vector(at &+ width)
        let step = isLast ? zz : zz - below
        product.addProduct(segment * step, step)
      }
    }
    return sum(product)
  }

  private func sum(_ x: L) -> Double {
    var total = 0.0
    for lane in 0..<L.scalarCount { total += Double(x[lane]) }
    return total
  }

  /// u = T_w^-1 (F_w - D b); the correction, and u and b of the lines' first nodes.
  private func finish(_ scale: Double) {
    var task = FinishTask<L>(factors: factors, numbers: numbers, volts: work.volts, scale: scale)
    for group in 0..<groups {
      let first = sweep.solve(group, factors, &task)
      for lane in 0..<lanes { work.wordStep[group * lanes + lane] = Double(first[lane]) * scale }
    }
    for j in 0..<width { work.bitBegin[j] = Double(numbers.b[j]) * scale }
  }
}
