import Glibc
import Synchronization

/// An output that appears whole under its name, or not at all.
///
/// Bytes go to a locked temporary file in the target's directory; `commit` makes them durable and
/// renames. Whatever fails before that, the target keeps its old content.
package struct AtomicFile: ~Copyable {
  private let descriptor: Int32
  private let temporary: String
  private let target: String
  private var isCommitted = false

  /// The temporary files that exist now.
  private static let unfinished = Mutex<Set<String>>([])

  /// Fails unless a regular file can be made or replaced at `path`; a link is followed.
  package init(_ path: String) throws(FormatError) {
    guard !path.isEmpty, !path.utf8.contains(0) else {
      throw FormatError(.unwritable, "the path is empty or holds a NUL byte")
    }
    let (target, mode) = try Self.resolve(path)
    let name = TemporaryName(target: target)
    Leftovers.removeOnce(from: name.directory)
    (descriptor, temporary) = try Self.create(name)
    self.target = target
    // An existing target's permissions are kept as far as the system lets us.
    if let mode { fchmod(descriptor, mode & 0o777) }
  }

  deinit {
    guard !isCommitted else { return }
    // The string lives as a C string for the call.
    unsafe unlink(temporary)
    close(descriptor)
    let name = temporary
    Self.unfinished.withLock { names in _ = names.remove(name) }
  }

  /// Writes `bytes` whole under `path`.
  package static func write(_ bytes: [UInt8], to path: String) throws(FormatError) {
    var file = try AtomicFile(path)
    try file.write(bytes)
    try file.commit()
  }

  package mutating func write(_ bytes: [UInt8]) throws(FormatError) {
    // Bytes are bytes: none of them is uninitialised.
    try write(unsafe bytes.span.bytes)
  }

  package mutating func write(_ bytes: RawSpan) throws(FormatError) {
    if let code = System.write(bytes, to: descriptor) { throw Self.failure("be written", code) }
  }

  /// Makes what was written durable and gives it the target's name.
  package mutating func commit() throws(FormatError) {
    guard fsync(descriptor) == 0 else { throw Self.failure("be written", errno) }
    // Both strings live as C strings for the call.
    guard unsafe rename(temporary, target) == 0 else { throw Self.failure("be renamed", errno) }
    isCommitted = true
    let name = temporary
    Self.unfinished.withLock { names in _ = names.remove(name) }
    guard close(descriptor) == 0 || errno == EINTR else {
      throw Self.failure("be closed", errno)
    }
    Self.synchronize(directory: TemporaryName(target: target).directory)
  }

  /// Unlinks every temporary file of this process: for a handler thread that is about to exit.
  package static func removeUnfinished() {
    unfinished.withLock { names in
      // Each string lives as a C string for its call.
      for name in names { unsafe unlink(name) }
      names.removeAll()
    }
  }

  /// Where a path leads, and the mode of the regular file that is there.
  private static func resolve(_ path: String) throws(FormatError) -> (String, mode_t?) {
    var status = stat()
    // `status` is a local the calls fill; the string lives as a C string for each call.
    guard unsafe lstat(path, &status) == 0 else {
      if errno == ENOENT { return (path, nil) }
      throw failure("be written", errno)
    }
    var target = path
    if status.st_mode & S_IFMT == S_IFLNK {
      // The result is a malloc'd C string, copied and freed here.
      guard let resolved = unsafe realpath(path, nil) else {
        throw FormatError(.unwritable, "is a symbolic link that leads nowhere")
      }
      unsafe target = String(cString: resolved)
      unsafe free(resolved)
      guard unsafe stat(target, &status) == 0 else { throw failure("be written", errno) }
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw FormatError(
        .unwritable, "is \(FileKind.name(status.st_mode)), expected a regular file or a new name")
    }
    return (target, status.st_mode)
  }

  /// A new file that nobody else uses, locked for as long as it is open.
  private static func create(_ name: TemporaryName) throws(FormatError) -> (Int32, String) {
    for _ in 0..<100 {
      let path = name.random()
      let flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW
      // The string lives as a C string for the call; the mode is narrowed by the umask.
      let opened = System.retrying { unsafe Int(open(path, flags, 0o666)) }
      guard opened >= 0 else {
        if errno == EEXIST { continue }
        throw failure("be created", errno)
      }
      let descriptor = Int32(truncatingIfNeeded: opened)
      unfinished.withLock { names in _ = names.insert(path) }
      flock(descriptor, LOCK_EX | LOCK_NB)
      // A clean-up that came between the two calls above has unlinked the file: try again.
      var status = stat()
      if unsafe fstat(descriptor, &status) == 0, status.st_nlink > 0 { return (descriptor, path) }
      close(descriptor)
      unfinished.withLock { names in _ = names.remove(path) }
    }
    throw FormatError(.unwritable, "cannot be created: no free temporary name")
  }

  /// Makes a rename durable where the file system can; the file itself is safe already.
  private static func synchronize(directory: String) {
    // The string lives as a C string for the call.
    let descriptor = unsafe open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }

  private static func failure(_ what: String, _ code: Int32) -> FormatError {
    FormatError(.unwritable, "cannot \(what): \(System.text(code))")
  }
}
