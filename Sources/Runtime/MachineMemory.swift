import Glibc

/// How much memory a run may use on this machine.
package enum MachineMemory {
  /// Four fifths of what is available: the least of free memory and the limits of the control
  /// groups around this process.
  package static func budget() -> Int {
    budget(reading: text)
  }

  /// A file of /proc or /sys; these have no length beforehand and are a few pages long.
  private static func text(of path: String) -> String? {
    // The string lives as a C string for the call.
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 4096)
    while bytes.count < 1 << 20 {
      // The buffer is the array's own storage for the time of the call.
      let got = unsafe chunk.withUnsafeMutableBytes {
        unsafe read(descriptor, $0.baseAddress, $0.count)
      }
      guard got > 0 else { break }
      bytes += chunk[..<got]
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The same with the system's files read by `read`, nil for those that do not exist.
  package static func budget(reading read: (String) -> String?) -> Int {
    let available = read("/proc/meminfo").flatMap(availableBytes) ?? .max
    let limits = groupLimits(reading: read)
    return limits.reduce(available, min) / 5 * 4
  }

  /// The line `MemAvailable:  1234 kB`.
  private static func availableBytes(_ meminfo: String) -> Int? {
    for line in meminfo.split(separator: "\n") where line.hasPrefix("MemAvailable:") {
      guard let kilobytes = line.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
      else { return nil }
      let (bytes, overflow) = kilobytes.multipliedReportingOverflow(by: 1024)
      return overflow ? nil : bytes
    }
    return nil
  }

  /// The limits of the process's groups and of all groups around them, version 1 and 2.
  private static func groupLimits(reading read: (String) -> String?) -> [Int] {
    var limits: [Int] = []
    for line in (read("/proc/self/cgroup") ?? "").split(separator: "\n") {
      // number:controllers:path
      let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3 else { continue }
      let root: String
      let file: String
      if parts[1].isEmpty {
        (root, file) = ("/sys/fs/cgroup", "memory.max")
      } else if parts[1].split(separator: ",").contains("memory") {
        (root, file) = ("/sys/fs/cgroup/memory", "memory.limit_in_bytes")
      } else {
        continue
      }
      var names = parts[2].split(separator: "/")
      while true {
        let folder = ([root] + names.map(String.init)).joined(separator: "/")
        // `max` and other words are no limit.
        if let text = read("\(folder)/\(file)"), let limit = Int(text.filter { !$0.isWhitespace }) {
          limits.append(limit)
        }
        if names.isEmpty { break }
        names.removeLast()
      }
    }
    return limits
  }
}
