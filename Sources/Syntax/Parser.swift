import Source

/// A syntax error that has been reported; the statement around it is skipped.
struct SyntaxFailure: Error {}

/// Recursive descent over the tokens: the typed tree is returned, the concrete one recorded.
///
/// The productions quoted at its functions are those of `grammar/net.ebnf`.
struct Parser {
  /// A place to which a node reaches back.
  struct Mark {
    let position: Int
    let nodes: Int
  }

  /// Height of the tree, which recursion over it must survive.
  static let maximumHeight = 256

  let source: SourceFile
  let id: SourceID
  let tokens: [Token]
  /// Indices of the tokens that are not trivia; the last one is `end`.
  private let significant: [Int]
  private(set) var position = 0
  private(set) var nodes: [SyntaxTree.Node] = []
  private(set) var diagnostics: DiagnosticSet
  /// Starts of the tokens that already have an error, so that each gets one.
  private var blamed: Set<Int>
  private var depth = 0
  /// The end of the file was reported as missing a bracket; nothing more is said about it.
  var endIsReported = false
  /// Reserved words that were used as names; what reads them is no second error.
  var misnamed: Set<String> = []
  /// The `{` of the bodies being read, outermost first.
  var openBraces: [Token] = []
  /// Statements that are wrong only if no `}` is missing before them.
  var doubts: [(finding: Diagnostic, opening: Token)] = []
  /// Braces whose two lines are indented differently, the innermost first.
  var crookedBraces: [(opening: Token, closing: Token)] = []

  init(_ source: SourceFile, id: SourceID, tokens: [Token], diagnostics: DiagnosticSet) {
    self.source = source
    self.id = id
    self.tokens = tokens
    self.diagnostics = diagnostics
    significant = tokens.indices.filter { !tokens[$0].kind.isTrivia }
    blamed = Set(diagnostics.all.compactMap { $0.span?.lower })
  }

  // MARK: Cursor

  var current: Token { tokens[significant[position]] }
  var kind: Token.Kind { current.kind }

  func lookahead(_ distance: Int) -> Token {
    tokens[significant[min(position + distance, significant.count - 1)]]
  }

  /// Takes the current token; the end is never taken.
  @discardableResult
  mutating func advance() -> Token {
    let token = current
    if position < significant.count - 1 { position += 1 }
    return token
  }

  mutating func take(_ kind: Token.Kind) -> Bool {
    guard self.kind == kind else { return false }
    advance()
    return true
  }

  func isWord(_ word: StaticString, at distance: Int = 0) -> Bool {
    let token = lookahead(distance)
    guard token.kind == .name || token.kind == .reserved else { return false }
    return text(token) == "\(word)"
  }

  mutating func takeWord(_ word: StaticString) -> Bool {
    guard isWord(word) else { return false }
    advance()
    return true
  }

  mutating func expect(
    _ kind: Token.Kind, _ wanted: String, help: String? = nil
  ) throws(SyntaxFailure) {
    if !take(kind) { throw unexpected(wanted, help: help) }
  }

  mutating func expectWord(_ word: StaticString, help: String? = nil) throws(SyntaxFailure) {
    if !takeWord(word) { throw unexpected("`\(word)`", help: help) }
  }

  mutating func expectName(_ wanted: String) throws(SyntaxFailure) -> Name {
    if kind == .reserved {
      misnamed.insert(text(current))
      throw fail(.reservedWord(text(current), wanted, at: span(current)))
    }
    guard kind == .name else { throw unexpected(wanted) }
    return name(advance())
  }

  /// Closes a bracket; a line, body or file that ends before it is an unclosed bracket.
  mutating func expectClose(
    _ kind: Token.Kind, _ spelling: String, of opening: Token, else wanted: String
  ) throws(SyntaxFailure) {
    if take(kind) { return }
    if self.kind == .end {
      throw fail(.unclosed(text(opening), spelling, span(opening), at: span(current)))
    }
    if self.kind == .terminator || self.kind == .closeBrace {
      let end = lookahead(-1).upper
      let place = Span(source: id, lower: end, upper: end)
      throw fail(.unclosed(text(opening), spelling, span(opening), at: place))
    }
    let note = Diagnostic.Note("`\(text(opening))` is opened here", at: span(opening))
    if self.kind.closesBracket {
      var finding = Diagnostic.unmatched(text(current), at: span(current), wanted: wanted)
      finding.notes.append(note)
      throw fail(finding)
    }
    throw fail(.unexpected(wanted, found: found, at: span(current), note: note))
  }

  func text(_ token: Token) -> String {
    String(decoding: source.bytes[token.lower..<token.upper], as: UTF8.self)
  }

  func name(_ token: Token) -> Name { Name(text(token), span(token)) }

  func span(_ token: Token) -> Span { Span(source: id, lower: token.lower, upper: token.upper) }

  // MARK: Nodes

  var here: Mark { Mark(position: position, nodes: nodes.count) }

  /// The text from a mark to the last taken token.
  func span(since mark: Mark) -> Span {
    let first = tokens[significant[mark.position]]
    guard position > mark.position else {
      return Span(source: id, lower: first.lower, upper: first.lower)
    }
    return Span(
      source: id, lower: first.lower, upper: tokens[significant[position - 1]].upper)
  }

  /// Records what was read since the mark as one node.
  mutating func close(_ kind: SyntaxTree.Kind, since mark: Mark) throws(SyntaxFailure) {
    record(kind, since: mark)
    if let node = nodes.last, node.height > Self.maximumHeight {
      throw fail(.expressionTooLong(at: span(since: mark)))
    }
  }

