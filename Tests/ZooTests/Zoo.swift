import Foundation
import Frontend
import IR
import Testing

@testable import NetC

/// The files under `models`, and what `Tests/Zoo` knows about them.
enum Zoo {
  static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../..").standardized.path

  /// Every file of the language under `models`, by its path in the repository.
  static let files: [String] = names(under: "models", ending: ".net")

  /// Those that declare a network; the others hold blocks that networks share.
  static let networks = files.filter { text($0).contains("\nnetwork ") }

  static func names(under folder: String, ending suffix: String) -> [String] {
    let found = FileManager.default.enumerator(atPath: "\(root)/\(folder)")?
      .compactMap { $0 as? String }
    return (found ?? []).filter { $0.hasSuffix(suffix) }.map { "\(folder)/\($0)" }.sorted()
  }

  static func text(_ path: String) -> String {
    (try? String(contentsOfFile: "\(root)/\(path)", encoding: .utf8)) ?? ""
  }

  /// A network with settings such as `aux=yes`, without an error.
  static func graph(_ path: String, _ settings: [String]) throws -> Graph {
    try elaboration(path, settings).graph
  }

  /// The same with its declarations.
  static func elaboration(_ path: String, _ settings: [String]) throws -> Elaboration {
    let compilation = try SourceLoader.compile("\(root)/\(path)", constants(settings))
    let findings = compilation.rendered(compilation.diagnostics)
    _ = try #require(compilation.checked, "\(findings)")
    return try #require(compilation.elaboration)
  }

  static func constants(_ settings: [String]) throws -> [(name: String, value: Constant)] {
    try settings.map { setting in
      let parts = setting.split(separator: "=", maxSplits: 1)
      let value = try #require(parts.count == 2 ? ConstantText.constant(parts[1]) : nil)
      return (name: String(parts[0]), value: value)
    }
  }
}
