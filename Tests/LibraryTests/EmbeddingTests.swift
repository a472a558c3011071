import Foundation
import Library
import Testing

/// The embedded modules are the files of `Sources/Library/net`; `NETC_BLESS=1` rewrites them.
struct EmbeddingTests {
  static let library = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../Sources/Library").standardized

  static func files() throws -> [URL] {
    let folder = library.appending(path: "net")
    return try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
      .filter { $0.pathExtension == "net" }
      .sorted { $0.path < $1.path }
  }

  /// The Swift file that embeds a module.
  static func embedding(of text: String, named name: String) -> String {
    """
    // swift-format-ignore-file
    // The literal is the module's file, byte for byte; the library's tests rewrite it.

    extension StandardLibrary {
      /// The text of `net/\(name).net`.
      static let \(name) = #\"\"\"
    \(text)
    \"\"\"#
    }

    """
  }

  @Test func everyModuleIsItsFile() throws {
    let bless = ProcessInfo.processInfo.environment["NETC_BLESS"] == "1"
    for file in try Self.files() {
      let name = file.deletingPathExtension().lastPathComponent
      let text = try String(contentsOf: file, encoding: .utf8)
      let swift = Self.library.appending(path: "\(name.capitalized).swift")
      let expected = Self.embedding(of: text, named: name)
      if bless {
        try expected.write(to: swift, atomically: true, encoding: .utf8)
        continue
      }
      let found = try String(contentsOf: swift, encoding: .utf8)
      #expect(found == expected, "\(swift.lastPathComponent) is stale: run with NETC_BLESS=1")
      #expect(StandardLibrary.modules["std.\(name)"] == text)
    }
  }

  @Test func everyFileIsAModule() throws {
    let names = try Self.files().map { "std." + $0.deletingPathExtension().lastPathComponent }
    #expect(StandardLibrary.names == names)
  }
}
