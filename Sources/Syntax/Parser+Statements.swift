import Source

/// Whose braces a statement stands in; a block may hold less than a network.
enum BodyContext: String {
  case network, block, each, `repeat`
}

extension Parser {
  /// network_body = "{" [ network_statement { terminator network_statement } [ terminator ] ] "}"
  ///
  /// block_body = "{" [ block_statement { terminator block_statement } [ terminator ] ] "}"
  mutating func body(_ context: BodyContext) throws(SyntaxFailure) -> [Statement] {
    try braces { parser throws(SyntaxFailure) in try parser.statement(context) }
  }

  /// A brace with one item a line; a broken item becomes an error node and the next is read.
  mutating func braces<Item>(
    _ item: (inout Parser) throws(SyntaxFailure) -> Item
  ) throws(SyntaxFailure) -> [Item] {
    let mark = here
    let opening = current
    try expect(.openBrace, "`{`")
    openBraces.append(opening)
    defer { openBraces.removeLast() }
    let items = try nested { parser throws(SyntaxFailure) in
      var items: [Item] = []
      while parser.kind != .end && parser.kind != .closeBrace {
        if parser.startsOtherDeclaration { break }
        let start = parser.here
        do throws(SyntaxFailure) {
          items.append(try item(&parser))
          if ![.terminator, .closeBrace, .end].contains(parser.kind) {
            throw parser.afterStatement()
          }
          _ = parser.take(.terminator)
        } catch {
          parser.skipLine()
          // A statement that starts with a terminator or is empty is skipped with it.
          if parser.position == start.position { parser.advance() }
          parser.record(.error, since: start)
          _ = parser.take(.terminator)
        }
      }
      return items
    }
    let closing = current
    if !take(.closeBrace) {
      if let doubt = doubts.first, let place = doubt.finding.span {
        if !endIsReported { report(.unclosed("{", "}", span(doubt.opening), at: place)) }
        endIsReported = true
        throw SyntaxFailure()
      }
      var finding = Diagnostic.unclosed("{", "}", span(opening), at: span(current))
      if let suspect = crookedBraces.first(where: { $0.opening.lower > opening.lower }) {
        let text = "a `}` may be missing after this one, whose `}` is indented differently"
        finding.notes.append(Diagnostic.Note(text, at: span(suspect.opening)))
      }
      throw fail(finding)
    }
    noteIndentation(opening, closing)
    try close(.body, since: mark)
    return items
  }

  /// Whether the current token starts a line that is indented no deeper than the line of the
  /// innermost `{`.
  var isOutdented: Bool {
    guard let opening = openBraces.last else { return false }
    let line = source.position(of: opening.lower).line
    let indentation = source.line(line).prefix { $0 == UInt8(ascii: " ") }.count
    return source.position(of: current.lower).column - 1 <= indentation
  }

  /// Remembers a pair of braces where the `}` starts a line that is not indented like the `{`'s.
  private mutating func noteIndentation(_ opening: Token, _ closing: Token) {
    let (first, _) = source.position(of: opening.lower)
    let (last, column) = source.position(of: closing.lower)
    guard first != last, crookedBraces.count < 16 else { return }
    let indent = source.line(first).prefix { $0 == UInt8(ascii: " ") }.count
    let before = source.line(last).prefix(column - 1)
    guard before.allSatisfy({ $0 == UInt8(ascii: " ") }), before.count < indent else { return }
    crookedBraces.append((opening, closing))
  }

  /// What follows a statement on its line does not belong to it.
  private mutating func afterStatement() -> SyntaxFailure {
    if kind == .at {
      return fail(.misplacedLabel(at: span(current)))
    }
    if kind == .reserved, isWord("else") {
      return unexpected("the end of the line", help: "`else` follows the `}` of its `if`")
    }
    if kind == .assign {
      return unexpected(
        "the end of the line", help: "a comparison is `==`; a binding is one name, `=` and a value")
    }
    return unexpected("the end of the line")
  }

