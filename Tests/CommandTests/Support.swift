import Foundation

/// The repository, found from this file.
enum Repository {
  static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path

  static func path(_ relative: String) -> String { "\(root)/\(relative)" }

  static let flagship = path("models/deeplabv3plus.net")

  /// The specs of the library, each a whole network.
  static let librarySpecs = files(in: "Tests/Specs/library")

  /// Every network of the repository that has to be right; files of blocks alone are none.
  static let networks = (librarySpecs + files(in: "Tests/Specs/ops") + files(in: "models"))
    .filter { path in
      (try? String(contentsOfFile: path, encoding: .utf8))?.contains("\nnetwork ") == true
    }

  private static func files(in folder: String) -> [String] {
    let names = (try? FileManager.default.subpathsOfDirectory(atPath: path(folder))) ?? []
    return names.filter { $0.hasSuffix(".net") }.sorted().map { path("\(folder)/\($0)") }
  }
}
