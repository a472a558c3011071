import Glibc
import Synchronization

/// Threads that stay, and run the parts of one piece of work after the other.
///
/// Which thread runs a part is left open, so nothing that a part computes may depend on it. A
/// class because the threads end with it.
@safe package final class ThreadPool: @unchecked Sendable {
  /// What runs one part, and the number of the thread that does; the pointer is the caller's.
  package typealias Entry = @convention(c) (UnsafeRawPointer, _ part: Int, _ thread: Int) -> Void

  // Only `init` and `deinit` touch the threads; `shared` guards itself.
  private let shared = PoolState()
  private let threads: [pthread_t]

  /// The caller is one of the threads; where the system gives fewer, there are fewer.
  package init(threads count: Int) {
    var threads: [pthread_t] = []
    for _ in 1..<max(1, count) {
      var thread = pthread_t()
      // The thread takes over this reference and gives it up at its end.
      let reference = unsafe Unmanaged.passRetained(shared)
      let failed = unsafe pthread_create(
        &thread, nil,
        { pointer in
          guard let pointer = unsafe pointer else { return nil }
          let state = unsafe Unmanaged<PoolState>.fromOpaque(pointer).takeRetainedValue()
          state.serve()
          return nil
        }, reference.toOpaque())
      guard failed == 0 else {
        unsafe reference.release()
        break
      }
      threads.append(thread)
    }
    self.threads = threads
  }

  deinit {
    shared.close()
    for thread in threads { pthread_join(thread, nil) }
  }

  /// Threads that run parts, the caller's included; their numbers are below it.
  package var count: Int { threads.count + 1 }

  /// Runs `entry` with each part below `parts`, and returns when all have ended; `context` is valid
  /// until then. One caller at a time.
  @unsafe package func run(parts: Int, _ context: UnsafeRawPointer, _ entry: @escaping Entry) {
    guard parts > 1, !threads.isEmpty else {
      for part in 0..<parts { unsafe entry(context, part, 0) }
      return
    }
    unsafe shared.run(parts: parts, context, entry)
  }
}

/// What the threads of a pool share.
///
/// A ticket is a number of work in its upper and the next part in its lower half. A thread that
/// takes a part by exchanging the ticket knows that the work it has read is still the present one,
/// because that ends only after all its parts.
@safe private final class PoolState: @unchecked Sendable {
  // Every field is atomic, or touched under the mutex alone.
  private let ticket = Atomic<UInt>(0)
  private let parts = Atomic<UInt>(0)
  private let finished = Atomic<UInt>(0)
  private let context = Atomic<UInt>(0)
  private let entry = Atomic<UInt>(0)
  private let isClosed = Atomic<Bool>(false)
  private let sleepers = Atomic<Int>(0)
  /// Threads that have begun, the caller's included, which is number 0.
  private let begun = Atomic<Int>(1)
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let wake = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  /// Looks at the ticket so often before a thread sleeps: the next step of a run comes sooner.
  private static let patience = 20_000

  init() {
    // Both were just allocated.
    unsafe mutex.initialize(to: pthread_mutex_t())
    unsafe wake.initialize(to: pthread_cond_t())
  }

  deinit {
    // No thread is left that could wait.
    unsafe mutex.deallocate()
    unsafe wake.deallocate()
  }

  @unsafe func run(
    parts count: Int, _ pointer: UnsafeRawPointer, _ function: @escaping ThreadPool.Entry
  ) {
    context.store(UInt(bitPattern: pointer), ordering: .relaxed)
    entry.store(unsafe unsafeBitCast(function, to: UInt.self), ordering: .relaxed)
    parts.store(UInt(count), ordering: .relaxed)
    finished.store(0, ordering: .relaxed)
    let work = (ticket.load(ordering: .relaxed) >> 32 + 1) & 0xFFFF_FFFF
    ticket.store(work << 32, ordering: .sequentiallyConsistent)
    if sleepers.load(ordering: .sequentiallyConsistent) > 0 { rouse() }
    takeParts(of: work, thread: 0)
    var looks = 0
    while finished.load(ordering: .acquiring) < UInt(count) {
      looks += 1
      if looks % 1024 == 0 { sched_yield() }
    }
  }

  func close() {
    isClosed.store(true, ordering: .sequentiallyConsistent)
    rouse()
  }

  /// A thread's life.
  func serve() {
    let thread = begun.add(1, ordering: .relaxed).oldValue
    var last: UInt = 0
    while let work = nextWork(after: last) {
      takeParts(of: work, thread: thread)
      last = work
    }
  }

  /// Runs parts of the work until none is left.
  private func takeParts(of work: UInt, thread: Int) {
    while true {
      let present = ticket.load(ordering: .acquiring)
      let part = present & 0xFFFF_FFFF
      let (function, pointer) = (
        entry.load(ordering: .relaxed), context.load(ordering: .relaxed)
      )
      guard present >> 32 == work, part < parts.load(ordering: .relaxed) else { return }
      guard
        ticket.compareExchange(
          expected: present, desired: present + 1, ordering: .acquiringAndReleasing
        ).exchanged
      else { continue }
      // The exchange says that both are of this work, whose caller waits for the part.
      let body = unsafe unsafeBitCast(function, to: ThreadPool.Entry.self)
      if let pointer = unsafe UnsafeRawPointer(bitPattern: pointer) {
        unsafe body(pointer, Int(part), thread)
      }
      finished.add(1, ordering: .releasing)
    }
  }

  /// The next work; nil where the pool is closed.
  private func nextWork(after last: UInt) -> UInt? {
    for look in 0..<Self.patience {
      if isClosed.load(ordering: .relaxed) { return nil }
      let work = ticket.load(ordering: .acquiring) >> 32
      if work != last { return work }
      if look % 1024 == 1023 { sched_yield() }
    }
    // The mutex and the condition live as long as this object.
    unsafe pthread_mutex_lock(mutex)
    defer { unsafe pthread_mutex_unlock(mutex) }
    sleepers.add(1, ordering: .sequentiallyConsistent)
    defer { sleepers.subtract(1, ordering: .sequentiallyConsistent) }
    while true {
      if isClosed.load(ordering: .sequentiallyConsistent) { return nil }
      let work = ticket.load(ordering: .sequentiallyConsistent) >> 32
      if work != last { return work }
      unsafe pthread_cond_wait(wake, mutex)
    }
  }

  private func rouse() {
    // A thread that is about to sleep holds the mutex until it waits.
    unsafe pthread_mutex_lock(mutex)
    unsafe pthread_cond_broadcast(wake)
    unsafe pthread_mutex_unlock(mutex)
  }
}
