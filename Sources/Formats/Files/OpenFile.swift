import Glibc

/// A regular file, opened once for reading: what was examined is what is read.
///
/// A class because it owns a descriptor, shared by all who read from the file.
package final class OpenFile: Sendable {
  package let path: String
  /// Length in bytes when it was opened.
  package let size: Int
  private let descriptor: Int32

  /// Fails unless `path` names a regular file that may be read.
  package init(_ path: String) throws(FormatError) {
    guard !path.utf8.contains(0) else {
      throw FormatError(.unreadable, "the path holds a NUL byte")
    }
    // O_NONBLOCK: a FIFO without a writer must be refused, not waited for.
    let flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY
    // The string lives as a C string for the call.
    let opened = System.retrying { unsafe Int(open(path, flags)) }
    guard let descriptor = Int32(exactly: opened), descriptor >= 0 else {
      throw FormatError(.unreadable, "cannot be opened: \(System.text(errno))")
    }
    var status = stat()
    // `status` is a local the call fills.
    guard unsafe fstat(descriptor, &status) == 0 else {
      let reason = System.text(errno)
      close(descriptor)
      throw FormatError(.unreadable, "cannot be examined: \(reason)")
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw FormatError(
        .unreadable, "is \(FileKind.name(status.st_mode)), expected a regular file")
    }
    self.path = path
    self.descriptor = descriptor
    size = Int(status.st_size)
  }

  deinit { close(descriptor) }

  /// Fills `buffer` from byte `offset` on; the end of the file before that is an error.
  func read(
    at offset: Int, into buffer: UnsafeMutableRawBufferPointer
  ) throws(FormatError) {
    var done = 0
    while done < buffer.count {
      // `done` is below the count, so the rest of the buffer is a valid, non-empty slice.
      let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
      let got = System.retrying {
        unsafe pread(descriptor, rest.baseAddress, min(rest.count, 1 << 30), offset + done)
      }
      guard got >= 0 else {
        throw FormatError(.unreadable, "cannot be read: \(System.text(errno))")
      }
      guard got > 0 else {
        throw FormatError(
          .unreadable, "ends at byte \(offset + done), though it had \(size) bytes when opened")
      }
      done += got
    }
  }

  /// The bytes of a range inside the file's size.
  package func bytes(_ range: Range<Int>) throws(FormatError) -> [UInt8] {
    guard range.lowerBound >= 0, range.upperBound <= size else {
      throw .malformed("needs \(range.upperBound) bytes, the file has \(size)")
    }
    try System.reserve(range.count, for: "the file")
    var bytes = [UInt8](repeating: 0, count: range.count)
    var failure: FormatError?
    // The buffer is the array's own storage for the time of the call.
    unsafe bytes.withUnsafeMutableBytes { buffer in
      do throws(FormatError) {
        try unsafe read(at: range.lowerBound, into: buffer)
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return bytes
  }
}

/// The kinds of file that are not regular, as messages name them.
enum FileKind {
  static func name(_ mode: mode_t) -> String {
    switch mode & S_IFMT {
    case S_IFDIR: "a directory"
    case S_IFIFO: "a FIFO"
    case S_IFSOCK: "a socket"
    case S_IFCHR, S_IFBLK: "a device"
    default: "a special file"
    }
  }
}

extension OpenFile {
  /// The last part of the path, as text of a program.
  var quotedName: String { quoted(path.split(separator: "/").last ?? "") }
}
