import Source

import Syntax

/// Decides by the grammar alone whether tokens are a file: all ends of a rule at a place,
/// remembered per rule and place.
struct GrammarRecognizer {
  private let grammar: Grammar
  private let kinds: [Token.Kind]
  private let texts: [String]
  private var ends: [[Int]?]

  init(_ grammar: Grammar, _ tokens: [Token], _ source: SourceFile) {
    self.grammar = grammar
    let significant = tokens.filter { !$0.kind.isTrivia && $0.kind != .end }
    kinds = significant.map(\.kind)
    texts = significant.map { String(decoding: source.bytes[$0.lower..<$0.upper], as: UTF8.self) }
    ends = Array(repeating: nil, count: grammar.rules.count * (significant.count + 1))
  }

  mutating func accepts() -> Bool {
    ends(of: .reference(0), at: 0).contains(kinds.count)
  }

  /// Kinds whose text alone does not say what they are: the grammar names them by words.
  private static let named: Set<Token.Kind> = [
    .text, .pattern, .labelText, .labelOpen, .labelClose, .callOpen, .indexOpen, .angleOpen,
    .angleClose, .prefixMinus, .terminator, .invalid,
  ]

  private mutating func ends(of rule: Grammar.Rule, at start: Int) -> [Int] {
    switch rule {
    case .literal(let text):
      guard start < kinds.count, texts[start] == text, !Self.named.contains(kinds[start]) else {
        return []
      }
      return [start + 1]
    case .token(let kind):
      return start < kinds.count && kinds[start] == kind ? [start + 1] : []
    case .reference(let index):
      let key = index * (kinds.count + 1) + start
      if let known = ends[key] { return known }
      let found = ends(of: grammar.rules[index], at: start)
      ends[key] = found
      return found
    case .sequence(let items):
      var places = [start]
      for item in items {
        places = merged(places.map { ends(of: item, at: $0) })
        if places.isEmpty { break }
      }
      return places
    case .choice(let alternatives):
      return merged(alternatives.map { ends(of: $0, at: start) })
    case .optional(let item):
      return merged([[start], ends(of: item, at: start)])
    case .repetition(let item):
      var all = [start]
      var fresh = [start]
      while !fresh.isEmpty {
        fresh = merged(fresh.map { ends(of: item, at: $0) }).filter { !all.contains($0) }
        all += fresh
      }
      return all
    }
  }

  private func merged(_ lists: [[Int]]) -> [Int] {
    if lists.count == 1 { return lists[0] }
    var result: [Int] = []
    for list in lists {
      for place in list where !result.contains(place) { result.append(place) }
    }
    return result
  }
}
