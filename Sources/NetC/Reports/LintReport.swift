import Frontend
import IR
import Source
import Syntax

/// What the lints say of a network, and which of it the file's comments allow.
package struct LintReport: Sendable {
  package private(set) var findings = DiagnosticSet()
  /// What is not said, with the comment that silences it.
  package private(set) var allowed: [(finding: Diagnostic, allowance: Allowance)] = []
  /// The sizes looked at.
  package let sizes: [Sizes]

  /// `size` is one asked for; without it, and with the file's own settings, the file's sizes are
  /// looked at and its allowances have to silence something.
  package init(
    _ checked: CheckedGraph, _ elaboration: Elaboration, usual: Elaboration? = nil,
    _ program: Program, at size: Sizes? = nil
  ) {
    sizes =
      (size ?? checked.onlySize).map { [$0] }
      ?? program.statedSizes(elaboration, usual: usual ?? elaboration)
    let context = LintContext(
      checked, at: sizes, convention: elaboration.facts.convention, libraries: program.libraries,
      root: program.root)
    let allowances = program.allowances
    let byLine = Dictionary(
      grouping: allowances.indices,
      by: { index in
        allowances[index].line.map { SourceLine(source: allowances[index].span.source, number: $0) }
      })
    var idle = allowances.map { _ in true }
    for finding in Self.all(context, program) {
      let places = Set(finding.lines.map { program.sources.line(of: $0) })
      let matching = places.flatMap { byLine[$0] ?? [] }.sorted().filter {
        allowances[$0].code == finding.diagnostic.code
      }
      for index in matching { idle[index] = false }
      if let first = matching.first {
        allowed.append((finding.diagnostic, allowances[first]))
      } else {
        findings.add(finding.diagnostic)
      }
    }
    guard size == nil, usual == nil else { return }
    for (allowance, isIdle) in zip(allowances, idle)
    where isIdle && allowance.span.source == program.root {
      findings.add(.idleAllowance(allowance, at: sizes))
    }
  }
}

extension LintReport {
  /// Findings of the graph, then those of names.
  private static func all(_ context: LintContext, _ program: Program) -> [LintFinding] {
    let found = lint(context)
    let names = program.unreadNames(besides: found.map(\.diagnostic)).map { diagnostic in
      LintFinding(diagnostic, lines: diagnostic.span.map { [$0] } ?? [])
    }
    return found + names
  }
}

extension Diagnostic {
  fileprivate static func idleAllowance(_ allowance: Allowance, at sizes: [Sizes]) -> Diagnostic {
    let list = sizes.prefix(4).map { "\($0.height)x\($0.width)" }.joined(separator: ", ")
    let looked = sizes.isEmpty ? "the file states no size" : "looked at: \(list)"
    return Diagnostic(
      .idleAllowance, "this allowance silences nothing: there is no \(allowance.code) on its line",
      severity: .warning, at: allowance.span,
      notes: [Note(looked + (sizes.count > 4 ? " and \(sizes.count - 4) more" : ""))],
      help: "take it out, or move it to the end of the line where \(allowance.code) is drawn")
  }
}
