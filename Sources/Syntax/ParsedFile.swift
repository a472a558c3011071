import Source

/// What parsing makes of a text: the concrete tree, the typed tree and the findings.
///
/// The typed tree lacks the statements that could not be read; it is complete when the findings
/// hold no error.
package struct ParsedFile: Sendable {
  package let tree: SyntaxTree
  package let file: FileSyntax
  package let diagnostics: DiagnosticSet
  /// The lints that its comments allow.
  package let allowances: [Allowance]
}

/// Reads a text; never fails, whatever the bytes are.
package func parse(_ file: SourceFile, id: SourceID) -> ParsedFile {
  var lexer = Lexer(file, id: id)
  lexer.run()
  var parser = Parser(file, id: id, tokens: lexer.tokens, diagnostics: lexer.diagnostics)
  let syntax = lexer.gaveUp ? parser.skipFile() : parser.file()
  let tree = SyntaxTree(file: file, tokens: lexer.tokens, nodes: parser.nodes)
  let comments = AllowanceReader(file, id: id, tokens: lexer.tokens)
  var diagnostics = parser.sortedDiagnostics
  diagnostics.add(contentsOf: comments.diagnostics)
  return ParsedFile(
    tree: tree, file: syntax, diagnostics: diagnostics, allowances: comments.allowances)
}
