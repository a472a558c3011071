import Foundation

/// A directory of its own that goes away with its owner.
///
/// A class because its end removes the directory.
package final class TemporaryDirectory: Sendable {
  package let path: String

  package init() throws {
    path = NSTemporaryDirectory() + "netc-tests-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  package func file(_ name: String) -> String { path + "/" + name }

  /// A file with this content; its path.
  @discardableResult
  package func file(_ name: String, _ bytes: [UInt8]) throws -> String {
    // A file that is there is written over and then cut: some file systems flush one that is
    // emptied first, and the tests of damage write thousands.
    if let handle = FileHandle(forWritingAtPath: file(name)) {
      try handle.write(contentsOf: Data(bytes))
      try handle.truncate(atOffset: UInt64(bytes.count))
      try handle.close()
    } else {
      try Data(bytes).write(to: URL(filePath: file(name)))
    }
    return file(name)
  }

  @discardableResult
  package func file(_ name: String, _ text: String) throws -> String {
    try file(name, Array(text.utf8))
  }

  package func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(filePath: file(name))))
  }

  /// The names of what lies in it, sorted.
  package var names: [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: path).sorted()) ?? []
  }
}
