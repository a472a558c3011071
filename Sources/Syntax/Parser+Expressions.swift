import Source

extension Parser {
  /// How tightly operators bind, loosest first.
  private enum Level: Int, Comparable {
    case or, and, not, comparison, sum, product, unary

    static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }

    var next: Level { Level(rawValue: rawValue + 1) ?? .unary }
  }

  /// expression = choice | pipeline
  mutating func expression() throws(SyntaxFailure) -> Expression {
    isWord("if") ? try choice() : try pipeline()
  }

  /// choice = "if" expression "then" expression "else" expression
  private mutating func choice() throws(SyntaxFailure) -> Expression {
    let mark = here
    advance()
    let form = "write `if condition then value else value`"
    let (condition, then, otherwise) = try nested { parser throws(SyntaxFailure) in
      let condition = try parser.expression()
      try parser.expectWord("then", help: form)
      let then = try parser.expression()
      try parser.expectWord("else", help: form)
      return (condition, then, try parser.expression())
    }
    try close(.choice, since: mark)
    return Expression(.conditional(condition, then, otherwise), span(since: mark))
  }

  /// pipeline = disjunction { "|>" stage }
  private mutating func pipeline() throws(SyntaxFailure) -> Expression {
    let mark = here
    var value = try operation(from: .or)
    while take(.pipe) {
      let stage = try stage()
      try close(.pipe, since: mark)
      value = Expression(.pipe(value, stage), span(since: mark))
    }
    return value
  }

  /// sum = product { ( "+" | "-" ) product }
  mutating func sum() throws(SyntaxFailure) -> Expression {
    try operation(from: .sum)
  }

  /// disjunction = conjunction { "or" conjunction }
  ///
  /// conjunction = negation { "and" negation }
  ///
  /// negation = "not" negation | comparison
  ///
  /// comparison = sum [ ( "==" | "!=" | "<" | "<=" | ">" | ">=" | "in" ) sum ]
  ///
  /// product = unary { ( "*" | "/" | "%" ) unary }
  private mutating func operation(from minimum: Level) throws(SyntaxFailure) -> Expression {
    let mark = here
    var left: Expression
    if minimum <= .not && takeWord("not") {
      let operand = try nested { parser throws(SyntaxFailure) in try parser.operation(from: .not) }
      try close(.unary, since: mark)
      left = Expression(.unary(.not, operand), span(since: mark))
    } else {
      left = try unary()
    }
    while let (name, level) = binaryOperator, level >= minimum {
      advance()
      let right = try operation(from: level.next)
      try close(.binary, since: mark)
      left = Expression(.binary(name, left, right), span(since: mark))
      if level == .comparison, let (_, next) = binaryOperator, next == .comparison {
        throw fail(.chainedComparison(at: span(current)))
      }
    }
    return left
  }

  private var binaryOperator: (BinaryOperator, Level)? {
    switch kind {
    case .plus: (.add, .sum)
    case .minus, .prefixMinus: (.subtract, .sum)
    case .star: (.multiply, .product)
    case .slash: (.divide, .product)
    case .percent: (.remainder, .product)
    case .equal: (.equal, .comparison)
    case .notEqual: (.notEqual, .comparison)
    case .less: (.less, .comparison)
    case .lessOrEqual: (.lessOrEqual, .comparison)
    case .greater: (.greater, .comparison)
    case .greaterOrEqual: (.greaterOrEqual, .comparison)
    case .reserved:
      if isWord("in") {
        (.member, .comparison)
      } else if isWord("and") {
        (.and, .and)
      } else if isWord("or") {
        (.or, .or)
      } else {
        nil
      }
    default: nil
    }
  }

  /// unary = "-" unary | postfix
  private mutating func unary() throws(SyntaxFailure) -> Expression {
    let mark = here
    guard take(.minus) || take(.prefixMinus) else { return try postfix() }
    let operand = try nested { parser throws(SyntaxFailure) in try parser.unary() }
    try close(.unary, since: mark)
    return Expression(.unary(.minus, operand), span(since: mark))
  }

  /// postfix = literal | ( NAME | call | group | list ) { "." NAME | index_open expression "]" }
  mutating func postfix() throws(SyntaxFailure) -> Expression {
    let mark = here
    if let literal = try literal() { return literal }
    var value = try primary()
    while true {
      if take(.dot) {
        let member = try expectName("a name after the dot")
        try close(.member, since: mark)
        value = Expression(.member(value, member), span(since: mark))
      } else if kind == .indexOpen {
        let opening = advance()
        let index = try nested { parser throws(SyntaxFailure) in try parser.expression() }
        try expectClose(.closeBracket, "]", of: opening, else: "an operator or `]`")
        try close(.index, since: mark)
        value = Expression(.index(value, index), span(since: mark))
      } else {
        return value
      }
    }
  }

  private mutating func primary() throws(SyntaxFailure) -> Expression {
    switch kind {
    case .name where lookahead(1).kind == .callOpen: return try call()
    case .name:
      let mark = here
      let name = text(advance())
      try close(.name, since: mark)
      return Expression(.name(name), span(since: mark))
    case .openParen: return try group()
    case .openBracket: return try list()
    case .at: throw fail(.misplacedLabel(at: span(current)))
    case .reserved where isWord("if"):
      throw unexpected("a value", help: "put the `if` in parentheses")
    case .reserved where isWord("repeat"):
      throw unexpected("a value", help: "`repeat` follows a pipe: `x |> repeat 3 as i (y) { … }`")
    case .reserved where misnamed.contains(text(current)): throw SyntaxFailure()
    default: throw unexpected("a value")
    }
  }

  /// literal = INTEGER | DECIMAL | SIZE | FACTOR | TEXT | "yes" | "no" | "true" | "false"
  mutating func literal() throws(SyntaxFailure) -> Expression? {
    let value: Expression.Kind
    if kind.isNumber {
      value = number(current)
    } else if kind == .text {
      value = .text(Lexer.unescape(bytes(current)))
    } else if let boolean {
      value = .boolean(boolean)
    } else {
      return nil
    }
    let mark = here
    advance()
    try close(.literal, since: mark)
    return Expression(value, span(since: mark))
  }

  var boolean: Bool? {
    guard kind == .reserved else { return nil }
    if isWord("yes") || isWord("true") { return true }
    return isWord("no") || isWord("false") ? false : nil
  }

  /// The value of a number; zero where the lexer has reported the spelling.
  private func number(_ token: Token) -> Expression.Kind {
    switch try? NumberLiteral(text(token)) {
    case .integer(let value)?: .integer(value)
    case .decimal(let value)?: .decimal(value)
    case .size(let height, let width)?: .size(height, width)
    case .factor(let numerator, let denominator)?:
      .factor(numerator: numerator, denominator: denominator)
    case nil: .integer(0)
    }
  }

  /// group = "(" expression { "," expression } ")"
  private mutating func group() throws(SyntaxFailure) -> Expression {
    let mark = here
    let opening = advance()
    var values: [Expression] = []
    repeat {
      values.append(try nested { parser throws(SyntaxFailure) in try parser.expression() })
    } while take(.comma)
    try expectClose(.closeParen, ")", of: opening, else: "an operator, `,` or `)`")
    try close(values.count == 1 ? .group : .tuple, since: mark)
    return Expression(values.count == 1 ? values[0].kind : .tuple(values), span(since: mark))
  }

  /// list = "[" [ element { "," element } [ "," ] ] "]"
  mutating func list() throws(SyntaxFailure) -> Expression {
    let mark = here
    let opening = advance()
    let values = try elements(until: .closeBracket)
    try expectClose(.closeBracket, "]", of: opening, else: "an operator, `,` or `]`")
    try close(.list, since: mark)
    return Expression(.list(values), span(since: mark))
  }

  /// element = expression [ "..." ]
  mutating func elements(until end: Token.Kind) throws(SyntaxFailure) -> [Expression] {
    var values: [Expression] = []
    while kind != end {
      values.append(
        try nested { parser throws(SyntaxFailure) in
          let mark = parser.here
          return try parser.spread(try parser.expression(), since: mark)
        })
      if !take(.comma) { break }
    }
    return values
  }

  mutating func spread(
    _ value: Expression, since mark: Mark
  ) throws(SyntaxFailure) -> Expression {
    guard take(.ellipsis) else { return value }
    try close(.spread, since: mark)
    return Expression(.spread(value), span(since: mark))
  }

  /// call = NAME call_open [ call_argument { "," call_argument } [ "," ] ] ")"
  private mutating func call() throws(SyntaxFailure) -> Expression {
    let mark = here
    let name = name(advance())
    let opening = advance()
    var arguments: [Argument] = []
    while kind != .closeParen {
      arguments.append(
        try nested { parser throws(SyntaxFailure) in try parser.callArgument() })
      if !take(.comma) { break }
    }
    try expectClose(.closeParen, ")", of: opening, else: "an operator, `,` or `)`")
    try close(.call, since: mark)
    return Expression(.call(name, arguments), span(since: mark))
  }

  /// call_argument = NAME "=" expression | element
  private mutating func callArgument() throws(SyntaxFailure) -> Argument {
    let mark = here
    var key: Name?
    if lookahead(1).kind == .assign {
      key = try expectName("the name of an argument")
      advance()
    }
    let start = here
    var value = try expression()
    if key == nil { value = try spread(value, since: start) }
    try close(.argument, since: mark)
    return Argument(name: key, value: value, span: span(since: mark))
  }
}

extension Diagnostic {
  static func chainedComparison(at span: Span) -> Diagnostic {
    Diagnostic(
      .chainedComparison, "comparisons do not chain", at: span,
      help: "join two comparisons with `and`, as in `1 < n and n < 5`")
  }
}
