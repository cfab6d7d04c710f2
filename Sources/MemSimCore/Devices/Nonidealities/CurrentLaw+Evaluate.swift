extension CurrentLaw {
  /// Currents of single devices and their derivatives, in double precision.
  ///
  /// - Parameters:
  ///   - volts: [count] V. - conductance: [count] S.
  ///   - normals: [count x 2], the devices' deviates.
  ///   - current: [count] A. - byConductance: [count] V, dI/dG. - byVoltage: [count] S, dI/dV.
  package func evaluate(
    volts: UnsafePointer<Double>, conductance: UnsafePointer<Double>, normals: UnsafePointer<Double>, count: Int,
    current: UnsafeMutablePointer<Double>, byConductance: UnsafeMutablePointer<Double>,
    byVoltage: UnsafeMutablePointer<Double>
  ) {
    for first in stride(from: 0, to: count, by: 8) {
      let lanes = min(8, count - first)
      var (v, g, z, y) = (DoubleLanes.zero, DoubleLanes(repeating: 1), DoubleLanes.zero, DoubleLanes.zero)
      for lane in 0..<lanes {
        (v[lane], g[lane]) = (volts[first + lane], conductance[first + lane])
        (z[lane], y[lane]) = (normals[2 * (first + lane)], normals[2 * (first + lane) + 1])
      }
      let (d, f) = (device(g, (z, y)), doubleDrive(v))
      let e = DoubleLanes.expNormal(d.q * f.t)
      let i = d.a * f.r * e
      let (byG, byV) = ((d.da + d.dq * f.t) * f.r * e, d.a * e * (f.dr + d.q * f.rdt))
      for lane in 0..<lanes {
        current[first + lane] = i[lane]
        byConductance[first + lane] = byG[lane]
        byVoltage[first + lane] = byV[lane]
      }
    }
  }
}

extension Nonideality {
  /// The I-V law of the nonideality with the parameters given. Errors: argument, if it has none.
  package func currentLaw(_ parameters: [(name: String, values: [Double])]) throws(MemSimError) -> CurrentLaw {
    guard case .law(let law) = try make(try ModelSettings(card, parameters: parameters)) else {
      throw .argument("\"\(card.name)\" has no I-V law")
    }
    return law
  }
}
