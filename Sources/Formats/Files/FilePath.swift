import Glibc

/// Questions about paths, and what is under them.
package enum FilePath {
  /// Whether something is there; a link counts when it leads somewhere.
  package static func exists(_ path: String) -> Bool {
    guard !path.utf8.contains(0) else { return false }
    // The string lives as a C string for the call.
    return unsafe access(path, F_OK) == 0
  }

  package static func isDirectory(_ path: String) -> Bool {
    // Only of a directory the entry `.` exists.
    exists(path + "/.")
  }

  /// The absolute path with links followed; of what does not exist, its folder's.
  package static func canonical(_ path: String) -> String {
    if let resolved = resolved(path) { return resolved }
    guard let slash = path.lastIndex(of: "/") else {
      return (resolved(".") ?? ".") + "/" + path
    }
    let folder = slash == path.startIndex ? "/" : String(path[..<slash])
    return (resolved(folder) ?? folder) + path[slash...]
  }

  /// Regular files in a folder and the folders in it, relative and sorted; hidden ones left out.
  package static func files(under folder: String) -> [String] {
    var found: [String] = []
    var pending = [""]
    while let relative = pending.popLast() {
      for name in entries(of: folder + "/" + relative) where !name.hasPrefix(".") {
        var status = stat()
        // `status` is a local the call fills; the string lives as a C string for the call.
        guard unsafe lstat(folder + "/" + relative + name, &status) == 0 else { continue }
        switch status.st_mode & S_IFMT {
        case S_IFDIR: pending.append(relative + name + "/")
        case S_IFREG: found.append(relative + name)
        default: continue
        }
      }
    }
    return found.sorted()
  }

  /// Where temporary files go: TMPDIR, or /tmp.
  package static var temporaryFolder: String {
    let named = Environment.value("TMPDIR") ?? ""
    return named.isEmpty ? "/tmp" : named
  }

  /// Unlinks a file; what cannot be unlinked stays.
  package static func remove(_ path: String) {
    // The string lives as a C string for the call.
    unsafe unlink(path)
  }

  private static func resolved(_ path: String) -> String? {
    // The result is a malloc'd C string, copied and freed here.
    guard !path.utf8.contains(0), let resolved = unsafe realpath(path, nil) else { return nil }
    let text = unsafe String(cString: resolved)
    unsafe free(resolved)
    return text
  }

  private static func entries(of folder: String) -> [String] {
    // The stream is closed below; an entry is valid until the next one is asked for.
    guard let stream = unsafe opendir(folder) else { return [] }
    defer { unsafe closedir(stream) }
    var names: [String] = []
    while let entry = unsafe readdir(stream) {
      // The name is terminated inside the entry's 256 bytes, copied for the call.
      let name = unsafe withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      names.append(name)
    }
    return names
  }
}
