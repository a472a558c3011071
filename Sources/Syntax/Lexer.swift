import Source

/// Cuts a file into tokens that, joined, are the file again; it never fails, it reports.
package struct Lexer {
  /// What the innermost open bracket is; it decides whether a line break ends a statement.
  enum Bracket { case paren, bracket, angle, brace, label }

  static let maximumBytes = 4 << 20
  static let maximumNesting = 64
  package static let maximumDiagnostics = 100

  let file: SourceFile
  let id: SourceID
  let bytes: [UInt8]
  var position = 0
  package private(set) var tokens: [Token] = []
  package private(set) var diagnostics = DiagnosticSet()
  /// The file was given up: what follows is one invalid token, not worth parsing.
  package private(set) var gaveUp = false
  var brackets: [Bracket] = []
  /// The last two tokens that are not trivia.
  private(set) var previous: Token?
  private(set) var beforePrevious: Token?
  /// What the rest of a `rename` or `ignore` line reads before ordinary tokens.
  var expectedPatterns: [Token.Kind] = []
  /// Where the text after a run of blanks and comments starts, as found last.
  private var knownFollowing = 0

  package init(_ file: SourceFile, id: SourceID) {
    self.file = file
    self.id = id
    bytes = file.bytes
  }

  /// The tokens of the file; the last one is `end`.
  package mutating func run() {
    if bytes.count > Self.maximumBytes {
      report(.fileTooLarge(bytes.count, at: span(0, 0)))
      giveUp()
    } else if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
      position = 3
      append(.byteOrderMark, from: 0)
    }
    checkEncoding()
    while position < bytes.count { scan() }
    append(.end, from: position)
  }

  private mutating func scan() {
    let start = position
    let byte = bytes[position]
    switch byte {
    case UInt8(ascii: " "), UInt8(ascii: "\t"):
      while let next = peek(0), next == UInt8(ascii: " ") || next == UInt8(ascii: "\t") {
        position += 1
      }
      append(.blank, from: start)
    case UInt8(ascii: "\n"):
      lineBreak()
    case UInt8(ascii: "\r") where peek(1) == UInt8(ascii: "\n"):
      lineBreak()
    case UInt8(ascii: "/") where peek(1) == UInt8(ascii: "/"):
      comment()
    default:
      if scanPattern() { return }
      if Self.isLetter(byte) {
        word()
      } else if Self.isDigit(byte) {
        number()
      } else if byte == UInt8(ascii: "\"") {
        text()
      } else if byte == UInt8(ascii: "@") {
        label()
      } else if !punctuation() {
        unknown()
      }
    }
  }

  // MARK: Words and punctuation

  private mutating func word() {
    let start = position
    while let next = peek(0), Self.isWordByte(next) { position += 1 }
    let word = String(decoding: bytes[start..<position], as: UTF8.self)
    let startsStatement =
      previous.map { [.terminator, .openBrace].contains($0.kind) } ?? true
    append(Token.reservedWords.contains(word) ? .reserved : .name, from: start)
    if startsStatement { expectPatterns(after: word) }
  }

  /// `true` when the text at `position` is a punctuation token, which is then taken.
  private mutating func punctuation() -> Bool {
    let start = position
    let first = bytes[start]
    let second = peek(1)
    func pair(_ character: Unicode.Scalar) -> Bool { second == UInt8(ascii: character) }
    let (kind, length): (Token.Kind, Int)
    switch Character(Unicode.Scalar(first)) {
    case "(": (kind, length) = (isAdjacent(to: [.name]) ? .callOpen : .openParen, 1)
    case "[":
      let isIndex = isAdjacent(to: [.name, .closeParen, .closeBracket, .angleClose])
      (kind, length) = (isIndex ? .indexOpen : .openBracket, 1)
    case ")": (kind, length) = (.closeParen, 1)
    case "]": (kind, length) = (.closeBracket, 1)
    case "{": (kind, length) = (.openBrace, 1)
    case "}": (kind, length) = (closesLabel ? .labelClose : .closeBrace, 1)
    case ",": (kind, length) = (.comma, 1)
    case ";": (kind, length) = (.terminator, 1)
    case ":": (kind, length) = (.colon, 1)
    case ".": (kind, length) = pair(".") && peek(2) == first ? (.ellipsis, 3) : (.dot, 1)
    case "=": (kind, length) = pair("=") ? (.equal, 2) : (.assign, 1)
    case "|" where pair(">"): (kind, length) = (.pipe, 2)
    case "+": (kind, length) = (.plus, 1)
    case "-": (kind, length) = pair(">") ? (.arrow, 2) : (minusKind, 1)
    case "*": (kind, length) = (.star, 1)
    case "/": (kind, length) = (.slash, 1)
    case "%": (kind, length) = (.percent, 1)
    case "!" where pair("="): (kind, length) = (.notEqual, 2)
    case "<":
      (kind, length) = opensAngle ? (.angleOpen, 1) : pair("=") ? (.lessOrEqual, 2) : (.less, 1)
    case ">" where brackets.last == .angle: (kind, length) = (.angleClose, 1)
    case ">": (kind, length) = pair("=") ? (.greaterOrEqual, 2) : (.greater, 1)
    default: return false
    }
    position += length
    append(kind, from: start)
    nest(kind, at: start)
    if kind == .labelClose { labelRest(isFirst: false) }
    return true
  }

  /// `-` directly before a digit and not directly after an operand is a sign.
  private var minusKind: Token.Kind {
    guard let next = peek(1), Self.isDigit(next) else { return .minus }
    let operands: Set<Token.Kind> = [
      .name, .reserved, .integer, .decimal, .size, .factor, .text, .closeParen, .closeBracket,
    ]
    return isAdjacent(to: operands) ? .minus : .prefixMinus
  }

  /// `<` directly after the name that follows `|>`, `block` or a label opens rates.
  private var opensAngle: Bool {
    guard isAdjacent(to: [.name]), let before = beforePrevious else { return false }
    switch before.kind {
    case .pipe, .labelText, .labelClose: return true
    case .name: return bytes[before.lower..<before.upper].elementsEqual("block".utf8)
    default: return false
    }
  }

  private func isAdjacent(to kinds: Set<Token.Kind>) -> Bool {
    guard let previous else { return false }
    return previous.upper == position && kinds.contains(previous.kind)
  }

  // MARK: Brackets and line breaks

  private var closesLabel: Bool {
    brackets.last { $0 == .label || $0 == .brace } == .label
  }

  mutating func nest(_ kind: Token.Kind, at start: Int) {
    switch kind {
    case .openParen, .callOpen: brackets.append(.paren)
    case .openBracket, .indexOpen: brackets.append(.bracket)
    case .angleOpen: brackets.append(.angle)
    case .openBrace: brackets.append(.brace)
    case .labelOpen: brackets.append(.label)
    case .closeParen: close(.paren)
    case .closeBracket: close(.bracket)
    case .angleClose: close(.angle)
    case .closeBrace: close(.brace)
    case .labelClose: close(.label)
    default: return
    }
    if brackets.count > Self.maximumNesting {
      report(.nestedTooDeep(at: span(start, start + 1)))
      giveUp()
    }
  }

  /// Closes the innermost such bracket; a paren, bracket or angle does not reach past a brace.
  private mutating func close(_ bracket: Bracket) {
    guard let index = brackets.lastIndex(of: bracket) else { return }
    let isBlocked = brackets[(index + 1)...].contains { $0 == .brace || $0 == .label }
    if isBlocked && bracket != .brace && bracket != .label { return }
    brackets.removeSubrange(index...)
  }

  /// A line break is a terminator, or only a newline where the statement goes on.
  private mutating func lineBreak() {
    let start = position
    position += bytes[position] == UInt8(ascii: "\r") ? 2 : 1
    expectedPatterns = []
    if closesLabel, let index = brackets.lastIndex(of: .label) { brackets.removeSubrange(index...) }
    append(endsStatement() ? .terminator : .newline, from: start)
  }

  private mutating func endsStatement() -> Bool {
    guard let previous, previous.kind != .terminator, previous.kind != .openBrace else {
      return false
    }
    let next = following()
    if let innermost = brackets.last, innermost != .brace {
      guard startsDeclaration(next) else { return false }
      brackets = []
      return true
    }
    if previous.kind.continuesLine { return false }
    if previous.kind == .reserved {
      let word = String(decoding: bytes[previous.lower..<previous.upper], as: UTF8.self)
      if Token.continuingWords.contains(word) { return false }
    }
    guard next < bytes.count, bytes[next] != UInt8(ascii: "}") else { return false }
    return !bytes[next...].starts(with: "|>".utf8)
  }

  /// Where the next text that is neither blank nor comment starts.
  private mutating func following() -> Int {
    if knownFollowing > position { return knownFollowing }
    var offset = position
    while offset < bytes.count {
      let byte = bytes[offset]
      if byte == UInt8(ascii: "/") && offset + 1 < bytes.count && bytes[offset + 1] == byte {
        while offset < bytes.count && bytes[offset] != UInt8(ascii: "\n") { offset += 1 }
      } else if " \t\r\n".utf8.contains(byte) {
        offset += 1
      } else {
        break
      }
    }
    knownFollowing = offset
    return offset
  }

  /// `block` or `network` at the very start of a line starts a declaration, whatever is open.
  private func startsDeclaration(_ offset: Int) -> Bool {
    guard offset > 0, bytes[offset - 1] == UInt8(ascii: "\n") else { return false }
    return ["block ", "network "].contains { bytes[offset...].starts(with: $0.utf8) }
  }

  // MARK: Helpers

  func peek(_ distance: Int) -> UInt8? {
    position + distance < bytes.count ? bytes[position + distance] : nil
  }

  func span(_ lower: Int, _ upper: Int) -> Span { Span(source: id, lower: lower, upper: upper) }

  mutating func append(_ kind: Token.Kind, from start: Int) {
    let token = Token(kind, start, position)
    tokens.append(token)
    if !kind.isTrivia {
      beforePrevious = previous
      previous = token
    }
  }

  mutating func report(_ diagnostic: Diagnostic) {
    if diagnostics.all.count < Self.maximumDiagnostics { diagnostics.add(diagnostic) }
  }

  /// Makes the rest of the file one invalid token.
  mutating func giveUp() {
    gaveUp = true
    let start = position
    position = bytes.count
    if start < position { append(.invalid, from: start) }
  }

  static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  static func isLetter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) || byte == UInt8(ascii: "_")
  }

  static func isWordByte(_ byte: UInt8) -> Bool { isLetter(byte) || isDigit(byte) }
}

extension Diagnostic {
  static func fileTooLarge(_ count: Int, at span: Span) -> Diagnostic {
    Diagnostic(
      .fileTooLarge,
      "the file has \(count) bytes, more than the \(Lexer.maximumBytes) allowed",
      at: span, help: "split it into files that are joined with `use \"./part.net\"`")
  }

  static func nestedTooDeep(at span: Span) -> Diagnostic {
    Diagnostic(
      .nestedTooDeep, "nested more than \(Lexer.maximumNesting) levels deep", at: span,
      help: "bind an inner part to a name of its own, or move it into a block")
  }
}
