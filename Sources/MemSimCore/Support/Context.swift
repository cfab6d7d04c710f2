import CMemSimSIMD
import Glibc

/// Threads that whole-array calls may use.
///
/// Work is cut into parts whose number and content never depend on the thread count; threads only claim parts, so
/// results cannot depend on it either. If the workers are busy with another call, the caller does its parts alone.
public final class Context: @unchecked Sendable {
  public let threads: Int
  private var pool: WorkerPool?
  /// The process whose pool it is: set after the pool, read before it.
  private let owner = UnsafeMutablePointer<Int32>.allocate(capacity: 1)
  /// 1 while a call uses the pool.
  private let gate = UnsafeMutablePointer<Int32>.allocate(capacity: 1)

  /// The process-wide default.
  public static let shared = Context(count: defaultThreads())

  /// - Parameter threads: 1...1024, the caller's included; 0 for MEMSIM_NUM_THREADS, else the available cores.
  public convenience init(threads: Int = 0) throws(MemSimError) {
    guard (0...1024).contains(threads) else {
      throw .argument("threads must be 0...1024, got \(threads)")
    }
    self.init(count: threads == 0 ? defaultThreads() : threads)
  }

  private init(count: Int) {
    threads = count
    owner.initialize(to: 0)
    gate.initialize(to: 0)
  }

  deinit {
    if owner.pointee == getpid() { pool?.stop() }
    owner.deallocate()
    gate.deallocate()
  }

  /// Calls `body` for every part 0..<parts; returns when all are done.
  public func parallel(_ parts: Int, _ body: (Int) -> Void) {
    guard threads > 1, parts > 1, let pool = claim() else {
      for part in 0..<parts { body(part) }
      return
    }
    pool.run(parts, body)
    ms_atomic_store(gate, 0)
  }

  /// The pool, if no other call is using it. After a fork the parent's threads are gone, so a new pool is made.
  private func claim() -> WorkerPool? {
    let process = getpid()
    if ms_atomic_load(owner) == process {
      return ms_atomic_exchange(gate, 1) == 0 ? pool : nil
    }
    return startPool(process)
  }

  private func startPool(_ process: pid_t) -> WorkerPool? {
    startLock.lock()
    defer { startLock.unlock() }
    if ms_atomic_load(owner) != process {
      // The parent's pool is leaked on purpose: its locks may be held by threads that no longer exist.
      if let old = pool { _ = Unmanaged.passRetained(old) }
      pool = WorkerPool(workers: threads - 1)
      ms_atomic_store(gate, 0)
      ms_atomic_store(owner, process)
    }
    return ms_atomic_exchange(gate, 1) == 0 ? pool : nil
  }
}

private let startLock = ForkSafeLock()

/// A mutex that a forked child finds unlocked.
final class ForkSafeLock: @unchecked Sendable {
  private let word = UnsafeMutablePointer<Int32>.allocate(capacity: 1)
  init() { word.initialize(to: 0) }
  /// Whether the lock was left by the parent process, and what it guards perhaps half changed.
  @discardableResult
  func lock() -> Bool {
    // The word holds the process that took the lock; one left by the parent process counts as free.
    let me = getpid()
    while true {
      let before = ms_atomic_exchange(word, me)
      if before != me { return before != 0 }
      sched_yield()
    }
  }
  func unlock() { ms_atomic_store(word, 0) }
}

private func defaultThreads() -> Int {
  if let text = getenv("MEMSIM_NUM_THREADS"), let count = Int(String(cString: text)), (1...1024).contains(count) {
    return count
  }
  return min(max(Int(ms_available_cores()), 1), 1024)
}
