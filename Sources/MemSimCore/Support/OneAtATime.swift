import CMemSimSIMD

/// Lets one thread at a time into the calls on a handle.
final class OneAtATime: @unchecked Sendable {
  private let inUse = UnsafeMutablePointer<Int32>.allocate(capacity: 1)
  /// What the handle is called, with its verb: "array is".
  private let subject: StaticString

  init(_ subject: StaticString) {
    self.subject = subject
    inUse.initialize(to: 0)
  }

  deinit { inUse.deallocate() }

  /// Runs `body`. Errors: busy, if another thread is in a call.
  @inline(__always)
  func run<R>(_ body: () throws(MemSimError) -> R) throws(MemSimError) -> R {
    guard ms_atomic_exchange(inUse, 1) == 0 else {
      throw .busy("\(subject) in use by another thread: one handle, one thread at a time")
    }
    defer { ms_atomic_store(inUse, 0) }
    return try body()
  }
}
