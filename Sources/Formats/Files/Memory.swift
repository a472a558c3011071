import Glibc

/// Memory of this process.
package enum Memory {
  /// The most that was in use at once, in bytes, as the system counts it.
  package static var peakResident: Int { highWater ?? maximumResident }

  /// Of this program alone: `VmHWM:  1234 kB`.
  private static var highWater: Int? {
    guard let bytes = try? StreamReader.system("/proc/self/status") else { return nil }
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    guard let line = lines.first(where: { $0.hasPrefix("VmHWM:") }) else { return nil }
    return line.split(whereSeparator: { " \t".contains($0) }).dropFirst().first
      .flatMap { Int($0) }.map { $0 * 1024 }
  }

  /// Of the process, which may have been another program before this one took it over.
  private static var maximumResident: Int {
    var usage = rusage()
    guard unsafe getrusage(RUSAGE_SELF.rawValue, &usage) == 0 else { return 0 }
    return usage.ru_maxrss * 1024
  }
}
