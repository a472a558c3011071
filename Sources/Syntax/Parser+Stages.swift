import Source

extension Parser {
  /// stage = loop | application
  mutating func stage() throws(SyntaxFailure) -> Stage {
    isWord("repeat") ? .loop(try loop()) : .apply(try application())
  }

  /// loop = "repeat" sum "as" NAME paren NAME ")" block_body
  private mutating func loop() throws(SyntaxFailure) -> RepeatStage {
    let mark = here
    advance()
    let form = "write `|> repeat 3 as i (x) { … out = … }`"
    let count = try sum()
    try expectWord("as", help: form)
    let index = try expectName("the name of the index")
    let opening = current
    if !take(.openParen) && !take(.callOpen) {
      throw unexpected("`(` and the name of the value", help: form)
    }
    let value = try expectName("the name of the value")
    try expectClose(.closeParen, ")", of: opening, else: "`)`")
    let body = try body(.repeat)
    try close(.loop, since: mark)
    return RepeatStage(
      count: count, index: index, value: value, body: body, span: span(since: mark))
  }

  /// application = unused | operation [ label ]
  ///
  /// unused = "unused" label operation
  ///
  /// operation = NAME [ angles ] [ bins ] { argument }
  mutating func application() throws(SyntaxFailure) -> Application {
    let mark = here
    let isUnused = takeWord("unused")
    var label: Label?
    if isUnused {
      guard kind == .at else {
        throw unexpected("a label", help: "write `unused @conv5 conv 4x4 64`")
      }
      label = try self.label()
    }
    let name = try stageName()
    let angles = kind == .angleOpen ? try self.angles() : nil
    let bins = kind == .indexOpen ? try self.bins() : nil
    var arguments: [Argument] = []
    while startsArgument { arguments.append(try argument()) }
    if kind == .at {
      let place = span(current)
      if let first = label { throw fail(.secondLabel(at: place, first: first.span)) }
      label = try self.label()
    }
    try checkEnd(label)
    try close(.stage, since: mark)
    return Application(
      name: name, angles: angles, bins: bins, arguments: arguments, label: label,
      isUnused: isUnused, span: span(since: mark))
  }

  private mutating func stageName() throws(SyntaxFailure) -> Name {
    let name = try expectName("the name of an operation or block")
    if kind == .callOpen {
      throw unexpected(
        "arguments after a space",
        help: "write `\(Self.clipped(name.text)) …` with arguments separated by spaces")
    }
    return name
  }

  /// Words for what commonly goes wrong behind the last argument.
  private mutating func checkEnd(_ label: Label?) throws(SyntaxFailure) {
    if kind == .at, let label { throw fail(.secondLabel(at: span(current), first: label.span)) }
    if label != nil && startsArgument {
      throw unexpected("the end of the stage", help: "the label comes after all arguments")
    }
    let operators: Set<Token.Kind> = [
      .plus, .minus, .prefixMinus, .star, .slash, .percent, .equal, .notEqual, .less, .lessOrEqual,
      .greater, .greaterOrEqual,
    ]
    let isOperator = operators.contains(kind) || isWord("in") || isWord("and") || isWord("or")
    if isOperator { throw fail(.looseOperator(text(current), at: span(current))) }
    if kind == .reserved, isWord("if") || isWord("not") {
      throw unexpected(
        "the end of the stage", help: "an argument that is an expression stands in parentheses")
    }
  }

  // MARK: Rates and bins

  /// angles = angle_open rate { "," rate } [ reference ] angle_close
  private mutating func angles() throws(SyntaxFailure) -> Application.Angles {
    let mark = here
    let opening = advance()
    var values: [Expression] = []
    repeat { values.append(try rate()) } while take(.comma)
    let reference = isWord("at") ? try referenceStride() : nil
    try expectClose(
      .angleClose, ">", of: opening, else: reference == nil ? "`,`, `at os` or `>`" : "`>`")
    try close(.angles, since: mark)
    return Application.Angles(values: values, at: reference)
  }

  /// rate = sum [ "..." ]
  private mutating func rate() throws(SyntaxFailure) -> Expression {
    try nested { parser throws(SyntaxFailure) in
      let mark = parser.here
      return try parser.spread(try parser.sum(), since: mark)
    }
  }

  /// bins = index_open element { "," element } [ "," ] "]"
  private mutating func bins() throws(SyntaxFailure) -> [Expression] {
    let mark = here
    let opening = advance()
    let values = try elements(until: .closeBracket)
    if values.isEmpty { throw unexpected("the number of bins") }
    try expectClose(.closeBracket, "]", of: opening, else: "`,` or `]`")
    try close(.bins, since: mark)
    return values
  }

  // MARK: Arguments

  private var startsArgument: Bool {
    switch kind {
    case .name, .text, .openParen, .openBracket, .prefixMinus: true
    default: kind.isNumber || boolean != nil
    }
  }

  /// argument = option | argument_value
  mutating func argument() throws(SyntaxFailure) -> Argument {
    let mark = here
    var key: Name?
    if lookahead(1).kind == .assign && kind == .name {
      key = name(advance())
      advance()
    }
    let value = try argumentValue()
    try close(.argument, since: mark)
    return Argument(name: key, value: value, span: span(since: mark))
  }

  /// argument_value = sign ( INTEGER | DECIMAL ) | postfix
  private mutating func argumentValue() throws(SyntaxFailure) -> Expression {
    let mark = here
    if kind == .minus { throw fail(.looseOperator("-", at: span(current))) }
    guard take(.prefixMinus) else { return try postfix() }
    guard kind == .integer || kind == .decimal, let operand = try literal() else {
      throw unexpected("a number after `-`")
    }
    try close(.unary, since: mark)
    return Expression(.unary(.minus, operand), span(since: mark))
  }

  /// label = "@" label_part { label_part }
  ///
  /// label_part = LABEL | label_open expression label_close
  private mutating func label() throws(SyntaxFailure) -> Label {
    let mark = here
    advance()
    var parts: [Label.Part] = []
    while true {
      if kind == .labelText {
        parts.append(.text(text(advance())))
      } else if kind == .labelOpen {
        let opening = advance()
        let value = try nested { parser throws(SyntaxFailure) in try parser.expression() }
        try expectClose(.labelClose, "}", of: opening, else: "`}`")
        parts.append(.expression(value))
      } else {
        break
      }
    }
    // The lexer has reported a label that is empty.
    if parts.isEmpty { throw SyntaxFailure() }
    try close(.label, since: mark)
    return Label(parts: parts, span: span(since: mark))
  }
}

extension Diagnostic {
  static func secondLabel(at span: Span, first: Span) -> Diagnostic {
    Diagnostic(
      .secondLabel, "the stage has a label already", at: span,
      notes: [Note("the first label is here", at: first)],
      help: "keep one label; the parts of a path are joined with dots")
  }

  static func looseOperator(_ text: String, at span: Span) -> Diagnostic {
    Diagnostic(
      .looseOperator, "`\(text)` cannot stand among the arguments of a stage", at: span,
      help: "put the expression in parentheses, as in `conv 1x1 (2 * width)` or `(x |> relu) + y`")
  }
}