  /// block_statement = binding | each | block_if | require | convention | unused
  ///
  /// network_statement = binding | each | network_if | require | convention | unused
  ///   | input | output | expect | legend | weights | rename | ignore
  mutating func statement(_ context: BodyContext) throws(SyntaxFailure) -> Statement {
    let mark = here
    let kind: Statement.Kind
    if lookahead(1).kind == .assign {
      kind = try binding(mark)
    } else if isWord("each") {
      kind = try each(mark)
    } else if isWord("if") {
      kind = try conditional(context, mark)
    } else if isWord("require") {
      advance()
      kind = .require(try expression())
      try close(.require, since: mark)
    } else if isWord("convention") {
      advance()
      kind = .convention(try expectName("`torch`, `tf` or `caffe`"))
      try close(.convention, since: mark)
    } else if isWord("unused") {
      kind = .unused(try application())
      try close(.unused, since: mark)
    } else if let declared = try networkStatement(context, mark) {
      kind = declared
    } else {
      throw noStatement()
    }
    return Statement(kind: kind, span: span(since: mark))
  }

  /// binding = NAME "=" expression
  private mutating func binding(_ mark: Mark) throws(SyntaxFailure) -> Statement.Kind {
    let name = try expectName("the name of a binding")
    advance()
    let value = try expression()
    try close(.binding, since: mark)
    return .binding(name, value)
  }

  /// each = "each" NAME [ "," NAME ] "in" sum "as" NAME block_body
  private mutating func each(_ mark: Mark) throws(SyntaxFailure) -> Statement.Kind {
    advance()
    let form = "write `each row, i in rows as branch { … }`"
    let element = try expectName("the name of the element")
    let index = take(.comma) ? try expectName("the name of the index") : nil
    try expectWord("in", help: form)
    let list = try sum()
    try expectWord("as", help: form)
    let name = try expectName("the name of the results")
    let statement = EachStatement(
      element: element, index: index, list: list, name: name, body: try body(.each))
    try close(.each, since: mark)
    return .each(statement)
  }

  /// network_if = "if" expression network_body [ "else" ( network_if | network_body ) ]
  ///
  /// block_if = "if" expression block_body [ "else" ( block_if | block_body ) ]
  private mutating func conditional(
    _ context: BodyContext, _ mark: Mark
  ) throws(SyntaxFailure) -> Statement.Kind {
    advance()
    let condition = try expression()
    if isWord("then") {
      throw unexpected("`{`", help: "`then` belongs to the expression: `x = if c then a else b`")
    }
    let then = try body(context)
    var otherwise: [Statement] = []
    if takeWord("else") {
      if isWord("if") {
        otherwise = try nested { parser throws(SyntaxFailure) in
          let start = parser.here
          let kind = try parser.conditional(context, start)
          return [Statement(kind: kind, span: parser.span(since: start))]
        }
      } else {
        otherwise = try body(context)
      }
    }
    try close(.conditional, since: mark)
    return .conditional(condition, then: then, otherwise: otherwise)
  }

  private mutating func noStatement() -> SyntaxFailure {
    let help: String
    switch kind {
    case .name where [.pipe, .name, .callOpen, .dot, .indexOpen].contains(lookahead(1).kind):
      help = "give the value a name, as in `out = …`"
    case .pipe: help = "a line that starts with `|>` goes on from the line before"
    case .name where [.size, .integer].contains(lookahead(1).kind):
      help = "a line that goes on with the one before starts with `|>`"
    case .name: help = "a statement is a binding `name = …` or starts with a keyword"
    case .reserved where isWord("repeat"):
      help = "`repeat` is a stage of a pipe: `x = y |> repeat 3 as i (z) { … }`"
    case .reserved where isWord("else"): help = "`else` stands on the line of the `}` before it"
    case _ where kind.continuesLine: help = "an operator stands at the end of the line before"
    default: help = "a statement starts with a name or a keyword"
    }
    if kind.closesBracket { return unexpected("a statement") }
    return fail(.statementExpected(found, at: span(current), help: help))
  }
}

extension Diagnostic {
  static func statementExpected(_ found: String, at span: Span, help: String) -> Diagnostic {
    Diagnostic(
      .statementExpected, "expected a statement, found \(found)", at: span, help: help)
  }

  static func misplacedLabel(at span: Span) -> Diagnostic {
    Diagnostic(
      .misplacedLabel, "a label can only end a stage of a pipe", at: span,
      help: "write `x |> conv 3x3 64 @name`; a call or a name has no weights to label")
  }
}
