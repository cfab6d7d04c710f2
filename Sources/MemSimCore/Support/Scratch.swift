import CMemSimSIMD
import Glibc

/// Memory that lives as long as a call, as it comes from the heap: not zeroed, and refused rather than fatal.
struct Scratch {
  private(set) var at: UnsafeMutableRawPointer

  /// Bytes that `take` uses for so many elements.
  static func bytes<T>(_: T.Type, _ count: Int) -> Int { (count * MemoryLayout<T>.stride + 63) & ~63 }

  /// The next elements, aligned to 64 bytes.
  mutating func take<T>(_: T.Type, _ count: Int) -> UnsafeMutablePointer<T> {
    defer { at += Scratch.bytes(T.self, count) }
    return at.bindMemory(to: T.self, capacity: count)
  }

  /// Errors: memory.
  static func with(_ bytes: Int, _ body: (Scratch) -> Void) throws(MemSimError) {
    try requireMemory(bytes)
    var pointer: UnsafeMutableRawPointer?
    guard posix_memalign(&pointer, 64, max(bytes, 64)) == 0, let pointer else {
      throw .memory("\(bytes) bytes are not to be had")
    }
    body(Scratch(at: pointer))
    free(pointer)
  }
}

extension Context {
  /// Calls `body` for every part 0..<parts with scratch of its thread's, `bytes` of it; returns when all are done.
  ///
  /// Errors: memory, before any part has begun.
  func parallel(_ parts: Int, scratch bytes: Int, _ body: (_ part: Int, _ scratch: Scratch) -> Void) throws(MemSimError) {
    try Scratch.with(scratchBytes(parts, each: bytes)) { parallel(parts, in: $0, each: bytes, body) }
  }

  /// What `parallel(_:in:each:_:)` uses of its scratch.
  func scratchBytes(_ parts: Int, each bytes: Int) -> Int { 64 + workers(parts) * bytes }

  private func workers(_ parts: Int) -> Int { max(min(threads, parts), 1) }

  /// As above, in scratch that is there already.
  func parallel(_ parts: Int, in all: Scratch, each bytes: Int, _ body: (_ part: Int, _ scratch: Scratch) -> Void) {
    var all = all
    let next = all.take(Int64.self, 1)
    next.pointee = 0
    let base = all.at
    parallel(workers(parts)) { worker in
      while true {
        let part = Int(ms_atomic_next(next))
        guard part < parts else { return }
        body(part, Scratch(at: base + worker * bytes))
      }
    }
  }
}
