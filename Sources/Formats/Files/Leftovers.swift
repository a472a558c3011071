import Glibc
import Synchronization

/// Temporary files of writers that were killed.
enum Leftovers {
  private static let visited = Mutex<Set<String>>([])

  /// Cleans a directory the first time that this process writes to it.
  static func removeOnce(from directory: String) {
    let isNew = visited.withLock { names in names.insert(directory).inserted }
    if isNew { remove(from: directory) }
  }

  /// Unlinks the temporary files that no living writer holds locked.
  static func remove(from directory: String) {
    // The stream is closed below; an entry is valid until the next one is asked for.
    guard let stream = unsafe opendir(directory) else { return }
    defer { unsafe closedir(stream) }
    while let entry = unsafe readdir(stream) {
      // The name is terminated inside the entry's 256 bytes, copied for the call.
      let name = unsafe withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if TemporaryName.matches(name) { removeUnlocked("\(directory)/\(name)") }
    }
  }

  private static func removeUnlocked(_ path: String) {
    // The string lives as a C string for each call.
    let descriptor = unsafe open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard descriptor >= 0 else { return }
    if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { unsafe unlink(path) }
    close(descriptor)
  }
}
