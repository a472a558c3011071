import Source
import Testing

import Syntax

@Suite struct LexerTests {
  /// Kinds and texts of the tokens that mean something.
  private func words(_ text: String) -> [String] {
    let file = SourceFile(path: "t.net", bytes: Array(text.utf8))
    let tree = parse(file, id: SourceID(index: 0)).tree
    return tree.tokens.filter { !$0.kind.isTrivia && $0.kind != .end }.map { token in
      token.kind == .terminator ? "terminator" : "\(token.kind) \(tree.text(of: token))"
    }
  }

  private func codes(_ bytes: [UInt8]) -> [String] {
    var lexer = Lexer(SourceFile(path: "t.net", bytes: bytes), id: SourceID(index: 0))
    lexer.run()
    return lexer.diagnostics.all.map { "\($0.code.id)@\($0.span?.lower ?? -1)" }
  }

  private func codes(_ text: String) -> [String] { codes(Array(text.utf8)) }

  @Test func numbers() throws {
    #expect(try NumberLiteral("256") == .integer(256))
    #expect(try NumberLiteral("1_000") == .integer(1_000))
    #expect(try NumberLiteral("\(Int.max)") == .integer(.max))
    #expect(try NumberLiteral("0x0") == .size(0, 0))
    #expect(try NumberLiteral("513x1025") == .size(513, 1025))
    #expect(try NumberLiteral("2x") == .factor(numerator: 2, denominator: 1))
    #expect(try NumberLiteral("0.5x") == .factor(numerator: 1, denominator: 2))
    #expect(try NumberLiteral("1.25x") == .factor(numerator: 5, denominator: 4))
    #expect(try NumberLiteral("1e-5") == .decimal(1e-5))
    #expect(try NumberLiteral("0.0") == .decimal(0))
    #expect(try NumberLiteral("1.5E+3") == .decimal(1_500))
  }

  @Test(arguments: [
    "3..5", "1.", "1e", "1e+", "0x1F", "3x3x3", "3X3", "12ab", "1__0", "1_", "1.5x2", "1e5x",
    "1.2.3", "0b1", "5...", "x3x",
  ])
  func malformedNumbers(text: String) {
    #expect(throws: NumberLiteral.Failure.malformed) { try NumberLiteral(text) }
  }

  @Test(arguments: ["007", "00", "03x3", "3x03", "00.5", "01x"])
  func leadingZeros(text: String) {
    #expect(throws: NumberLiteral.Failure.leadingZero) { try NumberLiteral(text) }
  }

  @Test(arguments: [
    "1e999", "1e-999", "9223372036854775808", "99999999999999999999999", "3x9223372036854775808",
    "0.00000000000000000000001x", "9223372036854775807.5x",
  ])
  func outOfRange(text: String) {
    #expect(throws: NumberLiteral.Failure.outOfRange) { try NumberLiteral(text) }
  }

