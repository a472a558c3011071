import Source

/// A `rename` or `ignore` rule that a flag of the command line gives without its first word.
package struct ParsedRule: Sendable {
  /// Nil where the text is no rule.
  package let statement: Statement?
  package let diagnostics: DiagnosticSet

  /// `word` is `rename` or `ignore`; the file holds what follows it.
  package init(_ word: String, _ file: SourceFile, id: SourceID) {
    var lexer = Lexer(file, id: id)
    lexer.expectedPatterns = Lexer.patterns(after: word)
    lexer.run()
    var parser = Parser(file, id: id, tokens: lexer.tokens, diagnostics: lexer.diagnostics)
    statement = lexer.gaveUp ? nil : parser.rule(word)
    diagnostics = parser.sortedDiagnostics
  }
}

extension Parser {
  /// A rule and the end of the text.
  fileprivate mutating func rule(_ word: String) -> Statement? {
    let mark = here
    do throws(SyntaxFailure) {
      let kind = try word == "rename" ? rename(mark) : ignore(mark)
      guard self.kind == .end else { throw unexpected("the end of the rule") }
      return Statement(kind: kind, span: span(since: mark))
    } catch {
      return nil
    }
  }
}
