import Source

/// `// netc: allow L0501 reason`: a lint that is meant on one line.
package struct Allowance: Sendable {
  package let code: DiagnosticCode
  package let reason: String
  /// The comment.
  package let span: Span
  /// The line it is about, from 1; nil at the end of a file.
  package let line: Int?
}

/// Reads the allowances among a file's comments; what starts with `netc:` and is none is an error.
struct AllowanceReader {
  private let file: SourceFile
  private let id: SourceID
  private(set) var allowances: [Allowance] = []
  private(set) var diagnostics = DiagnosticSet()

  init(_ file: SourceFile, id: SourceID, tokens: [Token]) {
    self.file = file
    self.id = id
    var hasCode = false
    var waiting: [Token] = []
    for token in tokens {
      switch token.kind {
      case .comment:
        if hasCode { read(token, line: line(of: token)) } else { waiting.append(token) }
      case .newline, .terminator:
        if file.bytes[token.lower] != UInt8(ascii: ";") { hasCode = false }
      case .blank, .byteOrderMark: continue
      default:
        hasCode = true
        let line = token.kind == .end ? nil : line(of: token)
        for comment in waiting { read(comment, line: line) }
        waiting = []
      }
    }
  }

  private func line(of token: Token) -> Int { file.position(of: token.lower).line }

  private mutating func read(_ comment: Token, line: Int?) {
    let text = String(decoding: file.bytes[comment.lower..<comment.upper], as: UTF8.self)
    let words = text.drop { $0 == "/" }.split(whereSeparator: \.isWhitespace)
    guard words.first == "netc:" else { return }
    let span = Span(source: id, lower: comment.lower, upper: comment.upper)
    guard words.count > 2, words[1] == "allow" else {
      return diagnostics.add(.unreadableAllowance(at: span))
    }
    let lints = DiagnosticCode.lints.filter { $0 != .idleAllowance }
    guard let code = lints.first(where: { $0.id == words[2] }) else {
      return diagnostics.add(.unknownLint(String(words[2]), at: span))
    }
    guard words.count > 3 else { return diagnostics.add(.noReason(code, at: span)) }
    allowances.append(
      Allowance(
        code: code, reason: words[3...].joined(separator: " "), span: span, line: line))
  }
}

extension Diagnostic {
  fileprivate static func unreadableAllowance(at span: Span) -> Diagnostic {
    Diagnostic(
      .badAllowance, "a comment that starts with `netc:` allows a lint", at: span,
      help: "write `// netc: allow L0501 reason`, or start the comment with another word")
  }

  fileprivate static func unknownLint(
    _ name: String, at span: Span
  ) -> Diagnostic {
    Diagnostic(
      .badAllowance, "there is no lint `\(name)` to allow", at: span,
      help: "`netc explain` lists the lints behind the errors: L0501 and on")
  }

  fileprivate static func noReason(_ code: DiagnosticCode, at span: Span) -> Diagnostic {
    Diagnostic(
      .badAllowance, "this allowance of \(code) gives no reason", at: span,
      help: "say behind the code why the finding is meant, for the next reader")
  }
}
