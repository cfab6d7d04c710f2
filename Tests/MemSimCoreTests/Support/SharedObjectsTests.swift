import MemSimCore
import Testing

/// One object for all that hold it, none once nobody does.
@Suite struct SharedObjectsTests {
  private final class Thing: Sendable {
    let number: Int
    init(_ number: Int) { self.number = number }
  }

  @Test func heldObjectsAreNotMadeAgain() throws {
    let shared = SharedObjects<String, Thing>()
    let first = try shared.object("a") { Thing(1) }
    #expect(try shared.object("a") { Thing(2) } === first)
    #expect(try shared.object("b") { Thing(3) }.number == 3)
    #expect(shared.count == 1)
    withExtendedLifetime(first) {}
  }

  @Test func objectsGoWithTheirLastHolder() throws {
    let shared = SharedObjects<Int, Thing>()
    var held: Thing? = try shared.object(7) { Thing(1) }
    weak var seen = held
    #expect(shared.count == 1)
    held = nil
    #expect(seen == nil && shared.count == 0)
    held = try shared.object(7) { Thing(2) }
    #expect(held?.number == 2)
  }

  @Test func whatFailsIsNotKept() throws {
    let shared = SharedObjects<Int, Thing>()
    #expect(throws: MemSimError.self) { try shared.object(1) { () throws(MemSimError) in throw .memory("none") } }
    #expect(shared.count == 0)
    #expect(try shared.object(1) { Thing(5) }.number == 5)
  }

  @Test func threadsThatAskAtOnceGetOne() throws {
    let shared = SharedObjects<Int, Thing>(), context = try Context(threads: 4)
    for key in 0..<50 {
      let anchor = try shared.object(key) { Thing(key) }
      let got = UnsafeMutablePointer<ObjectIdentifier?>.allocate(capacity: 8)
      got.initialize(repeating: nil, count: 8)
      nonisolated(unsafe) let slots = got
      context.parallel(8) { slots[$0] = (try? shared.object(key) { Thing(-1) }).map(ObjectIdentifier.init) }
      #expect((0..<8).allSatisfy { got[$0] == ObjectIdentifier(anchor) })
      got.deallocate()
    }
  }
}
