import Formats
import IR
import Source

/// Compiles the spec files that commands are given.
package enum SourceLoader {
  /// The largest spec file read; anything longer is a slip.
  package static let limit = 1 << 24

  /// The bytes of a file.
  package static func bytes(_ path: String) throws(Diagnostic) -> [UInt8] {
    do {
      return try FileReader.read(path, limit: limit)
    } catch {
      throw .unreadableSpec(path, error)
    }
  }

  /// Compiles a file and what it uses.
  package static func compile(
    _ path: String, _ settings: [(name: String, value: Constant)] = []
  ) throws(Diagnostic) -> Compilation {
    Compilation(path: path, bytes: try bytes(path), settings: settings) { other in
      try? FileReader.read(other, limit: limit)
    }
  }
}

extension Diagnostic {
  fileprivate static func unreadableSpec(_ path: String, _ error: FormatError) -> Diagnostic {
    Diagnostic(.unreadableInput, error.description, path: path)
  }
}
