/// A group of 64 numbers: sixteen for each of four rows, or one after the other.
typealias RowsOfFour = (FloatLanes, FloatLanes, FloatLanes, FloatLanes)

@inline(__always)
func quarter(_ index: Int, of four: RowsOfFour) -> FloatLanes {
  switch index & 3 {
  case 0: four.0
  case 1: four.1
  case 2: four.2
  default: four.3
  }
}

extension EventNormals {
  /// As `group`, in one copy of the code: for what is not done for every pulse.
  @inline(never)
  func sharedGroup(_ g: Int) -> (FloatLanes, FloatLanes, FloatLanes, FloatLanes) { group(g) }

  /// As `uniforms`, in one copy of the code.
  @inline(never)
  func sharedUniforms(_ g: Int) -> (FloatLanes, FloatLanes, FloatLanes, FloatLanes) { uniforms(g) }

  /// Elements at ..< at + 16, `at` a multiple of 16.
  @inline(never)
  func sixteen(_ at: Int) -> FloatLanes { quarter(at / 16 % 4, of: group(at / 64)) }

  /// The same as uniform numbers.
  @inline(never)
  func sixteenUniforms(_ at: Int) -> FloatLanes { quarter(at / 16 % 4, of: uniforms(at / 64)) }
}

/// Normals of an event for one sixteen after the other: a group is computed once for the four that share it.
struct NormalsInTurn {
  private let numbers: EventNormals
  private var group = -1
  private var four: RowsOfFour = (.zero, .zero, .zero, .zero)

  init(_ numbers: EventNormals) { self.numbers = numbers }

  /// As `EventNormals.sixteen`.
  @inline(__always)
  mutating func sixteen(_ at: Int) -> FloatLanes {
    if at / 64 != group { (group, four) = (at / 64, numbers.sharedGroup(at / 64)) }
    return quarter(at / 16 % 4, of: four)
  }
}
