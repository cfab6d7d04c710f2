import CMemSimSIMD
import Glibc

/// The two words of a closure that does not escape. Implemented in C, which sees them; `withoutActuallyEscaping` would
/// allocate.
@_silgen_name("ms_closure_take")
private func takeClosure(_ closure: (Int) -> Void, _ out: UnsafeMutablePointer<ms_closure>)

/// Threads asleep on a condition until there are parts to claim. One run at a time: `Context` sees to that.
final class WorkerPool: @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let wake = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private let done = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private let next = UnsafeMutablePointer<Int64>.allocate(capacity: 1)
  private var threads: [pthread_t] = []
  private var generation = 0
  /// Workers that may still join the run, and those that have and are not done.
  private var openings = 0
  private var active = 0
  private var parts = 0
  private var stopping = false
  /// Valid while `run` is.
  private var body = ms_closure()

  init(workers: Int) {
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(wake, nil)
    pthread_cond_init(done, nil)
    next.initialize(to: 0)
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
    generation += 1
    let job = self.body
    pthread_cond_broadcast(wake)
    pthread_mutex_unlock(mutex)
    claimParts(parts, job)
    pthread_mutex_lock(mutex)
    openings = 0
    while active > 0 { pthread_cond_wait(done, mutex) }
    pthread_mutex_unlock(mutex)
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
    var seen = 0
    pthread_mutex_lock(mutex)
    while true {
      while generation == seen && !stopping { pthread_cond_wait(wake, mutex) }
      if stopping { break }
      seen = generation
      if openings == 0 { continue }
      openings -= 1
      active += 1
      let (parts, body) = (self.parts, self.body)
      pthread_mutex_unlock(mutex)
      claimParts(parts, body)
      pthread_mutex_lock(mutex)
      active -= 1
      if active == 0 { pthread_cond_signal(done) }
    }
    pthread_mutex_unlock(mutex)
  }

  func stop() {
    pthread_mutex_lock(mutex)
    stopping = true
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
