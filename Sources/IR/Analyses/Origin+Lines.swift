import Source

extension Origin {
  /// The lines that wrote it: those of the block calls around it, outermost first, then its own.
  package func lines(_ sources: SourceMap) -> [SourceLine] {
    (calls.map(\.span) + [span]).map { sources.line(of: $0) }
  }

  /// Whether a line wrote it, itself or by calling a block.
  package func isWritten(at line: SourceLine, _ sources: SourceMap) -> Bool {
    (calls.map(\.span) + [span]).contains {
      $0.source == line.source && sources.line(of: $0) == line
    }
  }
}

extension Graph {
  /// The lines of a file that layers come from, ascending.
  package func lines(of source: SourceID, _ sources: SourceMap) -> [Int] {
    var lines: Set<Int> = []
    for node in nodes.map(\.node) + unused {
      for line in node.origin.lines(sources) where line.source == source {
        lines.insert(line.number)
      }
    }
    return lines.sorted()
  }
}
