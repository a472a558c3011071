import Source

extension Parser {
  /// A statement that only a network has, or `nil` when none starts here.
  mutating func networkStatement(
    _ context: BodyContext, _ mark: Mark
  ) throws(SyntaxFailure) -> Statement.Kind? {
    let words: [StaticString] = [
      "input", "output", "expect", "legend", "weights", "rename", "ignore",
    ]
    guard kind == .name, words.contains(where: { isWord($0) }) else {
      if (isWord("block") || isWord("network")) && lookahead(1).kind == .name {
        throw misplacedDeclaration()
      }
      return nil
    }
    let keyword = current
    // A name in the place of a statement that goes on as an expression is not a keyword.
    guard ![.pipe, .dot, .callOpen, .indexOpen].contains(lookahead(1).kind) else { return nil }
    if context != .network, isOutdented, let opening = openBraces.last {
      let finding = Diagnostic.statementNotAllowed(text(keyword), in: context, at: span(keyword))
      doubts.append((finding, opening))
      throw SyntaxFailure()
    }
    if context != .network {
      throw fail(.statementNotAllowed(text(keyword), in: context, at: span(keyword)))
    }
    if isWord("input") { return try input(mark) }
    if isWord("output") { return try output(mark) }
    if isWord("expect") { return try expect(mark) }
    if isWord("legend") { return try legend(mark) }
    if isWord("weights") { return try weights(mark) }
    advance()
    return try text(keyword) == "rename" ? rename(mark) : ignore(mark)
  }

  /// Reads a block or network inside another, for the errors in it.
  private mutating func misplacedDeclaration() -> SyntaxFailure {
    let failure = fail(.nestedDeclaration(text(current), at: span(current)))
    advance()
    return failure
  }

  /// input = "input" NAME ":" NAME index_open sum { "," sum } "]" { option }
  private mutating func input(_ mark: Mark) throws(SyntaxFailure) -> Statement.Kind {
    advance()
    let form = "write `input image: rgb[H, W] normalize=imagenet`"
    let name = try expectName("the name of the input")
    try expect(.colon, "`:` and the kind of the input", help: form)
    let inputKind = try expectName("the kind of the input, such as `rgb`")
    let start = here
    let opening = current
    if !take(.indexOpen) {
      throw unexpected("`[` directly after `\(Self.clipped(inputKind.text))`", help: form)
    }
    var dimensions: [Expression] = []
    repeat {
      dimensions.append(try nested { parser throws(SyntaxFailure) in try parser.sum() })
    } while take(.comma)
    try expectClose(.closeBracket, "]", of: opening, else: "`,` or `]`")
    try close(.dimensions, since: start)
    let options = try self.options()
    try close(.input, since: mark)
    return .input(
      InputDeclaration(name: name, kind: inputKind, dimensions: dimensions, options: options))
  }

  /// option = NAME "=" argument_value
  private mutating func options() throws(SyntaxFailure) -> [Argument] {
    var options: [Argument] = []
    while kind == .name && lookahead(1).kind == .assign { options.append(try argument()) }
    return options
  }

  /// output = "output" NAME "=" expression
  private mutating func output(_ mark: Mark) throws(SyntaxFailure) -> Statement.Kind {
    advance()
    let name = try expectName("the name of the output")
    try expect(.assign, "`=` and the value of the output", help: "write `output logits = scores`")
    let value = try expression()
    try close(.output, since: mark)
    return .output(name, value)
  }

  /// legend = "legend" ( NAME | list )
  private mutating func legend(_ mark: Mark) throws(SyntaxFailure) -> Statement.Kind {
    advance()
    let value: Expression
    if kind == .openBracket {
      value = try list()
    } else {
      let name = try expectName("`voc`, `cityscapes`, `imagenet` or a list of texts")
      value = Expression(.name(name.text), name.span)
    }
    try close(.legend, since: mark)
    return .legend(value)
  }

  /// weights = "weights" TEXT { option }
  private mutating func weights(_ mark: Mark) throws(SyntaxFailure) -> Statement.Kind {
    advance()
    let path = try quoted("the file of the weights in quotes")
    let options = try self.options()
    try close(.weights, since: mark)
    return .weights(path: path, options: options)
  }

