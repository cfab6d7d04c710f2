import Foundation
import MemSimCore
import Testing

/// Damaged states are refused with a sentence; files are whole or absent.
@Suite struct SavedStateTests {
  private func array() throws -> DeviceArray {
    let array = try DeviceArray(
      "synaptogen", rows: 9, columns: 5, seed: 8, parameters: [("order", [3])], options: [("history", "half")])
    try array.apply(-3)
    return array
  }

  private func load(_ bytes: [UInt8]) throws -> DeviceArray { try bytes.withUnsafeBytes { try DeviceArray.load($0) } }

  private func isRefused(_ bytes: [UInt8]) -> Bool {
    do {
      _ = try load(bytes)
      return false
    } catch MemSimError.format(let text) {
      return !text.isEmpty
    } catch {
      return false
    }
  }

  @Test func roundTrip() throws {
    let (array, copy) = (try array(), try load(array().saved()))
    #expect(try copy.hash() == array.hash())
    #expect(copy.rows == 9 && copy.columns == 5 && copy.seed == 8)
    #expect(copy.settings.parameters == array.settings.parameters && copy.settings.options == array.settings.options)
  }

  @Test func everyFlippedBitIsFound() throws {
    let bytes = try array().saved()
    for index in stride(from: 0, to: bytes.count, by: 7) {
      var damaged = bytes
      damaged[index] ^= 1 << UInt8(index % 8)
      #expect(isRefused(damaged), "byte \(index)")
    }
  }

  @Test func everyTruncationIsFound() throws {
    let bytes = try array().saved()
    for count in Array(0..<200) + Array(stride(from: 200, to: bytes.count, by: 61)) {
      #expect(isRefused(Array(bytes[..<count])), "\(count) bytes")
    }
    #expect(isRefused(bytes + [0]))
    #expect(isRefused(bytes + Array(repeating: 0, count: 8)))
  }

  @Test func files() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appendingPathComponent("a.memsim").path
    let array = try array()
    try array.save(path)
    try array.apply(3)
    try array.save(path)
    #expect(try DeviceArray.load(path).hash() == array.hash())
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["a.memsim"])
    #expect(throws: MemSimError.self) { try array.save(folder.path + "/none/a.memsim") }
    #expect(throws: MemSimError.self) { try DeviceArray.load(folder.path + "/b.memsim") }
    #expect(throws: MemSimError.self) { try DeviceArray.load(folder.path) }
  }

  /// Bits of this version, on every machine: a change here is a change of format or of results, for the changelog.
  /// The Python tests hold the same hashes, with the library that the loader chose.
  @Test(arguments: [
    ("fresh", "full", 10, 0x3a30_bc2c_3c8c_8bb3 as UInt64),
    ("stationary", "full", 10, 0x6b1f_74e3_270f_b064),
    ("fresh", "half", 10, 0xaaf4_eb35_895b_138a),
    ("fresh", "full", 5, 0xd061_32ff_2759_7872),
  ])
  func goldenHash(start: String, history: String, order: Double, hash: UInt64) throws {
    let array = try DeviceArray(
      "synaptogen", rows: 65, columns: 33, seed: 20, parameters: [("order", [order])],
      options: [("start", start), ("history", history)])
    for volts: Float in [-1.5, 0.9, 1.1, -0.7, 1.5, -3] { try array.apply(volts) }
    _ = try array.read(0.2)
    #expect(try array.hash() == hash)
  }
}
