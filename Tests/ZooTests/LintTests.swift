import Foundation
import Source
import Syntax
import Testing

@testable import NetC

/// What the lints say of the zoo is declared or explained: `models/LINTS.md` has it all.
///
/// `NETC_BLESS=1 swift test --filter ZooTests.LintTests` writes the page's table again.
struct LintTests {
  private static let page = "\(Zoo.root)/models/LINTS.md"
  private static let (start, end) = ("<!-- findings -->\n", "<!-- end -->")

  /// Findings of one lint at one line, of all networks that use the line.
  private struct Row {
    let place: String
    let code: String
    let message: String
    /// The reason of an allowance, or nil of a note.
    let reason: String?
    var networks: [String]

    var text: String {
      let used = networks.map { String($0.dropFirst("models/".count)) }.joined(separator: ", ")
      let status = reason.map { "declared: \($0)" } ?? "noted: \(code) above explains it"
      let finding = message.replacing("|", with: "\\|").replacing("\n", with: " ")
      return "| \(place) | \(code) | \(finding) | \(used) | \(status) |\n"
    }
  }

  private static let rows: [Row] = {
    var rows: [Row] = []
    for network in Zoo.networks {
      let checked = NetworkCheck("\(Zoo.root)/\(network)", [], at: nil)
      let lints = checked.diagnostics.all.filter { $0.code.id.hasPrefix("L") }
      let all =
        lints.map { ($0, String?.none) } + checked.allowed.map { ($0.finding, $0.allowance.reason) }
      for (finding, reason) in all {
        let place = finding.span.map { Self.place($0, checked.sources) } ?? network
        if let index = rows.firstIndex(where: { $0.place == place && $0.code == finding.code.id }) {
          rows[index].networks.append(network)
          continue
        }
        rows.append(
          Row(
            place: place, code: finding.code.id, message: finding.message, reason: reason,
            networks: [network]))
      }
    }
    return rows.sorted { ($0.code, $0.place) < ($1.code, $1.place) }
  }()

  /// `smp/decoder.net:13`
  private static func place(_ span: Span, _ sources: SourceMap) -> String {
    let file = sources[span.source]
    let path = file.path.replacing("\(Zoo.root)/models/", with: "")
    return "\(path):\(file.position(of: span.lower).line)"
  }

  @Test func thePageHasEveryFinding() throws {
    let table =
      "| line | lint | finding | networks | |\n|---|---|---|---|---|\n"
      + Self.rows.map(\.text).joined()
    let text = try String(contentsOfFile: Self.page, encoding: .utf8)
    let head = try #require(text.range(of: Self.start))
    let tail = try #require(text.range(of: Self.end))
    if ProcessInfo.processInfo.environment["NETC_BLESS"] == "1" {
      let blessed = text.replacingCharacters(
        in: head.upperBound..<tail.lowerBound, with: "\n\(table)\n")
      return try blessed.write(toFile: Self.page, atomically: true, encoding: .utf8)
    }
    #expect(text[head.upperBound..<tail.lowerBound] == "\n\(table)\n")
  }

  /// A note is explained by the page, each lint by a row of its own.
  @Test func thePageHasEveryLint() {
    let text = Zoo.text("models/LINTS.md")
    for code in DiagnosticCode.lints { #expect(text.contains("\n| \(code.id) | "), "\(code)") }
  }

  /// `netc check` of one network cannot tell of a shared file's allowances; all networks can.
  @Test func everyAllowanceSilencesSomething() {
    var used: Set<String> = []
    for network in Zoo.networks {
      let checked = NetworkCheck("\(Zoo.root)/\(network)", [], at: nil)
      for (_, allowance) in checked.allowed {
        used.insert(Self.place(allowance.span, checked.sources))
      }
    }
    for file in Zoo.files {
      for (number, line) in Zoo.text(file).split(separator: "\n", omittingEmptySubsequences: false)
        .enumerated() where line.contains("// netc: allow")
      {
        let place = "\(file.dropFirst("models/".count)):\(number + 1)"
        #expect(used.contains(place), "\(place): \(line)")
      }
    }
  }

  @Test func aClassifierHasNothing() {
    #expect(!Self.rows.contains { $0.networks.contains("models/torchvision/resnet50.net") })
    #expect(Zoo.networks.contains("models/torchvision/resnet50.net"))
  }
}
