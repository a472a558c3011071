/// Identity of a file in a `SourceMap`.
package struct SourceID: Hashable, Sendable {
  package let index: Int

  package init(index: Int) {
    self.index = index
  }
}

/// A range of UTF-8 offsets in one file.
package struct Span: Hashable, Sendable {
  package let source: SourceID
  package let lower: Int
  package let upper: Int

  package init(source: SourceID, lower: Int, upper: Int) {
    precondition(lower >= 0 && lower <= upper, "a span runs forwards")
    self.source = source
    self.lower = lower
    self.upper = upper
  }

  package func contains(_ other: Span) -> Bool {
    source == other.source && lower <= other.lower && other.upper <= upper
  }

  /// The smallest span that holds both; `other` lies in the same file.
  package func union(_ other: Span) -> Span {
    Span(source: source, lower: min(lower, other.lower), upper: max(upper, other.upper))
  }
}

/// One text with its line starts; offsets are in UTF-8 bytes.
package struct SourceFile: Sendable {
  package let path: String
  package let bytes: [UInt8]
  private let lineStarts: [Int]

  package init(path: String, bytes: [UInt8]) {
    self.path = path
    self.bytes = bytes
    var starts = [0]
    for offset in 0..<bytes.count where bytes[offset] == 0x0A { starts.append(offset + 1) }
    lineStarts = starts
  }

  /// Line and column, both from 1; the column counts characters, clamped to the file.
  package func position(of offset: Int) -> (line: Int, column: Int) {
    let offset = min(max(offset, 0), bytes.count)
    var low = 0
    var high = lineStarts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if lineStarts[middle] <= offset { low = middle } else { high = middle }
    }
    let prefix = bytes[lineStarts[low]..<offset]
    return (low + 1, prefix.count(where: { $0 & 0xC0 != 0x80 }) + 1)
  }

  /// The bytes of a line (from 1), without its line break.
  package func line(_ number: Int) -> ArraySlice<UInt8> {
    let start = lineStarts[number - 1]
    var end = number < lineStarts.count ? lineStarts[number] - 1 : bytes.count
    if end > start, bytes[end - 1] == 0x0D { end -= 1 }
    return bytes[start..<end]
  }
}

/// All files of one compilation, addressed by `SourceID`.
package struct SourceMap: Sendable {
  package private(set) var files: [SourceFile] = []

  package init() {}

  package mutating func add(_ file: SourceFile) -> SourceID {
    files.append(file)
    return SourceID(index: files.count - 1)
  }

  package subscript(id: SourceID) -> SourceFile { files[id.index] }

  /// The text under a span.
  package func text(_ span: Span) -> String {
    String(decoding: self[span.source].bytes[span.lower..<span.upper], as: UTF8.self)
  }

  /// `path:line:column` of the start of a span.
  package func location(_ span: Span) -> String {
    let file = self[span.source]
    let (line, column) = file.position(of: span.lower)
    return "\(file.path):\(line):\(column)"
  }
}
