import Foundation
import MemSimCore
import Testing

@Suite struct PhiloxTests {
  @Test func knownAnswers() throws {
    let rows = try Golden.words("philox4x32-10.txt")
    #expect(rows.count == 3)
    for row in rows {
      let counter = SIMD4(row[0], row[1], row[2], row[3]), key = SIMD2(row[4], row[5])
      #expect(Philox.block(counter, key: key) == SIMD4(row[6], row[7], row[8], row[9]))
    }
  }

  /// Sixteen unrelated counters at once give what each gives alone.
  @Test func lanesAreBlocks() {
    var source = ArgumentSource(seed: 5)
    for _ in 0..<100 {
      let c = (0..<4).map { _ in randomWords(&source) }
      let key = SIMD2(UInt32(truncatingIfNeeded: source.next()), UInt32(truncatingIfNeeded: source.next()))
      let words = Philox.blocks(c[0], c[1], c[2], c[3], key: key)
      for lane in 0..<16 {
        let block = Philox.block(SIMD4(c[0][lane], c[1][lane], c[2][lane], c[3][lane]), key: key)
        #expect(block == SIMD4(words.0[lane], words.1[lane], words.2[lane], words.3[lane]))
      }
    }
  }
}

func randomWords(_ source: inout ArgumentSource) -> WordLanes {
  var words = WordLanes()
  for i in 0..<16 { words[i] = UInt32(truncatingIfNeeded: source.next() >> 17) }
  return words
}

extension Golden {
  /// Rows of hexadecimal words; lines that begin with # are comments.
  static func words(_ name: String, file: String = #filePath) throws -> [[UInt32]] {
    let folder = URL(fileURLWithPath: file).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let path = folder.appendingPathComponent("Golden").appendingPathComponent(name)
    let text = try String(contentsOf: path, encoding: .utf8)
    return text.split(separator: "\n").filter { !$0.hasPrefix("#") }
      .map { $0.split(separator: " ").compactMap { UInt32($0, radix: 16) } }
  }
}
