import Source

extension Parser {
  /// block = "block" NAME [ angle_parameters ] [ bracket_parameters ] [ parameters ] [ values ]
  ///   [ results ] block_body
  mutating func block(_ mark: Mark) throws(SyntaxFailure) -> BlockDeclaration {
    advance()
    var declaration: BlockDeclaration
    do throws(SyntaxFailure) {
      declaration = try blockHeader()
    } catch {
      try skipToBody(.block)
      throw error
    }
    declaration.body = try body(.block)
    try close(.block, since: mark)
    declaration.span = span(since: mark)
    return declaration
  }

  private mutating func blockHeader() throws(SyntaxFailure) -> BlockDeclaration {
    let name = try expectName("the name of the block")
    var parameters: [ParameterDeclaration] = []
    var values: [Name] = []
    var results: [Name] = []
    if kind == .angleOpen {
      parameters += try self.parameters(.angle, .angleParameters, until: .angleClose, ">")
    }
    if kind == .indexOpen || kind == .openBracket {
      parameters += try self.parameters(.bracket, .bracketParameters, until: .closeBracket, "]")
    }
    if isParen && !opensValues { parameters += try self.parameters() }
    if isParen { values = try self.values() }
    if kind == .arrow { results = try self.results() }
    if kind != .openBrace {
      throw unexpected(
        values.isEmpty && results.isEmpty
          ? "`{`, parameters or the names of values in parentheses" : "`{`",
        help: kind == .colon ? "results follow `->`, as in `-> c2, c3`" : nil)
    }
    return BlockDeclaration(
      name: name, parameters: parameters, values: values, results: results, body: [],
      span: name.span)
  }

  private var isParen: Bool { kind == .openParen || kind == .callOpen }

  /// Names without types are values.
  private var opensValues: Bool {
    lookahead(1).kind == .name && [.comma, .closeParen].contains(lookahead(2).kind)
  }

  /// parameters = paren [ parameter { "," parameter } ] ")"
  mutating func parameters() throws(SyntaxFailure) -> [ParameterDeclaration] {
    try parameters(.ordinary, .parameters, until: .closeParen, ")")
  }

  /// angle_parameters = angle_open angle_parameter { "," angle_parameter } angle_close
  ///
  /// bracket_parameters = ( "[" | index_open ) parameter { "," parameter } "]"
  private mutating func parameters(
    _ position: ParameterDeclaration.Position, _ kind: SyntaxTree.Kind, until end: Token.Kind,
    _ spelling: String
  ) throws(SyntaxFailure) -> [ParameterDeclaration] {
    let mark = here
    let opening = advance()
    var list: [ParameterDeclaration] = []
    if position != .ordinary || self.kind != end {
      repeat { list.append(try parameter(position)) } while take(.comma)
    }
    try expectClose(end, spelling, of: opening, else: "`,` or `\(spelling)`")
    try close(kind, since: mark)
    return list
  }

  /// parameter = NAME ":" type [ "..." ] [ reference ] [ "=" expression ]
  ///
  /// angle_parameter = NAME ":" type [ "..." ] [ reference ] [ "=" sum ]
  private mutating func parameter(
    _ position: ParameterDeclaration.Position
  ) throws(SyntaxFailure) -> ParameterDeclaration {
    let mark = here
    let name = try expectName("the name of a parameter")
    try expect(
      .colon, "`:` and the type of `\(Self.clipped(name.text))`",
      help: "a parameter has a type, as in `width: int = 256`")
    let typeName = try expectName("a type such as `int`")
    guard let kind = ParameterDeclaration.Kind(rawValue: typeName.text) else {
      throw fail(.unknownType(typeName))
    }
    let isVariadic = take(.ellipsis)
    let reference = isWord("at") ? try referenceStride() : nil
    var value: Expression?
    if take(.assign) { value = position == .angle ? try sum() : try expression() }
    try close(.parameter, since: mark)
    return ParameterDeclaration(
      name: name, kind: kind, position: position, isVariadic: isVariadic,
      referenceStride: reference, defaultValue: value, span: span(since: mark))
  }

  /// reference = "at" "os" sum
  mutating func referenceStride() throws(SyntaxFailure) -> Expression {
    try expectWord("at")
    try expectWord("os", help: "rates are stated at an output stride, as in `at os 16`")
    return try sum()
  }

  /// values = paren NAME { "," NAME } ")"
  private mutating func values() throws(SyntaxFailure) -> [Name] {
    let mark = here
    let opening = advance()
    var list: [Name] = []
    repeat { list.append(try expectName("the name of a value")) } while take(.comma)
    if kind == .colon {
      throw unexpected(
        "`,` or `)`",
        help: "the last parentheses name the values, which have no type; parameters come before")
    }
    try expectClose(.closeParen, ")", of: opening, else: "`,` or `)`")
    try close(.values, since: mark)
    return list
  }

  /// results = "->" NAME { "," NAME }
  private mutating func results() throws(SyntaxFailure) -> [Name] {
    let mark = here
    advance()
    var list: [Name] = []
    repeat { list.append(try expectName("the name of a result")) } while take(.comma)
    try close(.results, since: mark)
    return list
  }
}

extension Diagnostic {
  static func unknownType(_ name: Name) -> Diagnostic {
    let types = ParameterDeclaration.Kind.allCases.map { "`\($0.rawValue)`" }
    return Diagnostic(
      .unknownType, "`\(Parser.clipped(name.text))` is not a type of parameter",
      at: name.span,
      help: "the types are " + types.joined(separator: ", "))
  }
}
