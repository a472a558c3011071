import Glibc

/// Ends the process on Ctrl-C without leaving temporary files.
package enum Interruption {
  /// From now on SIGINT, SIGTERM and SIGHUP remove what is unfinished and exit with 128 + number.
  ///
  /// Called once, before other threads start: they inherit the mask.
  package static func watch() {
    var set = watched()
    var thread = pthread_t()
    // `set` and `thread` are locals the calls read and fill; the closure captures nothing.
    guard unsafe pthread_sigmask(SIG_BLOCK, &set, nil) == 0 else { return }
    let failure = unsafe pthread_create(
      &thread, nil,
      { _ in
        var set = Interruption.watched()
        var number: Int32 = 0
        // Both are locals of this thread for the time of the call.
        guard unsafe sigwait(&set, &number) == 0 else { return nil }
        AtomicFile.removeUnfinished()
        _exit(128 + number)
      }, nil)
    if failure == 0 {
      pthread_detach(thread)
    } else {
      unsafe pthread_sigmask(SIG_UNBLOCK, &set, nil)
    }
  }

  /// The signals that whoever started the process does not want ignored.
  private static func watched() -> sigset_t {
    var set = sigset_t()
    // Locals that the calls fill.
    unsafe sigemptyset(&set)
    for number in [SIGINT, SIGTERM, SIGHUP] {
      var action = sigaction()
      guard unsafe sigaction(number, nil, &action) == 0 else { continue }
      // SIG_IGN is the handler at address 1; the union is read as the address it always holds.
      let handler = unsafe unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
      if handler != 1 { unsafe sigaddset(&set, number) }
    }
    return set
  }
}
