/// Memory of one part of a read, on the stack of its thread.
struct ReadScratch<Element: NoisyElement> {
  /// Columns of a strip.
  static var maxColumns: Int { 1024 }

  let means: UnsafeMutablePointer<Element>
  let seconds: UnsafeMutablePointer<Element>
  let window: NormalWindow

  /// Zeros for the sums of a strip, and a window on normals.
  static func with(_ body: (ReadScratch) -> Void) {
    var sums = InlineArray<2048, Element>(repeating: 0)
    withUnsafeMutablePointer(to: &sums) { sums in
      let means = UnsafeMutableRawPointer(sums).assumingMemoryBound(to: Element.self)
      NormalWindow.with { body(ReadScratch(means: means, seconds: means + maxColumns, window: $0)) }
    }
  }
}

/// Normals of neighbouring elements of an event, wherever in their groups the elements lie.
struct NormalWindow {
  /// Elements it can hold.
  static let capacity = 1024

  private let memory: UnsafeMutablePointer<Float>

  static func with(_ body: (NormalWindow) -> Void) {
    // A group more at either end.
    var memory = InlineArray<1152, Float>(repeating: 0)
    withUnsafeMutablePointer(to: &memory) {
      body(NormalWindow(memory: UnsafeMutableRawPointer($0).assumingMemoryBound(to: Float.self)))
    }
  }

  /// Computes elements first..<first + count, at most `capacity`, and returns where the first one is. What follows
  /// the last one up to a whole vector may be read.
  @inline(__always)
  func fill(_ normals: EventNormals, _ first: Int, count: Int) -> UnsafePointer<Float> {
    let size = EventNormals.groupSize
    let group = first / size
    for index in 0..<roundUp(first % size &+ count, size) / size {
      let z = normals.group(group &+ index)
      let to = memory + index &* size
      Float.store(z.0, to)
      Float.store(z.1, to + 16)
      Float.store(z.2, to + 32)
      Float.store(z.3, to + 48)
    }
    return UnsafePointer(memory + first % size)
  }
}
