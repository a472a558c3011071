import Source
import Tensors

/// What lints look at: a network that was proved, at the sizes stated for it.
package struct LintContext: Sendable {
  /// The network at one size.
  package struct StatedSize: Sendable {
    package let sizes: Sizes
    package let shapes: [Shape]
  }

  package let checked: CheckedGraph
  package let stated: [StatedSize]
  package let nodes: [(id: ValueID, node: Node)]
  /// How many nodes and outputs read each value.
  package let readers: [Int]
  /// The framework whose pads and grids the network declares it was trained with.
  package let convention: Convention?
  /// Files whose lines are no user's: findings in them are drawn where they are used.
  let libraries: Set<SourceID>
  /// The file of the network.
  let root: SourceID

  package init(
    _ checked: CheckedGraph, at sizes: [Sizes], convention: Convention? = nil,
    libraries: Set<SourceID>, root: SourceID
  ) {
    self.checked = checked
    self.convention = convention
    self.root = root
    nodes = checked.graph.nodes
    var readers = [Int](repeating: 0, count: checked.graph.values.count)
    for (_, node) in nodes { for input in node.inputs { readers[input.index] += 1 } }
    for output in checked.graph.outputs { readers[output.value.index] += 1 }
    self.readers = readers
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
  ///
  /// `inRoot` draws at the network's own file even what another file of the user's makes.
  package func sites(of ids: [ValueID], inRoot: Bool = false) -> [LintSite] {
    var sites: [LintSite] = []
    var known: [Span: Int] = [:]
    for id in ids {
      guard let origin = graph.node(id)?.origin else { continue }
      let own = spans(of: origin)
      let place = own.last { !inRoot || $0.source == root } ?? origin.span
      if let index = known[place] {
        sites[index].add(id, own)
        continue
      }
      known[place] = sites.count
      sites.append(
        LintSite(
          span: place, origin: origin, lines: own, values: [id],
          isInLibrary: libraries.contains(origin.span.source)))
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
  /// Whether the layers are the library's, which cannot be edited.
  package let isInLibrary: Bool
  package private(set) var values: [ValueID]
  /// Where an allowance may stand: at the place and at the block calls that lead to it.
  private var lines: [Span]
  /// The line in the library, or the calls in the user's files.
  private let notes: [Diagnostic.Note]

  init(
    span: Span, origin: Origin, lines: [Span], values: [ValueID], isInLibrary: Bool
  ) {
    self.isInLibrary = isInLibrary
    self.span = span
    self.lines = lines
    self.values = values
    if origin.span != span {
      notes = [.init("`\(origin.op)` stands here", at: origin.span)]
    } else {
      notes = origin.calls.reversed().map { .init("in `\($0.block)`, used here", at: $0.span) }
    }
  }

  mutating func add(_ id: ValueID, _ spans: [Span]) {
    values.append(id)
    lines += spans.filter { !lines.contains($0) }
  }

  /// A finding here; its own notes come first, then the layer's place in a library or the block calls
  /// around it, unless the line alone says it all.
  package func finding(
    _ code: DiagnosticCode, _ message: String, severity: Diagnostic.Severity = .warning,
    notes: [Diagnostic.Note] = [], help: String? = nil, isOfLine: Bool = false
  ) -> LintFinding {
    LintFinding(
      Diagnostic(
        code, message, severity: severity, at: span, notes: notes + (isOfLine ? [] : self.notes),
        help: help),
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
