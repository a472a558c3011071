import Foundation
import IR
import Testing

/// One line of `Tests/Zoo/parameters.txt`: path, where the count comes from, count, settings.
struct ParameterCount: Sendable, CustomTestStringConvertible {
  let path: String
  let count: Int
  let settings: [String]

  var testDescription: String { ([path] + settings).joined(separator: " ") }

  /// Nil where the line has another form.
  init?(_ line: String) {
    let fields = line.components(separatedBy: "  ").map { $0.trimmingCharacters(in: .whitespaces) }
      .filter { !$0.isEmpty }
    guard (3...4).contains(fields.count),
      let count = Int(fields[2].replacing(",", with: ""))
    else { return nil }
    path = fields[0]
    self.count = count
    settings = fields.count == 4 ? fields[3].split(separator: " ").map(String.init) : []
  }

  static let lines = Zoo.text("Tests/Zoo/parameters.txt").split(separator: "\n").map(String.init)
    .filter { !$0.hasPrefix("#") }
  static let all = lines.compactMap(Self.init)
}

struct ParameterCountTests {
  @Test(arguments: ParameterCount.all)
  func itHasAsMany(expected: ParameterCount) throws {
    #expect(try Zoo.graph(expected.path, expected.settings).parameterCount == expected.count)
  }

  @Test func everyLineIsRead() {
    for line in ParameterCount.lines {
      #expect(ParameterCount(line) != nil, "expected path, source, count, settings: \(line)")
    }
  }

  @Test(arguments: Zoo.networks)
  func itHasALine(path: String) {
    #expect(
      ParameterCount.all.contains { $0.path == path && $0.settings.isEmpty },
      "add \(path) to Tests/Zoo/parameters.txt")
  }
}
