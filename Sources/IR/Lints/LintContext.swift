import Source
import Tensors

/// What lints look at: a network that was proved, at the sizes stated for it.
package struct LintContext: Sendable {
  /// The network at one size.
  package struct StatedSize: Sendable {
    package let sizes: Sizes
    package let shapes: [Shape]

    /// As in messages: `513x513`.
    package var text: String { "\(sizes.height)x\(sizes.width)" }
  }

  package let checked: CheckedGraph
  package let stated: [StatedSize]
  /// Files whose lines are no user's: findings in them are drawn where they are used.
  let libraries: Set<SourceID>

  package init(_ checked: CheckedGraph, at sizes: [Sizes], libraries: Set<SourceID>) {
    self.checked = checked
    stated = sizes.compactMap { sizes in
      guard checked.admissible.contains(sizes) else { return nil }
      return checked.shapes(at: sizes).map { StatedSize(sizes: sizes, shapes: $0) }
    }
    self.libraries = libraries
  }

  package var graph: Graph { checked.graph }

  /// Nodes by the line of the user's that makes them, in definition order.
  ///
  /// A layer in a loop, in several instances of a block or deep in a library block is one site with
  /// the others of its line.
  package func sites(of ids: [ValueID]) -> [LintSite] {
    var sites: [LintSite] = []
    var known: [Span: Int] = [:]
    for id in ids {
      guard let origin = graph.node(id)?.origin else { continue }
      let own = spans(of: origin)
      let place = own.last ?? origin.span
      if let index = known[place] {
        sites[index].add(id, own)
        continue
      }
      known[place] = sites.count
      sites.append(LintSite(span: place, origin: origin, lines: own, values: [id]))
    }
    return sites
  }

  /// The layer's place and those of the block calls that lead to it, in the user's files only.
  private func spans(of origin: Origin) -> [Span] {
    (origin.calls.map(\.span) + [origin.span]).filter { !libraries.contains($0.source) }
  }
}

/// Where a finding is drawn, and the values it is about.
package struct LintSite: Sendable {
  package let span: Span
  package private(set) var values: [ValueID]
  /// Where an allowance may stand: at the place and at the block calls that lead to it.
  private var lines: [Span]
  /// The line in the library, or the calls in the user's files.
  private let notes: [Diagnostic.Note]

  init(span: Span, origin: Origin, lines: [Span], values: [ValueID]) {
    self.span = span
    self.lines = lines
    self.values = values
    if origin.span != span {
      notes = [.init("`\(origin.op)` in the library", at: origin.span)]
    } else {
      notes = origin.calls.reversed().map { .init("in `\($0.block)`, used here", at: $0.span) }
    }
  }

  mutating func add(_ id: ValueID, _ spans: [Span]) {
    values.append(id)
    lines += spans.filter { !lines.contains($0) }
  }

  /// A finding here; its own notes come first.
  package func finding(
    _ code: DiagnosticCode, _ message: String, severity: Diagnostic.Severity = .warning,
    notes: [Diagnostic.Note] = [], help: String? = nil
  ) -> LintFinding {
    LintFinding(
      Diagnostic(
        code, message, severity: severity, at: span, notes: notes + self.notes, help: help),
      lines: lines)
  }
}

/// What a lint says, and where it may be allowed.
package struct LintFinding: Sendable {
  package let diagnostic: Diagnostic
  /// An allowance on the line of any of these silences it.
  package let lines: [Span]

  package init(_ diagnostic: Diagnostic, lines: [Span]) {
    self.diagnostic = diagnostic
    self.lines = lines
  }
}
