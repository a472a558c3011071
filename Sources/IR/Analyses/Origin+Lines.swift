import Source

extension Origin {
  /// Whether a line wrote it, itself or by calling a block.
  package func isWritten(at line: SourceLine, _ sources: SourceMap) -> Bool {
    let file = sources[line.source]
    guard (1...file.lineCount).contains(line.number) else { return false }
    let bytes = file.line(line.number).indices
    return spans.contains { $0.source == line.source && bytes.contains($0.lower) }
  }

  /// Of the block calls around it, outermost first, then its own.
  fileprivate var spans: [Span] { calls.map(\.span) + [span] }
}

extension Graph {
  /// The lines of a file that layers come from, ascending.
  package func lines(of source: SourceID, _ sources: SourceMap) -> [Int] {
    var places: Set<Int> = []
    for node in nodes.map(\.node) + unused {
      for span in node.origin.spans where span.source == source { places.insert(span.lower) }
    }
    let file = sources[source]
    return Set(places.map { file.position(of: $0).line }).sorted()
  }
}
