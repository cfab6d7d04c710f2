/// What a sweep along word lines takes in and gives out, a vector of one row at a time: `at` in the field. Of every vector
/// of columns, rows come in order.
protocol WordTask {
  associatedtype Lanes: WireLanes
  mutating func source(_ at: Int, row: Int) -> Lanes
  mutating func take(_ x: Lanes, _ at: Int, row: Int)
}

/// As many word lines at a time as there are lanes, a line a lane: fields are turned on their way in and out.
struct WordSweep<L: WireLanes> {
  /// Columns of a field.
  let width: Int
  /// [width x lanes], and [lanes x lanes].
  let lines, turned: UnsafeMutablePointer<L.Scalar>

  @inline(__always) var lanes: Int { L.scalarCount }

  /// T x = y on the lines of a group: y from the task, x to it. Returns x of the first nodes.
  @inline(__always)
  func solve<Task: WordTask>(_ group: Int, _ factors: WireFactors<L>, _ task: inout Task) -> L where Task.Lanes == L {
    let c = factors.word + group &* lanes &* width
    var f = L.zero
    for block in stride(from: 0, to: width, by: lanes) {
      turnIn(group, block, &task)
      for j in block..<block &+ lanes {
        let cj: L = c.vector(lanes &* j)
        f = (cj * lines.vector(lanes &* j)).addingProduct(cj, f)
        lines.set(lanes &* j, f)
      }
    }
    return backward(group, c, factors, f * factors.wordEnd.vector(group &* lanes), &task)
  }

  @inline(__always)
  private func backward<Task: WordTask>(
    _ group: Int, _ c: UnsafeMutablePointer<L.Scalar>, _ factors: WireFactors<L>, _ end: L, _ task: inout Task
  ) -> L where Task.Lanes == L {
    let r: L = factors.wordInner.vector(group &* lanes)
    var x = end
    var block = width &- lanes
    let padded = width &- WireShape.width
    while block >= padded {
      for k in 0..<lanes {
        let j = block &+ lanes &- 1 &- k
        x = (r * factors.live[j &- padded] * lines.vector(lanes &* j)).addingProduct(c.vector(lanes &* j), x)
        lines.set(lanes &* j, x)
      }
      turnOut(group, block, &task)
      block &-= lanes
    }
    while block >= 0 {
      for k in 0..<lanes {
        let j = block &+ lanes &- 1 &- k
        x = (r * lines.vector(lanes &* j)).addingProduct(c.vector(lanes &* j), x)
        lines.set(lanes &* j, x)
      }
      turnOut(group, block, &task)
      block &-= lanes
    }
    return x
  }

  /// A vector of columns of the task's source, a line a lane.
  @inline(__always)
  func turnIn<Task: WordTask>(_ group: Int, _ block: Int, _ task: inout Task) where Task.Lanes == L {
    let first = group &* lanes
    for row in 0..<lanes {
      turned.set(lanes &* row, task.source((first &+ row) &* width &+ block, row: first &+ row))
    }
    L.transpose(turned, lanes, lines + lanes &* block, lanes)
  }

  @inline(__always)
  func turnOut<Task: WordTask>(_ group: Int, _ block: Int, _ task: inout Task) where Task.Lanes == L {
    let first = group &* lanes
    L.transpose(lines + lanes &* block, lanes, turned, lanes)
    for row in 0..<lanes {
      task.take(turned.vector(lanes &* row), (first &+ row) &* width &+ block, row: first &+ row)
    }
  }
}
