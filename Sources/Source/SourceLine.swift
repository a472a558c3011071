/// A line of a file, counted from 1.
package struct SourceLine: Hashable, Sendable {
  package let source: SourceID
  package let number: Int

  package init(source: SourceID, number: Int) {
    self.source = source
    self.number = number
  }
}

extension SourceMap {
  /// The line on which a span begins.
  package func line(of span: Span) -> SourceLine {
    SourceLine(source: span.source, number: self[span.source].position(of: span.lower).line)
  }
}

extension SourceFile {
  /// Lines of the text; what ends with a line break has no empty line behind it.
  package var lineCount: Int {
    let last = position(of: bytes.count)
    return last.column == 1 && last.line > 1 ? last.line - 1 : last.line
  }
}