  @Test func badNumbersAreOneErrorEach() {
    #expect(codes("007 3..5 1e999") == ["N0007@0", "N0007@4", "N0008@9"])
    #expect(codes("1-5") == [])
    #expect(
      words("1-5 2 -5 x-1 (-1") == [
        "integer 1", "minus -", "integer 5", "integer 2", "prefixMinus -", "integer 5", "name x",
        "minus -", "integer 1", "openParen (", "prefixMinus -", "integer 1",
      ])
  }

  @Test func brackets() {
    #expect(
      words("f(a) f (a) a[0] a [0] in[0] (a)[0]") == [
        "name f", "callOpen (", "name a", "closeParen )", "name f", "openParen (", "name a",
        "closeParen )", "name a", "indexOpen [", "integer 0", "closeBracket ]", "name a",
        "openBracket [", "integer 0", "closeBracket ]", "reserved in", "openBracket [", "integer 0",
        "closeBracket ]", "openParen (", "name a", "closeParen )", "indexOpen [", "integer 0",
        "closeBracket ]",
      ])
    #expect(
      words("a<b |> f<6>=b") == [
        "name a", "less <", "name b", "pipe |>", "name f", "angleOpen <", "integer 6",
        "angleClose >", "assign =", "name b",
      ])
  }

  @Test func labels() {
    #expect(
      words("@convs.{i+1}.0 @_ @a-b{x}{y}") == [
        "at @", "labelText convs.", "labelOpen {", "name i", "plus +", "integer 1", "labelClose }",
        "labelText .0", "at @", "labelText _", "at @", "labelText a-b", "labelOpen {", "name x",
        "labelClose }", "labelOpen {", "name y", "labelClose }",
      ])
    #expect(codes("@ a") == ["N0009@0"])
    #expect(codes("@.a") == ["N0009@1"])
    #expect(codes("@a..b") == ["N0009@1"])
    #expect(codes("@a.") == ["N0009@1"])
    #expect(codes("@{i}. x") == ["N0009@4"])
    #expect(codes("@{i}.0") == [])
  }

  @Test func patterns() {
    #expect(
      words("rename a.*.b <- c/0.*.b layout=HWIO\nignore aux.*// note\nrename = ignore") == [
        "name rename", "pattern a.*.b", "backArrow <-", "pattern c/0.*.b", "name layout",
        "assign =",
        "name HWIO", "terminator", "name ignore", "pattern aux.*", "terminator", "name rename",
        "assign =", "name ignore",
      ])
    #expect(
      words("x ignore a.b a<-1") == [
        "name x", "name ignore", "name a", "dot .", "name b", "name a", "less <", "prefixMinus -",
        "integer 1",
      ])
  }

  @Test func lineBreaks() {
    let ends = { (text: String) in self.words(text).count(where: { $0 == "terminator" }) }
    #expect(ends("a = b\nc = d\n") == 1)
    #expect(ends("\n\n// x\na\n\n\n// y\n\nb\n\n") == 1)
    #expect(ends("a = f(b,\n c\n)\nb = [\n1\n]") == 1)
    #expect(ends("a = b +\n c *\n d and\n e in\n f\n") == 0)
    #expect(ends("a\n=\nb\n") == 1)
    #expect(ends("a = b\n  // note\n\n  |> c\n  |> d |>\n e") == 0)
    #expect(ends("a {\nb\n}\nc") == 1)
    #expect(ends("a { b\n c }") == 1)
    #expect(ends("(a {\nb\nc\n} d\n e)\nf") == 2)
    #expect(ends("a |> f<6,\n 12\n> 3\nb") == 1)
    #expect(ends("a |> b > \n c") == 0)
    #expect(ends("x = f(a\nblock b(x) {") == 1)
    #expect(ends("a; b;\n\nc;") == 3)
  }

  @Test func texts() {
    #expect(Lexer.unescape(Array(#""a\"b\\c\nd é""#.utf8)[...]) == "a\"b\\c\nd é")
    #expect(codes("\"abc") == ["N0005@0"])
    #expect(codes("\"abc\nx") == ["N0005@0"])
    #expect(codes(#""\q\t\"""#) == ["N0006@1", "N0006@3"])
    #expect(codes(#""\"#) == ["N0005@0"])
  }

  @Test func characters() {
    #expect(codes([0xEF, 0xBB, 0xBF] + Array("a\r\nb // é 🙂\r\n\t".utf8)) == [])
    #expect(codes("a\rb") == ["N0003@1"])
    #expect(codes("a\0b") == ["N0003@1"])
    #expect(codes("// a\u{7}b\u{202E}") == ["N0003@4", "N0003@6"])
    #expect(codes("\"\u{1B}\"") == ["N0003@1"])
    #expect(codes([0x61, 0xFF, 0xFE, 0x62]) == ["N0002@1"])
    #expect(
      codes(Array("// ".utf8) + [0xC0, 0x80, 0x20, 0xED, 0xA0, 0x80]) == ["N0002@3"])
    #expect(codes([0x22, 0xE2, 0x82]) == ["N0002@1"])
    #expect(
      codes("x $$ y ñandú × # rest 'q'") == [
        "N0004@2", "N0004@7", "N0004@12", "N0004@15", "N0004@18",
      ])
    #expect(codes("'a b' & c") == ["N0004@0", "N0004@6"])
  }
}
