import Glibc

/// Memory of this process.
package enum Memory {
  /// The most that was in use at once, in bytes, as the system counts it.
  package static var peakResident: Int {
    var usage = rusage()
    guard unsafe getrusage(RUSAGE_SELF.rawValue, &usage) == 0 else { return 0 }
    return usage.ru_maxrss * 1024
  }
}
