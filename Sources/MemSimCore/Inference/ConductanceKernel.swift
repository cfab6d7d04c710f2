/// Devices of one plane, 64 a group of random numbers: where they are and which numbers are theirs.
struct DeviceBlock: @unchecked Sendable {
  let key: UInt64
  /// Which device of a weight.
  let plane: Int
  let groups: Range<Int>
  /// Of the first of the groups on.
  let target, programmed, kept: UnsafeMutablePointer<Float>
}

/// The functions of one law on many devices, its type erased a block at a time.
struct ConductanceKernel: Sendable {
  let seesTargets: Bool
  /// Fills `programmed` and `kept` from `target`.
  let program: @Sendable (DeviceBlock) -> Void
  /// What reads conductances at a time > 0 [s] into its second argument; its third numbers the read.
  let reader: @Sendable (Double) throws(MemSimError) -> @Sendable (DeviceBlock, UnsafeMutablePointer<Float>, UInt64) -> Void

  init<Law: ConductanceLaw>(_ law: Law) {
    seesTargets = Law.seesTargets
    program = { ConductanceKernel.program(law, $0) }
    reader = { (seconds) throws(MemSimError) in
      let moment = try law.moment(seconds)
      return { ConductanceKernel.read(law, moment, $0, into: $1, number: $2) }
    }
  }

  /// Uses of random numbers, each with a purpose for every plane.
  private enum Use: UInt32 { case programming = 0x4946_0000, kept = 0x4947_0000, reads = 0x4948_0000 }

  private static func numbers(_ block: DeviceBlock, _ use: Use, _ event: UInt64) -> EventNormals {
    EventNormals(seed: block.key, purpose: use.rawValue &+ UInt32(truncatingIfNeeded: block.plane), event: event)
  }

  private static func program<Law: ConductanceLaw>(_ law: Law, _ block: DeviceBlock) {
    let (misses, deviates) = (numbers(block, .programming, 0), numbers(block, .kept, 0))
    for (index, group) in block.groups.enumerated() {
      let z = misses.group(group), y = deviates.group(group), at = index &* 64
      program(law, block, at, z.0, y.0)
      program(law, block, at &+ 16, z.1, y.1)
      program(law, block, at &+ 32, z.2, y.2)
      program(law, block, at &+ 48, z.3, y.3)
    }
  }

  @inline(__always)
  private static func program<Law: ConductanceLaw>(
    _ law: Law, _ block: DeviceBlock, _ at: Int, _ z: FloatLanes, _ y: FloatLanes
  ) {
    let target = load(block.target, at)
    store(law.programmed(target, z), block.programmed, at)
    store(law.kept(target, y), block.kept, at)
  }

  private static func read<Law: ConductanceLaw>(
    _ law: Law, _ moment: Law.Moment, _ block: DeviceBlock, into out: UnsafeMutablePointer<Float>, number: UInt64
  ) {
    let numbers = numbers(block, .reads, number)
    for (index, group) in block.groups.enumerated() {
      let z = numbers.group(group), at = index &* 64
      store(read(law, moment, block, at, z.0), out, at)
      store(read(law, moment, block, at &+ 16, z.1), out, at &+ 16)
      store(read(law, moment, block, at &+ 32, z.2), out, at &+ 32)
      store(read(law, moment, block, at &+ 48, z.3), out, at &+ 48)
    }
  }

  @inline(__always)
  private static func read<Law: ConductanceLaw>(
    _ law: Law, _ moment: Law.Moment, _ block: DeviceBlock, _ at: Int, _ z: FloatLanes
  ) -> FloatLanes {
    let (programmed, kept) = (load(block.programmed, at), load(block.kept, at))
    return law.conductance(programmed, target: load(block.target, at), kept: kept, moment, z)
  }

  @inline(__always)
  private static func load(_ from: UnsafeMutablePointer<Float>, _ at: Int) -> FloatLanes {
    UnsafeRawPointer(from + at).load(as: FloatLanes.self)
  }

  @inline(__always)
  private static func store(_ values: FloatLanes, _ to: UnsafeMutablePointer<Float>, _ at: Int) {
    UnsafeMutableRawPointer(to + at).storeBytes(of: values, as: FloatLanes.self)
  }
}