  mutating func record(_ kind: SyntaxTree.Kind, since mark: Mark) {
    let first = significant[mark.position]
    let end = position > mark.position ? significant[position - 1] + 1 : first
    record(kind, tokens: first..<end, since: mark.nodes)
  }

  mutating func record(_ kind: SyntaxTree.Kind, tokens: Range<Int>, since first: Int) {
    var height = 0
    var child = nodes.count - 1
    while child >= first {
      height = max(height, nodes[child].height)
      child -= nodes[child].descendants + 1
    }
    // What was too long to be read keeps its tokens but no structure.
    if kind == .error && height >= Self.maximumHeight {
      nodes.removeSubrange(first...)
      height = 0
    }
    nodes.append(
      SyntaxTree.Node(
        kind: kind, tokens: tokens, descendants: nodes.count - first, height: height + 1))
  }

  /// Reads what lies inside a bracket or prefix, one level deeper.
  mutating func nested<Value>(
    _ read: (inout Parser) throws(SyntaxFailure) -> Value
  ) throws(SyntaxFailure) -> Value {
    depth += 1
    defer { depth -= 1 }
    if depth > Lexer.maximumNesting { throw fail(.nestedTooDeep(at: span(current))) }
    return try read(&self)
  }

  // MARK: Errors

  /// Reports a finding, unless the place already has one.
  mutating func report(_ diagnostic: Diagnostic) {
    guard let place = diagnostic.span, diagnostics.all.count < Lexer.maximumDiagnostics else {
      return
    }
    if place.lower >= source.bytes.count {
      if endIsReported { return }
      endIsReported = true
    }
    if blamed.insert(place.lower).inserted { diagnostics.add(diagnostic) }
  }

  /// The findings of lexer and parser in the order of the text.
  var sortedDiagnostics: DiagnosticSet {
    let ordered = diagnostics.all.enumerated().sorted {
      ($0.element.span?.lower ?? 0, $0.offset) < ($1.element.span?.lower ?? 0, $1.offset)
    }
    var set = DiagnosticSet()
    for item in ordered { set.add(item.element) }
    return set
  }

  mutating func fail(_ diagnostic: Diagnostic) -> SyntaxFailure {
    if kind != .invalid { report(diagnostic) }
    return SyntaxFailure()
  }

  mutating func unexpected(_ wanted: String, help: String? = nil) -> SyntaxFailure {
    if kind.closesBracket {
      return fail(.unmatched(text(current), at: span(current), wanted: wanted))
    }
    if let place = endOfLine {
      return fail(.unexpected(wanted, found: "the end of the line", at: place, help: help))
    }
    return fail(.unexpected(wanted, found: found, at: span(current), help: help))
  }

  /// The end of the line before, where a `}` on a line of its own ends a statement.
  private var endOfLine: Span? {
    guard kind == .closeBrace, position > 0 else { return nil }
    let previous = tokens[significant[position - 1]]
    let between = tokens[significant[position - 1]..<significant[position]]
    guard !previous.kind.continuesLine, between.contains(where: { $0.kind == .newline }) else {
      return nil
    }
    return Span(source: id, lower: previous.upper, upper: previous.upper)
  }

  /// The current token in words.
  var found: String {
    switch kind {
    case .end: "the end of the file"
    case .terminator: text(current) == ";" ? "`;`" : "the end of the line"
    case .text: "the text \(Self.clipped(text(current)))"
    case .integer, .decimal: "the number `\(Self.clipped(text(current)))`"
    case .size: "the size `\(Self.clipped(text(current)))`"
    case .name: "the name `\(Self.clipped(text(current)))`"
    default: "`\(Self.clipped(text(current)))`"
    }
  }

  /// The text, cut where a message would grow too long.
  static func clipped(_ text: String) -> String {
    text.count > 40 ? text.prefix(37) + "…" : text
  }
}

extension Diagnostic {
  static func unexpected(
    _ wanted: String, found: String, at span: Span, note: Note? = nil, help: String? = nil
  ) -> Diagnostic {
    Diagnostic(
      .unexpected, "expected \(wanted), found \(found)", at: span,
      notes: note.map { [$0] } ?? [],
      help: help)
  }

  static func unclosed(
    _ opening: String, _ closing: String, _ openingSpan: Span, at span: Span
  ) -> Diagnostic {
    Diagnostic(
      .unclosed, "`\(opening)` is not closed", at: span,
      notes: [Note("it is opened here", at: openingSpan)], help: "write `\(closing)` before this")
  }

  static func unmatched(_ closing: String, at span: Span, wanted: String) -> Diagnostic {
    Diagnostic(
      .unmatched, "`\(closing)` closes nothing, expected \(wanted)", at: span,
      help: "delete it, or write the bracket it should close")
  }

  static func reservedWord(_ word: String, _ wanted: String, at span: Span) -> Diagnostic {
    Diagnostic(
      .reservedWord, "expected \(wanted), found the word `\(word)`, which cannot be a name",
      at: span, help: "choose another name, such as `\(word)_`")
  }

  static func expressionTooLong(at span: Span) -> Diagnostic {
    Diagnostic(
      .expressionTooLong,
      "the expression chains more than \(Parser.maximumHeight) operators or stages", at: span,
      help: "bind a part of it to a name and go on from there, or use `repeat`")
  }
}
