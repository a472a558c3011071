import Source
import TestSupport
import Testing

import Syntax

/// No text traps, and every text that is not a file gets an error with a place.
@Suite struct RobustnessTests {
  private func check(_ bytes: [UInt8], sourceLocation: SourceLocation = #_sourceLocation) {
    let parsed = Texts.parsed(bytes)
    #expect(parsed.tree.bytes == bytes, sourceLocation: sourceLocation)
    for diagnostic in parsed.diagnostics.all {
      guard let span = diagnostic.span else {
        Issue.record("no place: \(diagnostic)", sourceLocation: sourceLocation)
        continue
      }
      #expect(span.upper <= bytes.count, sourceLocation: sourceLocation)
    }
    if bytes.count % 4 == 0 { _ = Texts.rendered(parsed) + parsed.tree.describeSyntax() }
    if parsed.diagnostics.isEmpty {
      #expect(parsed.file.version == 1, sourceLocation: sourceLocation)
      #expect(format(parsed) != nil, sourceLocation: sourceLocation)
    }
  }

  @Test(arguments: [Texts.network, Texts.block])
  func everyTruncationParsesOrHasAnError(text: String) {
    let bytes = Array(text.utf8)
    for count in bytes.indices { check(Array(bytes[..<count])) }
  }

  @Test func randomMutationsNeverTrap() {
    let texts = [Texts.network, Texts.block, Texts.everything].map { Array($0.utf8) }
    let spice =
      Array("(){}[]<>|@\"\\\n\r/-.,;:=+*%x0123456789e_ \u{E9}\u{202E}".utf8) + [0, 0xFF, 0xC0]
    var dice = RandomNumbers(seed: 4)
    for round in 0..<1_500 {
      var bytes = texts[round % 3]
      for _ in 0..<Int.random(in: 1...4, using: &dice) {
        let place = Int.random(in: bytes.indices, using: &dice)
        switch Int.random(in: 0..<4, using: &dice) {
        case 0: bytes.remove(at: place)
        case 1: bytes[place] = UInt8.random(in: 0...255, using: &dice)
        case 2: bytes.insert(spice.randomElement(using: &dice)!, at: place)
        default:
          let end = min(bytes.count, place + Int.random(in: 1...40, using: &dice))
          bytes.insert(contentsOf: bytes[place..<end], at: Int.random(in: 0...place, using: &dice))
        }
      }
      check(bytes)
    }
  }

  @Test func noiseNeverTraps() {
    let words = [
      "(", ")", "[", "]", "{", "}", "<", ">", "|>", "@", "@{", "\"", "=", "...", ".", "-", "not",
      "if", "else", "each", "repeat", "as", "in", "unused", "x", "block", "network", "netc", "3x3",
      "rename", "a.*", "expect", "\n", "\n", " ", " ", "//", ";", ",", "1", "output", "input", ":",
    ]
    var dice = RandomNumbers(seed: 5)
    for _ in 0..<1_500 {
      var text = Bool.random(using: &dice) ? "netc 1\n" : ""
      if Bool.random(using: &dice) { text += "network n {\n x = " }
      for _ in 0..<Int.random(in: 1...50, using: &dice) {
        text += words.randomElement(using: &dice)!
        if Bool.random(using: &dice) { text += " " }
      }
      check(Array(text.utf8))
    }
  }
}

/// Files of hostile size get one clear error, soon.
@Suite struct LimitTests {
  private static let start = "netc 1\nnetwork n {\n x = "

  private func findings(_ bytes: [UInt8]) -> [String] { Texts.findings(Texts.parsed(bytes)) }

  private func repeated(_ unit: String, _ count: Int, after text: String = "") -> [UInt8] {
    let unit = Array(unit.utf8)
    var bytes = Array(text.utf8)
    bytes.reserveCapacity(bytes.count + count * unit.count)
    for _ in 0..<count { bytes += unit }
    return bytes
  }

  @Test func aFilePastFourMebibytes() {
    let parenthesis = UInt8(ascii: "(")
    #expect(findings(Array(repeating: parenthesis, count: 10_000_000)) == ["N0001:1"])
    #expect(findings(Array(repeating: parenthesis, count: 4 << 20)) == ["N0010:1"])
  }

  @Test(arguments: ["(", "[", "f(", "x[", "{", "@{", "x |> f<", "if a {"])
  func brackets(unit: String) {
    #expect(findings(repeated(unit, 2_000, after: Self.start)).first == "N0010:3")
  }

  @Test(arguments: ["- ", "not ", "if ", "(x |> repeat 3 as i (y) {\n z = "])
  func prefixes(unit: String) {
    let codes = Set(findings(repeated(unit, 2_000, after: Self.start)).map { $0.prefix(5) })
    #expect(codes.contains("N0010"))
  }

  @Test func nestingUpToTheLimit() {
    let open = String(repeating: "(", count: 60)
    let close = String(repeating: ")", count: 60)
    #expect(Texts.body("x = \(open)1\(close)").diagnostics.isEmpty)
  }

  @Test(arguments: [" + 1", " |> relu", ".a", "[0]"])
  func chains(unit: String) {
    let long = String(repeating: unit, count: 5_000)
    #expect(Texts.findings(Texts.body(" x = a\(long)\n y = b")) == ["N0114:3"])
    let short = String(repeating: unit, count: 200)
    #expect(Texts.body(" x = a\(short)").diagnostics.isEmpty)
  }

  @Test func manyErrorsAreCutOff() {
    let parsed = Texts.parsed(repeated("$ ", 20_000, after: Self.start))
    #expect(parsed.diagnostics.all.count == Lexer.maximumDiagnostics)
    let lines = Texts.parsed(repeated("= 3\n", 20_000, after: Self.start))
    #expect(lines.diagnostics.all.count == Lexer.maximumDiagnostics)
  }

  @Test func blankLinesAreReadOnce() {
    let text = repeated("\n", 200_000, after: Self.start + "y")
    let parsed = Texts.parsed(text + Array("|> relu\n}\n".utf8))
    #expect(parsed.diagnostics.isEmpty)
  }
}
