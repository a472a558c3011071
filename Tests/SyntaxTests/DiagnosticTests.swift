import Source
import Testing

import Syntax

@Suite struct DiagnosticTests {
  /// A text with the codes and lines of its errors.
  struct Case: Sendable, CustomTestStringConvertible {
    let text: String
    let expected: [String]

    init(_ text: String, _ expected: String...) {
      self.text = text
      self.expected = expected
    }

    var testDescription: String { text }
  }

  @Test(arguments: [
    Case("", "N0101:1"),
    Case("// only a comment\n", "N0101:2"),
    Case("network n {\n}", "N0101:1"),
    Case("netc\nnetwork n {\n}", "N0101:1"),
    Case("netc 2\nnetwork n {\n}", "N0102:1"),
    Case("netc 1 network n {\n}", "N0103:1"),
    Case("netc 1\nx = 3\nblock b(x) {\n out = }\n", "N0106:2", "N0103:4"),
    Case("netc 1\n}\nblock b(x) {\n out = }\n", "N0105:2", "N0103:4"),
    Case("netc 1\nuse std..a\nuse 3\nuse a b", "N0103:2", "N0103:3", "N0103:4"),
    Case("netc 1\nblock b(a: tensor)(x) {\n y = (\n}", "N0111:2", "N0103:3"),
    Case("netc 1\nblock in(x) {\n}", "N0112:2"),
    Case("netc 1\nblock a(x) {\n out = f(x\n}\nblock b(x) {\n out = f(x]\n}", "N0104:3", "N0105:6"),
    Case(
      "netc 1\nblock a(x) {\n out = f(x\nblock b(x) {\n out = 3..5\n}", "N0104:3", "N0104:4",
      "N0007:5"),
    Case(
      "netc 1\nnetwork a {\n if b {\n x = c\nblock b(x) {\n out = x |> f @a @b\n}", "N0104:5",
      "N0109:6"),
  ])
  func files(item: Case) {
    let parsed = Texts.parsed(item.text)
    #expect(Texts.findings(parsed) == item.expected, "\(Texts.rendered(parsed))")
  }

  @Test(arguments: [
    // Several independent errors, each once; the statements start on line 3.
    Case(
      "a = f(x y)\nb = 007\nc = d |> conv 2 * 3\ne = 1 < 2 < 3\nok = 1", "N0103:3", "N0007:4",
      "N0110:5", "N0113:6"),
    Case("x = $y + 'z'\ny = \"abc", "N0004:3", "N0004:3", "N0005:4"),
    Case("x |> relu", "N0107:3"),
    Case("repeat 3 as i (x) { }", "N0107:3"),
    Case("|> relu", "N0107:3"),
    Case("x = a\n + b", "N0107:4"),
    Case("x = a @b", "N0115:3"),
    Case("x = concat(a, b) @c", "N0115:3"),
    Case("x = @c", "N0115:3"),
    Case("x = a |> f @b @c", "N0109:3"),
    Case("unused @a f @b", "N0109:3"),
    Case("unused f", "N0103:3"),
    Case("x = a |> f @b 3", "N0103:3"),
    Case("x = a |> f(3)", "N0103:3"),
    Case("x = a |> f - 1", "N0110:3"),
    Case("x = a |> f k=-n", "N0110:3"),
    Case("x = a |> f 3 + b", "N0110:3"),
    Case("x = (a |> f in b)", "N0110:3"),
    Case("x = a |> f if b then 1 else 2", "N0103:3"),
    Case("x = 1 + if a then b else c", "N0103:3"),
    Case("x = if a then b", "N0103:3"),
    Case("x = y = z", "N0103:3"),
    Case("x = a)", "N0105:3"),
    Case("x = (a,\n\n b", "N0104:5"),
    Case("x = ()", "N0105:3"),
    Case("x = a |> aspp<6, 12", "N0104:3"),
    Case("x = a |> spp[]", "N0105:3"),
    Case("x = a |> aspp<6 at 16>", "N0103:3"),
    Case("if = 3", "N0112:3"),
    Case("x.y = 3", "N0107:3"),
    Case("if a { x = 1 }\nelse { x = 2 }", "N0107:4"),
    Case("if a then { }", "N0103:3"),
    Case("each r, i rates as b { out = 1 }\nx = )", "N0103:3", "N0105:4"),
    Case("each r in rates as b {\n output x = r\n input y: rgb[H]\n}", "N0108:4", "N0108:5"),
    Case("x = a |> repeat 3 as i (y) {\n legend voc\n}", "N0108:4"),
    Case("  block b(x) {\n out = x }", "N0108:3"),
    Case("input image rgb[H, W]", "N0103:3"),
    Case("input image: rgb [H, W]", "N0103:3"),
    Case("output x", "N0103:3"),
    Case("legend 3", "N0103:3"),
    Case("weights x.pth", "N0103:3"),
    Case("rename a.* -> b.*", "N0103:3"),
    Case("ignore \"a\"", "N0103:3"),
    Case("expect at 3x3 os=3 { }", "N0103:3"),
    Case("expect with 3 { }", "N0103:3"),
    Case("expect { a = 3\n b == }", "N0103:3", "N0103:4"),
    Case("expect error 5", "N0103:3"),
    Case("expect output \"a\" \"b\"", "N0103:3"),
    Case("x = a |> f @ b", "N0009:3"),
    Case("x = \"\\q\"", "N0006:3"),
    Case("x = 99999999999999999999", "N0008:3"),
    Case("x = a\ry = b", "N0003:3"),
  ])
  func statements(item: Case) {
    let parsed = Texts.body(item.text)
    #expect(Texts.findings(parsed) == item.expected, "\(Texts.rendered(parsed))")
  }

  @Test func unclosedBracesPointToTheOpeningOne() {
    let parsed = Texts.parsed(
      "netc 1\nnetwork n {\n  each r in s as b {\n    out = r\n  x = b\n}\n")
    let finding = parsed.diagnostics.all.first
    #expect(finding?.code == .unclosed)
    let lines = finding?.notes.compactMap { note in
      note.span.map { parsed.tree.file.position(of: $0.lower).line }
    }
    #expect(lines == [2, 3])
  }

  @Test func everyFindingHasAFixOrSaysWhatIsExpected() {
    for text in [
      "netc 1\nnetwork n {\n x = f(a b)\n y = 3..5\n z |> relu\n w = a |> f @b @c\n}",
      "x\n", "netc 1\nblock b(x: t) { }\n}", "netc 1\nnetwork n {\n x = $ + \"\\q\n",
    ] {
      for finding in Texts.parsed(text).diagnostics.all {
        #expect(finding.help != nil || finding.message.contains("expected"), "\(finding.message)")
        #expect(!finding.message.hasSuffix("."))
        #expect(finding.message.first?.isUppercase == false)
      }
    }
  }

  @Test func everyCodeIsExplained() {
    let codes = DiagnosticCode.lexical + DiagnosticCode.syntax
    #expect(Set(codes.map(\.id)).count == codes.count)
    #expect(codes.map(\.id) == codes.map(\.id).sorted())
    for code in codes {
      #expect(code.explanation.count > 150, "\(code.id)")
      #expect(code.explanation.contains("Wrong:"), "\(code.id)")
      #expect(code.explanation.contains("Right:"), "\(code.id)")
    }
  }
}
