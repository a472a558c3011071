import Foundation
import Source
import Syntax
import Testing

@testable import NetC

/// What every file under `models` promises.
struct ModelFileTests {
  @Test(arguments: Zoo.files)
  func itIsCanonical(path: String) throws {
    let text = Zoo.text(path)
    var sources = SourceMap()
    let id = sources.add(SourceFile(path: path, bytes: Array(text.utf8)))
    #expect(format(parse(sources[id], id: id)) == text, "run `netc fmt \(path)`")
  }

  /// A network passes `check`, expectations included, without an error and without a warning that
  /// the file does not allow and explain; what the lints only note is in `models/LINTS.md`.
  @Test(arguments: Zoo.networks)
  func itChecks(path: String) {
    let checked = NetworkCheck("\(Zoo.root)/\(path)", [], at: nil)
    let findings = DiagnosticRenderer(sources: checked.sources, color: false)
      .render(checked.diagnostics)
    #expect(!checked.diagnostics.hasWarnings, "\(findings)")
    #expect(checked.summary != nil)
  }

  @Test(arguments: Zoo.networks, ["params ==", "shape(", "os("])
  func itExpects(path: String, measure: String) {
    let expected = Zoo.text(path).components(separatedBy: "\n  expect ").dropFirst()
      .flatMap { $0.components(separatedBy: "\n  }")[0].split(separator: "\n").dropFirst() }
    #expect(
      expected.contains { $0.trimmingPrefix { $0 == " " }.hasPrefix(measure) },
      "\(path) expects nothing about \(measure)")
  }

  /// A file without a network is used by one that has.
  @Test(arguments: Set(Zoo.files).subtracting(Zoo.networks).sorted())
  func aSharedFileIsUsed(path: String) throws {
    let folder = path.prefix(upTo: try #require(path.lastIndex(of: "/")))
    let name = path.dropFirst(folder.count + 1)
    #expect(
      Zoo.files.contains {
        $0.hasPrefix(folder) && Zoo.text($0).contains("\nuse \"./\(name)\"\n")
      })
  }

  @Test func thereAreFiles() {
    #expect(Zoo.networks.contains("models/torchvision/deeplabv3_resnet50.net"))
    #expect(Zoo.files.contains("models/torchvision/heads.net"))
    #expect(!Zoo.networks.contains("models/torchvision/heads.net"))
  }
}
