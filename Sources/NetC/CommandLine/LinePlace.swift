import Formats
import Source
import Syntax

/// `FILE:LINE`; a column behind it, as diagnostics have, says nothing more.
struct LinePlace: Hashable, Sendable {
  let path: String
  /// Counted from 1.
  let line: Int

  /// Nil where the text has another form.
  init?(_ text: String) {
    var parts = text.split(separator: ":", omittingEmptySubsequences: false)
    if parts.last == "" { parts.removeLast() }
    var numbers: [Int] = []
    while numbers.count < 2, parts.count > 1, let number = Self.number(parts[parts.count - 1]) {
      numbers.append(number)
      parts.removeLast()
    }
    path = parts.joined(separator: ":")
    guard let line = numbers.last, !path.isEmpty else { return nil }
    self.line = line
  }

  private static func number(_ text: Substring) -> Int? {
    guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return Int(text)
  }

  /// The line in a network's files.
  func find(in network: LoadedNetwork) throws(UsageError) -> SourceLine {
    let files = network.sources.files
    let canonical = FilePath.canonical(path)
    guard
      let index = files.firstIndex(where: { $0.path == path })
        ?? files.firstIndex(where: { FilePath.canonical($0.path) == canonical })
    else {
      let used = files.dropFirst().prefix(8).map { "`\(DiagnosticText.printable($0.path))`" }
      throw UsageError(
        "`\(DiagnosticText.printable(network.path))` does not use "
          + "`\(DiagnosticText.printable(path))`",
        help: used.isEmpty ? "it uses no other file" : "it uses \(used.joined(separator: ", "))")
    }
    let count = files[index].lineCount
    guard (1...max(1, count)).contains(line) else {
      let lines = count == 1 ? "1 line" : "\(count) lines"
      throw UsageError("`\(DiagnosticText.printable(path))` has \(lines), \(line) is none of them")
    }
    return SourceLine(source: SourceID(index: index), number: line)
  }
}
