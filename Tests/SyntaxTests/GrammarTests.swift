import Source
import TestSupport
import Testing

import Syntax

/// The parser and `grammar/net.ebnf` say the same.
@Suite struct GrammarTests {
  @Test func everySentenceOfTheGrammarParses() throws {
    let grammar = try Grammar.load()
    var generator = SentenceGenerator(grammar, seed: 1)
    var tokens = 0
    for number in 0..<2_000 {
      let text = SentenceGenerator.text(generator.sentence())
      let parsed = Texts.parsed(text)
      tokens += parsed.tree.tokens.count
      #expect(parsed.diagnostics.isEmpty, "\(text)\n\(Texts.rendered(parsed))")
      #expect(parsed.tree.bytes == Array(text.utf8))
      if number % 4 == 0 { Texts.checkFormat(parsed) }
    }
    #expect(tokens > 50_000)
  }

  @Test func mutantsAreAcceptedOrRefusedByBoth() throws {
    let grammar = try Grammar.load()
    var generator = SentenceGenerator(grammar, seed: 2)
    var dice = RandomNumbers(seed: 3)
    var accepted = 0
    var refused = 0
    while accepted + refused < 1_000 {
      var pieces = generator.sentence()
      if pieces.count > 120 { continue }
      let place = Int.random(in: pieces.indices, using: &dice)
      switch Int.random(in: 0..<3, using: &dice) {
      case 0: pieces.remove(at: place)
      case 1: pieces.insert(pieces[place], at: place)
      default: pieces.swapAt(place, Int.random(in: pieces.indices, using: &dice))
      }
      let text = SentenceGenerator.text(pieces)
      let file = SourceFile(path: "mutant.net", bytes: Array(text.utf8))
      var lexer = Lexer(file, id: SourceID(index: 0))
      lexer.run()
      if !lexer.diagnostics.isEmpty { continue }
      var recognizer = GrammarRecognizer(grammar, lexer.tokens, file)
      let parsed = parse(file, id: SourceID(index: 0))
      let isSentence = recognizer.accepts()
      #expect(
        isSentence == parsed.diagnostics.isEmpty,
        "grammar \(isSentence)\n\(text)\n\(Texts.rendered(parsed))")
      if isSentence { accepted += 1 } else { refused += 1 }
    }
    #expect(accepted > 100)
    #expect(refused > 300)
  }

  @Test(arguments: [Texts.network, Texts.block, Texts.everything])
  func theGrammarDerivesTheTexts(text: String) throws {
    let file = SourceFile(path: "text.net", bytes: Array(text.utf8))
    var lexer = Lexer(file, id: SourceID(index: 0))
    lexer.run()
    var recognizer = try GrammarRecognizer(Grammar.load(), lexer.tokens, file)
    let isSentence = recognizer.accepts()
    #expect(isSentence)
  }
}
