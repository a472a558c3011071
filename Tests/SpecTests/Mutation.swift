import Source
import Syntax
import TestSupport

/// Makes slips in a text, token by token: what a person or a damaged file could hold.
struct Mutation {
  /// Tokens with the blanks after them.
  private let pieces: [String]

  private static let numbers = [
    "0", "1", "2", "-1", "3x3", "0x0", "1x7", "2147483647", "2147483648", "9223372036854775807",
    "65536", "1e308", "0.0", "1e-300", "0.5x", "3x", "1000000007", "4096", "4097", "[]", "[1, 2]",
    "(1, 2)", "(0, 1, 2, 3)", "yes", "\"text\"",
  ]

  init(_ text: String) {
    let file = SourceFile(path: "mutated.net", bytes: Array(text.utf8))
    let tree = parse(file, id: SourceID(index: 0)).tree
    pieces = tree.tokens.map { tree.text(of: $0) }
  }

  /// The text with one to four slips.
  func text(words: [String], _ generator: inout RandomNumbers) -> String {
    var pieces = pieces
    for _ in 0..<Int.random(in: 1...4, using: &generator) {
      guard !pieces.isEmpty else { break }
      let index = Int.random(in: 0..<pieces.count, using: &generator)
      switch Int.random(in: 0..<8, using: &generator) {
      case 0: pieces.remove(at: index)
      case 1: pieces.insert(pieces[index], at: index)
      case 2: pieces[index] = words.randomElement(using: &generator) ?? ""
      case 3: pieces.swapAt(index, Int.random(in: 0..<pieces.count, using: &generator))
      case 4: pieces.removeSubrange(index..<min(index + 6, pieces.count))
      case 5:
        let from = Int.random(in: 0..<pieces.count, using: &generator)
        pieces.insert(contentsOf: pieces[from..<min(from + 12, pieces.count)], at: index)
      default: replaceNumber(in: &pieces, near: index, &generator)
      }
    }
    return pieces.joined()
  }

  /// Slips in numbers go deepest: the text still parses.
  private func replaceNumber(
    in pieces: inout [String], near index: Int, _ generator: inout RandomNumbers
  ) {
    let start = pieces[index...].firstIndex { $0.first?.isNumber == true }
    guard let found = start ?? pieces.firstIndex(where: { $0.first?.isNumber == true }) else {
      return
    }
    pieces[found] = Self.numbers.randomElement(using: &generator) ?? "0"
  }

  /// Words that can replace any token.
  var words: [String] { Array(Set(pieces.filter { !$0.allSatisfy(\.isWhitespace) })).sorted() }
}
