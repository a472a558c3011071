import Source

extension Lexer {
  /// `@` and the path that clings to it.
  mutating func label() {
    let start = position
    position += 1
    append(.at, from: start)
    labelRest(isFirst: true)
  }

  /// The next piece of a label: text, then perhaps the brace of an expression.
  mutating func labelRest(isFirst: Bool) {
    let start = position
    while let byte = peek(0), Self.isLabelByte(byte) { position += 1 }
    let opens = peek(0) == UInt8(ascii: "{")
    let piece = bytes[start..<position]
    if isFirst && piece.isEmpty && !opens {
      report(.emptyLabel(at: span(start - 1, start)))
    } else {
      let dot = UInt8(ascii: ".")
      let isDoubled = zip(piece, piece.dropFirst()).contains { $0 == dot && $1 == dot }
      let isOpenEnded = piece.last == dot && !opens
      if isDoubled || isOpenEnded || (isFirst && piece.first == dot) {
        report(.emptyLabelPart(at: span(start, position)))
      }
    }
    if !piece.isEmpty { append(.labelText, from: start) }
    if opens {
      let brace = position
      position += 1
      append(.labelOpen, from: brace)
      nest(.labelOpen, at: brace)
    }
  }

  private static func isLabelByte(_ byte: UInt8) -> Bool {
    isWordByte(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
  }

  // MARK: Globs of weight names

  /// After `rename` and `ignore` at the start of a statement, globs are read verbatim.
  mutating func expectPatterns(after word: String) {
    guard word == "rename" || word == "ignore" else { return }
    var offset = position
    while offset < bytes.count, " \t".utf8.contains(bytes[offset]) { offset += 1 }
    guard offset > position, offset < bytes.count, bytes[offset] != UInt8(ascii: "=") else {
      return
    }
    expectedPatterns = Self.patterns(after: word)
  }

  /// What the rest of a rule reads before its options.
  static func patterns(after word: String) -> [Token.Kind] {
    word == "rename" ? [.pattern, .backArrow, .pattern] : [.pattern]
  }

  /// `true` when the text at `position` is the glob or arrow that is due, which is then taken.
  mutating func scanPattern() -> Bool {
    guard let expected = expectedPatterns.first else { return false }
    let start = position
    if expected == .backArrow {
      if bytes[start...].starts(with: "<-".utf8) { position += 2 }
    } else {
      while let byte = peek(0), Self.isPatternByte(byte) {
        if byte == UInt8(ascii: "/") && peek(1) == byte { break }
        position += 1
      }
    }
    guard position > start else {
      expectedPatterns = []
      return false
    }
    append(expected, from: start)
    expectedPatterns.removeFirst()
    return true
  }

  private static func isPatternByte(_ byte: UInt8) -> Bool {
    isWordByte(byte) || "-.*?/:[]+".utf8.contains(byte)
  }
}

extension Diagnostic {
  static func emptyLabel(at span: Span) -> Diagnostic {
    Diagnostic(
      .malformedLabel, "`@` is not followed by a label", at: span,
      help: "write the path directly after it, as in `@layer1.0`, or `@_` for no prefix")
  }

  static func emptyLabelPart(at span: Span) -> Diagnostic {
    Diagnostic(
      .malformedLabel, "a part of the label is empty", at: span,
      help: "a dot stands between two parts, as in `@convs.{i+1}.0`")
  }
}
