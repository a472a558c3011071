/// A finding about the user's input, in the field's words, with its place and one fix.
package struct Diagnostic: Error, Sendable {
  package enum Severity: String, Sendable {
    case error, warning
    /// Worth knowing: it fails nothing, `-W error` included.
    case note
  }

  /// The other site of a finding: an operand and where it comes from.
  package struct Note: Sendable {
    package let message: String
    package let span: Span?

    package init(_ message: String, at span: Span? = nil) {
      self.message = message
      self.span = span
    }
  }

  package let code: DiagnosticCode
  package let severity: Severity
  package let message: String
  /// Where it is, in a source text.
  package let span: Span?
  /// The file it is about, where there is no source text (weights, pictures).
  package let path: String?
  package var notes: [Note]
  package var help: String?
  /// Lines to copy into a spec, which the help introduces.
  package var lines: [String] = []

  package init(
    _ code: DiagnosticCode, _ message: String, severity: Severity = .error, at span: Span? = nil,
    path: String? = nil, notes: [Note] = [], help: String? = nil
  ) {
    self.code = code
    self.severity = severity
    self.message = message
    self.span = span
    self.path = path
    self.notes = notes
    self.help = help
  }
}

/// The findings of a compilation in the order they were made.
package struct DiagnosticSet: Sendable {
  package private(set) var all: [Diagnostic] = []

  package init() {}

  package mutating func add(_ diagnostic: Diagnostic) {
    all.append(diagnostic)
  }

  package mutating func add(contentsOf other: DiagnosticSet) {
    all += other.all
  }

  package var hasErrors: Bool { all.contains { $0.severity == .error } }
  /// Whether `-W error` fails the command.
  package var hasWarnings: Bool { all.contains { $0.severity != .note } }
  package var isEmpty: Bool { all.isEmpty }
}
