import Source

extension Parser {
  /// file = header { terminator [ declaration ] }
  mutating func file() -> FileSyntax {
    let start = here
    let version = header()
    var declarations: [Declaration] = []
    while kind != .end {
      if take(.terminator) { continue }
      let mark = here
      if kind == .closeBrace {
        report(.unmatched("}", at: span(current), wanted: "a declaration"))
        advance()
        record(.error, since: mark)
        continue
      }
      do throws(SyntaxFailure) {
        declarations.append(try declaration())
        if ![.end, .terminator, .closeBrace].contains(kind) {
          throw unexpected("the end of the line")
        }
      } catch {
        skipDeclaration(since: mark)
      }
    }
    if !endIsReported { for doubt in doubts { report(doubt.finding) } }
    finish(start)
    return FileSyntax(version: version, declarations: declarations, span: wholeSpan)
  }

  /// A file that the lexer gave up: one error node.
  mutating func skipFile() -> FileSyntax {
    let start = here
    while kind != .end { advance() }
    record(.error, since: start)
    finish(start)
    return FileSyntax(version: nil, declarations: [], span: wholeSpan)
  }

  private var wholeSpan: Span { Span(source: id, lower: 0, upper: source.bytes.count) }

  private mutating func finish(_ start: Mark) {
    record(.file, tokens: 0..<tokens.count, since: start.nodes)
  }

  /// header = "netc" "1"
  private mutating func header() -> Int? {
    let mark = here
    guard isWord("netc"), lookahead(1).kind == .integer else {
      if isWord("netc") { advance() }
      if kind != .invalid {
        report(.missingVersion(at: span(current), found: found))
      }
      if position > mark.position {
        skipLine()
        record(.error, since: mark)
      }
      return nil
    }
    advance()
    let number = advance()
    let version =
      if case .integer(let value)? = try? NumberLiteral(text(number)) { value } else { 0 }
    if version != 1 { report(.unknownVersion(text(number), at: span(number))) }
    record(.header, since: mark)
    if ![.terminator, .end, .closeBrace].contains(kind) {
      let rest = here
      _ = unexpected("the end of the line after `netc 1`")
      skipLine()
      record(.error, since: rest)
    }
    return version
  }

  /// declaration = use | block | network
  private mutating func declaration() throws(SyntaxFailure) -> Declaration {
    let mark = here
    if isWord("use") {
      return .use(try use(mark))
    } else if isWord("block") {
      return .block(try block(mark))
    } else if isWord("network") {
      return .network(try network(mark))
    }
    throw fail(.declarationExpected(found, at: span(current)))
  }

  /// use = "use" ( TEXT | NAME { "." NAME } )
  private mutating func use(_ mark: Mark) throws(SyntaxFailure) -> UseDeclaration {
    advance()
    let target: UseDeclaration.Target
    if kind == .text {
      target = .file(Lexer.unescape(bytes(advance())))
    } else {
      let wanted = "a library such as `std.resnet`, or a file in quotes,"
      var path = try expectName(wanted).text
      while take(.dot) { path += "." + (try expectName("a name after the dot").text) }
      target = .library(path)
    }
    try close(.use, since: mark)
    return UseDeclaration(target: target, span: span(since: mark))
  }

  /// network = "network" NAME [ parameters ] network_body
  private mutating func network(_ mark: Mark) throws(SyntaxFailure) -> NetworkDeclaration {
    advance()
    let name: Name
    var parameters: [ParameterDeclaration] = []
    do throws(SyntaxFailure) {
      name = try expectName("the name of the network")
      if kind == .openParen || kind == .callOpen { parameters = try self.parameters() }
      if kind != .openBrace { throw unexpected("`{` or parameters in parentheses") }
    } catch {
      try skipToBody(.network)
      throw error
    }
    let body = try body(.network)
    try close(.network, since: mark)
    return NetworkDeclaration(
      name: name, parameters: parameters, body: body, span: span(since: mark))
  }

  /// After a broken header the body is still read, for the errors in it.
  mutating func skipToBody(_ context: BodyContext) throws(SyntaxFailure) {
    let mark = here
    while ![.openBrace, .terminator, .closeBrace, .end].contains(kind) { advance() }
    if position > mark.position { record(.error, since: mark) }
    if kind == .openBrace { _ = try body(context) }
  }

  func bytes(_ token: Token) -> ArraySlice<UInt8> { source.bytes[token.lower..<token.upper] }

  // MARK: Recovery

  /// Skips to the end of the line at this level of braces.
  mutating func skipLine() {
    if skipsRest() { return }
    var level = 0
    while kind != .end {
      if level == 0 && (kind == .terminator || kind == .closeBrace) { return }
      if kind == .openBrace { level += 1 }
      if kind == .closeBrace { level -= 1 }
      if startsOtherDeclaration { return }
      advance()
    }
  }

  /// Skips all that is left when there are more errors than anyone reads.
  private mutating func skipsRest() -> Bool {
    guard diagnostics.all.count >= Lexer.maximumDiagnostics else { return false }
    endIsReported = true
    while kind != .end { advance() }
    return true
  }

  /// Skips to the next line that starts a declaration.
  private mutating func skipDeclaration(since mark: Mark) {
    while kind != .end {
      if position > mark.position && startsDeclaration { break }
      advance()
    }
    record(.error, since: mark)
  }

  private var startsDeclaration: Bool {
    guard position == 0 || [.terminator, .closeBrace].contains(lookahead(-1).kind) else {
      return false
    }
    return isWord("use")
      || (isWord("block") || isWord("network")) && lookahead(1).kind != .assign
  }

  /// `block NAME` or `network NAME` at the very start of a line.
  var startsOtherDeclaration: Bool {
    guard isWord("block") || isWord("network"), lookahead(1).kind == .name else { return false }
    return current.lower == 0 || source.bytes[current.lower - 1] == UInt8(ascii: "\n")
  }
}

extension Diagnostic {
  static func missingVersion(at span: Span, found: String) -> Diagnostic {
    Diagnostic(
      .missingVersion, "expected `netc 1` at the start of the file, found \(found)",
      at: span,
      help: "make `netc 1` the first line; it names the version of the language")
  }

  static func unknownVersion(_ version: String, at span: Span) -> Diagnostic {
    Diagnostic(
      .unknownVersion,
      "the file is written in version \(Parser.clipped(version)) of the language, expected 1",
      at: span, help: "write `netc 1`, or use a newer netc")
  }

  static func declarationExpected(_ found: String, at span: Span) -> Diagnostic {
    Diagnostic(
      .declarationExpected, "expected `use`, `block` or `network`, found \(found)",
      at: span,
      help: "statements stand inside the braces of a block or network")
  }
}
