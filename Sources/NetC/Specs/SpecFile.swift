import Formats
import Frontend
import IR

/// A `.net` file with its sidecars: `x.expected` holds what it must give, `x.observed` what it gave
/// when that differed.
struct SpecFile: Sendable {
  let path: String
  let bytes: [UInt8]

  init(path: String) throws(FormatError) {
    self.path = path
    bytes = try FileReader.read(path)
  }

  /// The header in the first line; nil for a file of a user.
  var header: SpecHeader? {
    get throws(SpecHeader.Malformed) {
      let line = bytes.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
      return try SpecHeader(firstLine: String(decoding: line, as: UTF8.self))
    }
  }

  /// With its slash; empty for the current directory.
  var directory: String {
    path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
  }

  /// How diagnostics name the file, wherever the specs lie.
  var name: String { String(path.dropFirst(directory.count)) }

  /// The diagnostic code that the name starts with: `L0501` of `L0501-quiet-resnet.net`.
  var code: String { String(name.prefix { $0 != "-" && $0 != "." }) }

  /// Whether the code must not be found.
  var isQuiet: Bool { name.dropFirst(code.count).hasPrefix("-quiet") }

  var expectedPath: String { stem + ".expected" }
  var observedPath: String { stem + ".observed" }

  private var stem: String { path.hasSuffix(".net") ? String(path.dropLast(4)) : path }

  /// The file with everything it uses.
  func compile(_ settings: [(name: String, value: Constant)] = []) -> Compilation {
    let directory = directory
    return Compilation(path: name, bytes: bytes, settings: settings) { used in
      try? FileReader.read(used.hasPrefix("/") ? used : directory + used)
    }
  }
}
