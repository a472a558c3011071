/// One layout of a file, given the pipes that must be broken; it finds the lines that are too long.
struct Page {
  static let width = 100

  private let formatter: Formatter
  private let forced: Set<Int>
  private(set) var text = ""
  /// Pipes to break because their line is too long.
  private(set) var wanted: Set<Int> = []

  private var lineIndent = 0
  private var column = 0
  private var lineIsEmpty = true
  /// `|>` on the current line but not at its start, with the depth of brackets around them.
  private var pipesOnLine: [(word: Int, depth: Int)] = []
  /// Open brackets and braces with the indent of the line that opens them.
  private var open: [(isBrace: Bool, indent: Int)] = []
  private var labelDepth = 0
  /// The indent of the line that a pipeline starts on, by its first word.
  private var indentOfStart: [Int: Int] = [:]
  private let starts: Set<Int>

  init(_ formatter: Formatter, forced: Set<Int>) {
    self.formatter = formatter
    self.forced = forced
    starts = Set(formatter.pipelineStarts.values)
  }

  mutating func run() {
    for index in formatter.words.indices { print(index) }
    endLine()
  }

  private mutating func print(_ index: Int) {
    let word = formatter.words[index]
    separate(index, word)
    if starts.contains(index) { indentOfStart[index] = lineIndent }
    if word.kind == .pipe && !lineIsEmpty && labelDepth == 0 {
      pipesOnLine.append((index, open.count))
    }
    write(word.text)
    switch word.kind {
    case .openBrace: open.append((true, lineIndent))
    case _ where word.kind.opensBracket: open.append((false, lineIndent))
    case .closeBrace: open.removeLast()
    case _ where word.kind.closesBracket: open.removeLast()
    case .labelOpen: labelDepth += 1
    case .labelClose: labelDepth -= 1
    default: break
    }
  }

  // MARK: Between two words

  private mutating func separate(_ index: Int, _ word: Formatter.Word) {
    let gap = word.gap
    let before = index > 0 ? formatter.words[index - 1] : nil
    let isBoundary =
      gap.endsStatement || before?.kind == .openBrace || word.kind == .closeBrace || before == nil
      || word.kind == .end
    let indent = indent(of: index, word, isBoundary: isBoundary)
    if before?.kind == .openBrace && word.kind == .closeBrace && gap.comments.isEmpty { return }
    for (number, comment) in gap.comments.enumerated() {
      if comment.startsLine {
        let isFirst = (before == nil || before?.kind == .openBrace) && number == 0
        breakLine(
          // A comment before `}` belongs to the body.
          indent: word.kind == .closeBrace ? indent + 2 : indent,
          blank: isBoundary && comment.followsBlankLine && !isFirst)
        write(comment.text)
      } else {
        let length = column
        write("  " + comment.text)
        column = length
      }
    }
    if isBoundary {
      let keepsBlank = word.kind != .closeBrace && word.kind != .end
      let isFirst = before?.kind == .openBrace && gap.comments.isEmpty
      breakLine(
        indent: indent,
        blank: gap.breaks > 1 && keepsBlank && !isFirst && (before != nil || !gap.comments.isEmpty))
    } else if !gap.comments.isEmpty || breaks(index, word, before) {
      breakLine(indent: indent, blank: false)
    } else if !isGlued(index, word, before) {
      write(" ")
    }
  }

  private func breaks(_ index: Int, _ word: Formatter.Word, _ before: Formatter.Word?) -> Bool {
    if labelDepth > 0 { return false }
    if word.kind == .pipe {
      let next = index + 1 < formatter.words.count ? formatter.words[index + 1].gap.breaks : 0
      return word.gap.breaks > 0 || next > 0 || forced.contains(index)
    }
    guard word.gap.breaks > 0, let before, before.kind != .pipe else { return false }
    return before.kind.opensBracket || before.kind.continuesLine || word.kind.closesBracket
      || Token.continuingWords.contains(before.text) && before.kind == .reserved
  }

  /// Where the word would stand if it started a line.
  private func indent(of index: Int, _ word: Formatter.Word, isBoundary: Bool) -> Int {
    guard let innermost = open.last else { return isBoundary ? 0 : pipeIndent(index) ?? 2 }
    if word.kind == .closeBrace || word.kind.closesBracket { return innermost.indent }
    if isBoundary { return innermost.indent + 2 }
    return pipeIndent(index) ?? innermost.indent + (innermost.isBrace ? 4 : 2)
  }

  /// One level deeper than the line its pipeline starts on.
  private func pipeIndent(_ index: Int) -> Int? {
    formatter.pipelineStarts[index].flatMap { indentOfStart[$0] }.map { $0 + 2 }
  }

  /// Whether two words of a line stand without a space between them.
  private func isGlued(_ index: Int, _ word: Formatter.Word, _ before: Formatter.Word?) -> Bool {
    guard let before else { return true }
    if formatter.loopParens.contains(index) { return false }
    switch word.kind {
    // `3...` would be read as one number.
    case .ellipsis where before.kind.isNumber: return false
    case .comma, .closeParen, .closeBracket, .angleClose, .callOpen, .indexOpen, .angleOpen, .colon,
      .dot, .ellipsis, .labelText, .labelOpen, .labelClose:
      return true
    default: break
    }
    switch before.kind {
    case .openParen, .callOpen, .openBracket, .indexOpen, .angleOpen, .dot, .at, .labelOpen:
      return true
    default: break
    }
    if formatter.headerBrackets.contains(index) || formatter.signs.contains(index - 1)
      || formatter.argumentAssigns.contains(index) || formatter.argumentAssigns.contains(index - 1)
    {
      return true
    }
    // Inside the braces of a label operators are written tight: `@convs.{i+1}`.
    return labelDepth > 0 && (isTight(index, word.kind) || isTight(index - 1, before.kind))
  }

  private func isTight(_ index: Int, _ kind: Token.Kind) -> Bool {
    kind.continuesLine && kind != .comma && kind != .pipe && !formatter.signs.contains(index)
  }

  // MARK: Lines

  private mutating func write(_ piece: String) {
    if piece.isEmpty { return }
    if lineIsEmpty && piece != " " {
      text += String(repeating: " ", count: lineIndent)
      column = lineIndent
      lineIsEmpty = false
    }
    text += piece
    column += piece.unicodeScalars.count
  }

  private mutating func endLine() {
    guard !lineIsEmpty else { return }
    if column > Self.width, let outermost = pipesOnLine.map(\.depth).min() {
      wanted.formUnion(pipesOnLine.filter { $0.depth == outermost }.map(\.word))
    }
    text += "\n"
    lineIsEmpty = true
    column = 0
    pipesOnLine = []
  }

  private mutating func breakLine(indent: Int, blank: Bool) {
    endLine()
    if blank { text += "\n" }
    lineIndent = indent
  }
}
