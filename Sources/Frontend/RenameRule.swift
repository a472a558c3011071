import Source
import Syntax

/// One rule from the checkpoint's names to the network's: `target <- source`.
package struct RenameRule: Hashable, Sendable {
  package enum Layout: String, CaseIterable, Sendable { case oihw = "OIHW", hwio = "HWIO" }
  /// The network's pattern; nil ignores what the source matches.
  package let target: String?
  package let source: String
  package let layout: Layout?
  package let span: Span

  package init(target: String?, source: String, layout: Layout? = nil, span: Span) {
    self.target = target
    self.source = source
    self.layout = layout
    self.span = span
  }

  /// The rule of a `rename` or `ignore` statement.
  init(_ statement: Statement.Kind, at span: Span) throws(Diagnostic) {
    switch statement {
    case .ignore(let pattern): self.init(target: nil, source: pattern.text, span: span)
    case .rename(let target, let source, let options):
      let left = target.text.count(where: { $0 == "*" })
      let right = source.text.count(where: { $0 == "*" })
      guard left == right else {
        let counts = "\(Self.times(left)) on the left and \(Self.times(right)) on the right"
        throw .badRename("`*` stands \(counts)", at: span)
      }
      self.init(
        target: target.text, source: source.text, layout: try Self.layout(options), span: span)
    case .binding, .each, .conditional, .input, .output, .expect, .require, .legend, .weights,
      .convention, .unused:
      preconditionFailure("rules are read from rename and ignore")
    }
  }

  /// Reads a rule as a flag gives it: what follows `word`, which is `rename` or `ignore`.
  ///
  /// The text joins `sources`, so that findings can point at it.
  package static func read(
    flag: String, _ word: String, _ text: String, _ sources: inout SourceMap
  ) -> (rule: RenameRule?, diagnostics: DiagnosticSet) {
    let file = SourceFile(path: flag, bytes: Array(text.utf8))
    let parsed = ParsedRule(word, file, id: sources.add(file))
    var diagnostics = parsed.diagnostics
    guard let statement = parsed.statement, !diagnostics.hasErrors else {
      return (nil, diagnostics)
    }
    do throws(Diagnostic) {
      return (try RenameRule(statement.kind, at: statement.span), diagnostics)
    } catch {
      diagnostics.add(error)
      return (nil, diagnostics)
    }
  }

  private static func layout(_ options: [Argument]) throws(Diagnostic) -> Layout? {
    var layout: Layout?
    for option in options {
      guard option.name?.text == "layout", case .name(let word) = option.value.kind,
        let known = Layout(rawValue: word)
      else {
        throw .badRename(
          "a rename rule has the option `layout=HWIO` or `layout=OIHW`", at: option.span,
          help: "HWIO is the order of TensorFlow's kernels, OIHW that of PyTorch's")
      }
      layout = known
    }
    return layout
  }

  private static func times(_ count: Int) -> String { count == 1 ? "once" : "\(count) times" }
}

extension Diagnostic {
  fileprivate static func badRename(
    _ message: String, at span: Span,
    help: String = "write `rename backbone.* <- module.backbone.*`, with as many `*` on both sides"
  ) -> Diagnostic {
    Diagnostic(.badRename, message, at: span, help: help)
  }
}
