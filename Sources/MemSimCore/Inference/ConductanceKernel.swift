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
  let reader: @Sendable (Double) throws(MemSimError) -> Reader

  typealias Reader = @Sendable (DeviceBlock, UnsafeMutablePointer<Float>, UInt64) -> Void

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
      let z = misses.sharedGroup(group), y = deviates.sharedGroup(group)
      for lane in 0..<4 {
        let at = index &* 64 &+ lane &* 16, target = load(block.target, at)
        store(law.programmed(target, quarter(lane, of: z)), block.programmed, at)
        store(law.kept(target, quarter(lane, of: y)), block.kept, at)
      }
    }
  }

  private static func read<Law: ConductanceLaw>(
    _ law: Law, _ moment: Law.Moment, _ block: DeviceBlock, into out: UnsafeMutablePointer<Float>, number: UInt64
  ) {
    let numbers = numbers(block, .reads, number)
    for (index, group) in block.groups.enumerated() {
      let z = numbers.sharedGroup(group)
      for lane in 0..<4 {
        let at = index &* 64 &+ lane &* 16, (programmed, kept) = (load(block.programmed, at), load(block.kept, at))
        let target = load(block.target, at), z = quarter(lane, of: z)
        store(law.conductance(programmed, target: target, kept: kept, moment, z), out, at)
      }
    }
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
