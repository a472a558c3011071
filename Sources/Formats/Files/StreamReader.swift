import Glibc

/// Reads what has no length beforehand: standard input, and the files the kernel makes up.
package enum StreamReader {
  /// Everything up to the end of standard input, at most `limit` bytes.
  package static func standardInput(limit: Int) throws(FormatError) -> [UInt8] {
    try read(0, limit: limit)
  }

  /// A file of /proc or /sys.
  package static func system(_ path: String, limit: Int = 1 << 24) throws(FormatError) -> [UInt8] {
    // The string lives as a C string for the call.
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw FormatError(.unreadable, "cannot be opened: \(System.text(errno))")
    }
    defer { close(descriptor) }
    return try read(descriptor, limit: limit)
  }

  private static func read(_ descriptor: Int32, limit: Int) throws(FormatError) -> [UInt8] {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let got = System.retrying {
        // The buffer is the array's own storage for the time of the call.
        unsafe chunk.withUnsafeMutableBytes { buffer in
          unsafe Glibc.read(descriptor, buffer.baseAddress, buffer.count)
        }
      }
      guard got >= 0 else {
        throw FormatError(.unreadable, "cannot be read: \(System.text(errno))")
      }
      if got == 0 { return bytes }
      bytes += chunk[..<got]
      guard bytes.count <= limit else {
        throw .limit("has more than \(limit) bytes")
      }
    }
  }
}
