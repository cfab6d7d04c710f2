import MemSimCore
import Testing

/// The calls of cells with a time, with Swift arrays; what they compute is tested with the models.
@Suite struct TimeCollectionsTests {
  private func cells(_ columns: Int) throws -> DeviceArray { try DeviceArray("jart-vcm-v1b", rows: 1, columns: columns) }

  @Test func aValueForAllIsThatValueForEach() throws {
    let (one, each) = (try cells(3), try cells(3))
    try one.apply(-0.75, duration: 6e-5)
    try each.apply([-0.75, -0.75, -0.75], durations: [6e-5, 6e-5, 6e-5])
    #expect(try one.hash() == each.hash())
    try one.pulse(-7)
    try each.pulse([-7, -7, -7])
    #expect(try one.hash() == each.hash())
    #expect(try one.hash() != cells(3).hash())
  }

  @Test func aMaskChoosesCells() throws {
    let array = try cells(3)
    try array.apply(-0.75, duration: 1e-3, where: [0, 1, 0])
    try array.pulse(-1, where: [0, 0, 0])
    let n = try array.state("N")
    #expect(n[1] > 19 && n[0] < 0.009 && n[2] == n[0])
    let currents = try array.sweep(times: [0, 1e-9], volts: [0.2, 0.2], where: [1, 1, 0])
    #expect(currents.count == 4 && currents[1] > 10 * currents[0])
    #expect(try array.sweep(times: [0], volts: [0.2], where: [0, 0, 0]).isEmpty)
  }

  @Test func shapesThatDoNotFitAreRefused() throws {
    let array = try cells(3)
    let before = try array.hash()
    #expect(throws: MemSimError.self) { try array.apply([-1, -1], durations: [1e-6]) }
    #expect(throws: MemSimError.self) { try array.apply([-1], durations: []) }
    #expect(throws: MemSimError.self) { try array.apply(-1, duration: 1e-6, where: [1]) }
    #expect(throws: MemSimError.self) { try array.pulse([1, 1]) }
    #expect(throws: MemSimError.self) { try array.pulse([]) }
    #expect(throws: MemSimError.self) { _ = try array.sweep(times: [0, 1], volts: [0]) }
    #expect(throws: MemSimError.self) { _ = try array.sweep(times: [], volts: []) }
    #expect(try array.hash() == before)
  }
}
