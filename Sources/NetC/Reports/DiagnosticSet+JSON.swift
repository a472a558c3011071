import Source

extension Diagnostic {
  /// As in `check --json`; line and column from 1, null where there is no source text.
  package func json(_ sources: SourceMap) -> JSON {
    let file = span.map { sources[$0.source] }
    let position = span.flatMap { span in file?.position(of: span.lower) }
    return .members([
      "code": .text(code.id), "severity": .text(severity.rawValue),
      "file": .optional(file?.path ?? path), "line": .optional(position?.line),
      "column": .optional(position?.column), "message": .text(message),
      "help": .optional(help),
      "notes": .array(notes.map { .text($0.message) }),
    ])
  }
}
