import Foundation
import Library
import Testing

/// What the library's text promises about itself.
struct CoverageTests {
  static let specs = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../Specs/library").standardized

  /// The names of the blocks that a module declares.
  static func blocks(of text: String) -> [String] {
    text.split(separator: "\n").compactMap { line in
      line.hasPrefix("block ")
        ? String(line.dropFirst(6).prefix { $0.isLetter || $0.isNumber || $0 == "_" }) : nil
    }
  }

  @Test(arguments: StandardLibrary.names)
  func aModuleNamesTheLanguageAndItself(name: String) throws {
    let text = try #require(StandardLibrary.modules[name])
    #expect(text.hasPrefix("netc 1\n// \(name): "))
    #expect(text.hasSuffix("}\n"))
  }

  @Test func blockNamesAreUnique() {
    let names = StandardLibrary.modules.values.flatMap(Self.blocks(of:))
    #expect(Set(names).count == names.count)
  }

  /// A block has a spec of its name, or is a part of a block that has.
  @Test func everyBlockHasASpec() {
    let texts = StandardLibrary.modules.values
    for block in texts.flatMap(Self.blocks(of:)) {
      let spec = Self.specs.appending(path: "\(block).net").path
      let isPart = texts.contains { $0.contains("|> \(block) ") }
      #expect(
        isPart || FileManager.default.fileExists(atPath: spec), "no spec for block \(block)")
    }
  }
}
