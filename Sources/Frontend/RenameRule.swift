import Source
import Syntax

/// One rule from the checkpoint's names to the network's: `target <- source`.
package struct RenameRule: Hashable, Sendable {
  package enum Layout: String, CaseIterable, Sendable { case oihw = "OIHW", hwio = "HWIO" }
  /// The network's pattern; nil ignores what the source matches.
  package let target: String?
  package let source: String
  package let layout: Layout?
  /// What is taken of the stored tensor; nil takes all of it.
  package let part: Part?
  package let span: Span

  /// A range of a tensor's output or input channels: `inputs=[64, 128]`, the end excluded.
  package struct Part: Hashable, Sendable {
    package enum Axis: String, CaseIterable, Sendable { case outputs, inputs }
    package let axis: Axis
    package let range: Range<Int>

    package init(_ axis: Axis, _ range: Range<Int>) {
      self.axis = axis
      self.range = range
    }
  }

  package init(
    target: String?, source: String, layout: Layout? = nil, part: Part? = nil, span: Span
  ) {
    self.target = target
    self.source = source
    self.layout = layout
    self.part = part
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
      let (layout, part) = try Self.read(options)
      self.init(
        target: target.text, source: source.text, layout: layout, part: part, span: span)
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

  private static func read(
    _ options: [Argument]
  ) throws(Diagnostic) -> (layout: Layout?, part: Part?) {
    var layout: Layout?
    var part: Part?
    for option in options {
      switch (option.name?.text, option.value.kind) {
      case ("layout", .name(let word)) where layout == nil && Layout(rawValue: word) != nil:
        layout = Layout(rawValue: word)
      case ("outputs", .list(let items)), ("inputs", .list(let items)):
        guard let axis = Part.Axis(rawValue: option.name?.text ?? ""), part == nil,
          items.count == 2, case .integer(let first) = items[0].kind,
          case .integer(let end) = items[1].kind, 0 <= first, first < end
        else {
          throw .badRename(
            "a part of a tensor is given once, by its first channel and the one after its last",
            at: option.span, help: "write `inputs=[64, 128]`, or `outputs=[0, 64]`")
        }
        part = Part(axis, first..<end)
      default:
        throw .badRename(
          "a rename rule has the options `layout=HWIO` or `layout=OIHW`, and `inputs=[0, 64]` or "
            + "`outputs=[0, 64]`", at: option.span,
          help: "HWIO is the order of TensorFlow's kernels, OIHW that of PyTorch's")
      }
    }
    return (layout, part)
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
