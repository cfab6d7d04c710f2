import CMemSimSIMD
import Glibc

/// The two words of a closure that does not escape. Implemented in C, which sees them; `withoutActuallyEscaping` would
/// allocate.
@_silgen_name("ms_closure_take")
private func takeClosure(_ closure: (Int) -> Void, _ out: UnsafeMutablePointer<ms_closure>)

/// Threads that wait until there are parts to claim: awake for a while, as calls come one after the other and to wake a
/// thread takes as long as a small call, then asleep on a condition. One run at a time: `Context` sees to that.
final class WorkerPool: @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let wake = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private let done = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private let next = UnsafeMutablePointer<Int64>.allocate(capacity: 1)
  private var threads: [pthread_t] = []
  /// Number of the run or of the stop, and workers that are in it: changed under the mutex, also read without.
  private let generation = UnsafeMutablePointer<Int32>.allocate(capacity: 1)
  private let active = UnsafeMutablePointer<Int32>.allocate(capacity: 1)
  /// How often a thread that waits looks before it sleeps: tens of microseconds, none where threads share cores.
  private let looks: Int
  /// Workers that may still join the run.
  private var openings = 0
  private var parts = 0
  private var stopping = false
  /// Valid while `run` is.
  private var body = ms_closure()

  init(workers: Int) {
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(wake, nil)
    pthread_cond_init(done, nil)
    next.initialize(to: 0)
    generation.initialize(to: 0)
    active.initialize(to: 0)
    looks = workers < Int(ms_available_cores()) ? 2000 : 0
    blockingSignals { for _ in 0..<workers { startWorker() } }
  }

  deinit {
    pthread_mutex_destroy(mutex)
    pthread_cond_destroy(wake)
    pthread_cond_destroy(done)
    mutex.deallocate()
    wake.deallocate()
    done.deallocate()
    next.deallocate()
    generation.deallocate()
    active.deallocate()
  }

  /// A machine that gives no more threads leaves fewer workers: slower, never wrong.
  private func startWorker() {
    var thread = pthread_t()
    let context = Unmanaged.passRetained(self)
    let failed = pthread_create(&thread, nil, { raw in
      let pool = Unmanaged<WorkerPool>.fromOpaque(raw!)
      pool.takeUnretainedValue().serve()
      pool.release()
      return nil
    }, context.toOpaque())
    if failed == 0 { threads.append(thread) } else { context.release() }
  }

  /// Workers that have not woken when no part is left are not waited for.
  func run(_ parts: Int, _ body: (Int) -> Void) {
    pthread_mutex_lock(mutex)
    takeClosure(body, &self.body)
    self.parts = parts
    next.pointee = 0
    openings = min(threads.count, parts - 1)
    ms_atomic_store(generation, generation.pointee &+ 1)
    let job = self.body
    pthread_cond_broadcast(wake)
    pthread_mutex_unlock(mutex)
    claimParts(parts, job)
    close()
  }

  /// Lets no more workers join, waits for those that have.
  private func close() {
    pthread_mutex_lock(mutex)
    openings = 0
    pthread_mutex_unlock(mutex)
    look { ms_atomic_load(active) == 0 }
    pthread_mutex_lock(mutex)
    while active.pointee > 0 { pthread_cond_wait(done, mutex) }
    pthread_mutex_unlock(mutex)
  }

  /// Waits for a condition, awake, but not for long.
  @inline(__always)
  private func look(_ isMet: () -> Bool) {
    for _ in 0..<looks {
      if isMet() { return }
      ms_pause()
    }
  }

  private func claimParts(_ parts: Int, _ body: ms_closure) {
    var body = body
    while true {
      let part = Int(ms_atomic_next(next))
      if part >= parts { return }
      ms_closure_call(&body, Int64(part))
    }
  }

  private func serve() {
    var seen: Int32 = 0
    while let (parts, body) = join(after: &seen) {
      claimParts(parts, body)
      leave()
    }
  }

  /// The next run that has an opening; none once the pool stops.
  private func join(after seen: inout Int32) -> (Int, ms_closure)? {
    while true {
      look { ms_atomic_load(generation) != seen }
      pthread_mutex_lock(mutex)
      defer { pthread_mutex_unlock(mutex) }
      while generation.pointee == seen { pthread_cond_wait(wake, mutex) }
      if stopping { return nil }
      seen = generation.pointee
      if openings == 0 { continue }
      openings -= 1
      ms_atomic_store(active, active.pointee + 1)
      return (parts, body)
    }
  }

  private func leave() {
    pthread_mutex_lock(mutex)
    ms_atomic_store(active, active.pointee - 1)
    if active.pointee == 0 { pthread_cond_signal(done) }
    pthread_mutex_unlock(mutex)
  }

  func stop() {
    pthread_mutex_lock(mutex)
    stopping = true
    ms_atomic_store(generation, generation.pointee &+ 1)
    pthread_cond_broadcast(wake)
    pthread_mutex_unlock(mutex)
    for thread in threads { pthread_join(thread, nil) }
  }
}

/// Threads that `body` starts leave signals to the host's threads, but for those of their own faults.
private func blockingSignals(_ body: () -> Void) {
  var (blocked, before) = (sigset_t(), sigset_t())
  sigfillset(&blocked)
  for fault in [SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT] { sigdelset(&blocked, fault) }
  pthread_sigmask(SIG_SETMASK, &blocked, &before)
  body()
  pthread_sigmask(SIG_SETMASK, &before, nil)
}