  /// rename = "rename" PATTERN "<-" PATTERN { option }
  ///
  /// The word is behind; a flag of the command line has none.
  mutating func rename(_ mark: Mark) throws(SyntaxFailure) -> Statement.Kind {
    let form = "write `rename backbone.* <- module.backbone.*`: ours, then the file's"
    let target = try pattern("a glob of this network's weight names", help: form)
    try expect(.backArrow, "`<-`", help: form)
    let source = try pattern("a glob of the file's weight names", help: form)
    let options = try self.options()
    try close(.rename, since: mark)
    return .rename(target: target, source: source, options: options)
  }

  /// ignore = "ignore" PATTERN
  ///
  /// The word is behind; a flag of the command line has none.
  mutating func ignore(_ mark: Mark) throws(SyntaxFailure) -> Statement.Kind {
    let form = "write `ignore aux_classifier.*`"
    let glob = try pattern("a glob of the file's weight names", help: form)
    try close(.ignore, since: mark)
    return .ignore(glob)
  }

  private mutating func pattern(_ wanted: String, help: String) throws(SyntaxFailure) -> Name {
    guard kind == .pattern else { throw unexpected(wanted, help: help) }
    return name(advance())
  }

  /// A text token as a name whose text is the value.
  private mutating func quoted(_ wanted: String) throws(SyntaxFailure) -> Name {
    guard kind == .text else { throw unexpected(wanted) }
    let token = advance()
    return Name(Lexer.unescape(bytes(token)), span(token))
  }

  // MARK: Expectations

  /// expect = "expect" ( conditions | error | picture )
  ///
  /// conditions = [ "at" sum ] [ settings ]
  ///   "{" [ expression { terminator expression } [ terminator ] ] "}"
  ///
  /// error = "error" NAME [ "at" sum ] [ settings ]
  ///
  /// picture = "output" TEXT "->" TEXT [ "at" sum ] [ settings ]
  private mutating func expect(_ mark: Mark) throws(SyntaxFailure) -> Statement.Kind {
    advance()
    var expectation: Expectation
    if takeWord("error") {
      let code = try expectName("a code such as `N0312`")
      expectation = Expectation(kind: .error(code), at: nil, settings: [])
      try circumstances(&expectation)
    } else if takeWord("output") {
      let input = try quoted("the input picture in quotes")
      try expect(.arrow, "`->` and the expected picture in quotes")
      let expected = try quoted("the expected picture in quotes")
      expectation = Expectation(
        kind: .output(input: input, expected: expected), at: nil, settings: [])
      try circumstances(&expectation)
    } else {
      expectation = Expectation(kind: .conditions([]), at: nil, settings: [])
      try circumstances(&expectation)
      guard kind == .openBrace else {
        throw unexpected(
          expectation.at == nil && expectation.settings.isEmpty
            ? "`at`, `with`, `error`, `output` or `{`" : "`{`",
          help: "write `expect at 513x513 with os=16 { os(high) == 16 }`")
      }
      let conditions = try braces { parser throws(SyntaxFailure) in try parser.condition() }
      expectation.kind = .conditions(conditions)
    }
    try close(.expect, since: mark)
    return .expect(expectation)
  }

  private mutating func condition() throws(SyntaxFailure) -> Expression {
    let condition = try expression()
    if kind == .assign {
      throw unexpected("a comparison", help: "\"is equal to\" is written `==`")
    }
    return condition
  }

  /// settings = "with" option { "," option }
  private mutating func circumstances(_ expectation: inout Expectation) throws(SyntaxFailure) {
    if takeWord("at") { expectation.at = try sum() }
    guard isWord("with") else { return }
    let mark = here
    advance()
    repeat {
      guard kind == .name, lookahead(1).kind == .assign else {
        throw unexpected("a setting such as `os=16`")
      }
      expectation.settings.append(try argument())
    } while take(.comma)
    try close(.settings, since: mark)
  }
}

extension Diagnostic {
  static func statementNotAllowed(
    _ word: String, in context: BodyContext, at span: Span
  ) -> Diagnostic {
    Diagnostic(
      .statementNotAllowed,
      "`\(word)` belongs directly into a network, not into `\(context.rawValue)`", at: span,
      help: "move it to the network, outside of `block`, `each` and `repeat`")
  }

  static func nestedDeclaration(_ word: String, at span: Span) -> Diagnostic {
    Diagnostic(
      .statementNotAllowed, "a `\(word)` cannot be declared inside another declaration",
      at: span,
      help: "move it to the top level of the file, or close the brace before it")
  }
}
