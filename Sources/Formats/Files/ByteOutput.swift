import Glibc

/// A checked way to standard output: what could not be written is an error, never lost.
package struct ByteOutput {
  private let descriptor: Int32
  private let name: String
  private var pending: [UInt8] = []
  private static let capacity = 1 << 16

  package static func standardOutput() -> ByteOutput {
    ByteOutput(descriptor: 1, name: "standard output")
  }

  package static func standardError() -> ByteOutput {
    ByteOutput(descriptor: 2, name: "standard error")
  }

  init(descriptor: Int32, name: String) {
    self.descriptor = descriptor
    self.name = name
  }

  /// Takes text; it is written when enough has gathered, at the latest by `flush`.
  package mutating func write(_ text: String) throws(FormatError) {
    try write(Array(text.utf8))
  }

  package mutating func write(_ bytes: [UInt8]) throws(FormatError) {
    pending += bytes
    if pending.count >= Self.capacity { try flush() }
  }

  /// Writes what is pending; `.readerGone` where a pipe has no reader any more.
  package mutating func flush() throws(FormatError) {
    guard !pending.isEmpty else { return }
    let bytes = pending
    pending = []
    // Bytes are bytes: none of them is uninitialised.
    guard let code = System.write(unsafe bytes.span.bytes, to: descriptor) else { return }
    throw failure(code)
  }

  /// Flushes and closes, so that a file system that reports late is heard.
  package mutating func finish() throws(FormatError) {
    try flush()
    // EBADF: closed from the start, and nothing was to be written to it.
    guard close(descriptor) == 0 || errno == EINTR || errno == EBADF else {
      throw failure(errno)
    }
  }

  private func failure(_ code: Int32) -> FormatError {
    FormatError(
      code == EPIPE ? .readerGone : .unwritable,
      "\(name) cannot be written: \(System.text(code))")
  }
}

/// What a program over this module does first.
package enum StandardStreams {
  /// Makes a closed pipe and a passed file size limit errors of the call instead of signals, and
  /// occupies closed standard descriptors so that no opened file takes their numbers.
  package static func prepare() {
    // Ignoring installs no handler code.
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
    for descriptor in Int32(0)...2 where fcntl(descriptor, F_GETFD) < 0 {
      // Read-only for outputs and write-only for the input: using them still fails with EBADF.
      // The lowest free number is this one, and the literal lives for the call.
      _ = unsafe open("/dev/null", descriptor == 0 ? O_WRONLY : O_RDONLY)
    }
  }
}
