import Glibc
import MemSimCore
import Testing

/// Every part is done once, whoever does it.
@Suite struct ContextTests {
  private final class Counts: @unchecked Sendable {
    let values: UnsafeMutablePointer<Int>
    let count: Int
    init(_ count: Int) {
      self.count = count
      values = .allocate(capacity: count)
      values.initialize(repeating: 0, count: count)
    }
    deinit { values.deallocate() }
    func areAll(_ value: Int) -> Bool { (0..<count).allSatisfy { values[$0] == value } }
  }

  @Test(arguments: [1, 2, 3, 8], [0, 1, 2, 7, 1000]) func everyPartOnce(threads: Int, parts: Int) throws {
    let context = try Context(threads: threads)
    let counts = Counts(parts)
    for _ in 0..<20 { context.parallel(parts) { counts.values[$0] += 1 } }
    #expect(counts.areAll(20))
  }

  /// Whether the threads are still awake from the call before, about to sleep, or asleep.
  @Test(arguments: [0, 5, 20, 50, 100, 200, 500, 2000]) func everyPartOnceAfterAPause(microseconds: UInt32) throws {
    let context = try Context(threads: 2)
    let counts = Counts(5)
    for _ in 0..<200 {
      context.parallel(5) { counts.values[$0] += 1 }
      usleep(microseconds)
    }
    #expect(counts.areAll(200))
  }

  /// A part that asks for parts itself does them on its own thread: no deadlock.
  @Test func nestedCallsRunInPlace() throws {
    let context = try Context(threads: 3)
    let counts = Counts(60)
    context.parallel(6) { outer in context.parallel(10) { counts.values[outer * 10 + $0] += 1 } }
    #expect(counts.areAll(1))
  }

  @Test func threadCountsAreChecked() throws {
    for threads in [-1, 1025, Int.max] { #expect(throws: MemSimError.self) { try Context(threads: threads) } }
    #expect(try Context(threads: 7).threads == 7)
    #expect(try Context().threads >= 1)
  }

  @Test func contextsEndWithTheirThreads() throws {
    for _ in 0..<50 {
      let context = try Context(threads: 4)
      let counts = Counts(8)
      context.parallel(8) { counts.values[$0] += 1 }
      #expect(counts.areAll(1))
    }
  }

  @Test(arguments: [20, 100, 1000]) func contextsEndAfterAPause(microseconds: UInt32) throws {
    for _ in 0..<50 {
      let context = try Context(threads: 2)
      context.parallel(2) { _ in }
      usleep(microseconds)
    }
  }
}
