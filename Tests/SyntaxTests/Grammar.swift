import Foundation
import Testing

import Syntax

/// The grammar of `grammar/net.ebnf`, read by a parser of its own.
struct Grammar {
  indirect enum Rule {
    /// A token with this text.
    case literal(String)
    /// A token of this kind.
    case token(Token.Kind)
    case reference(Int)
    case sequence([Rule])
    case choice([Rule])
    case optional(Rule)
    case repetition(Rule)
  }

  private(set) var names: [String] = []
  private(set) var rules: [Rule] = []

  static let tokenKinds: [String: Token.Kind] = [
    "NAME": .name, "INTEGER": .integer, "DECIMAL": .decimal, "SIZE": .size, "FACTOR": .factor,
    "TEXT": .text, "PATTERN": .pattern, "LABEL": .labelText, "label_open": .labelOpen,
    "label_close": .labelClose, "call_open": .callOpen, "index_open": .indexOpen,
    "angle_open": .angleOpen, "angle_close": .angleClose, "sign": .prefixMinus,
    "terminator": .terminator,
  ]

  static func load() throws -> Grammar {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let text = try String(contentsOf: root.appending(path: "grammar/net.ebnf"), encoding: .utf8)
    return try Grammar(text)
  }

  enum Failure: Error { case unreadable(String) }

  init(_ text: String) throws {
    var words = Self.words(of: text)[...]
    var definitions: [(name: String, words: ArraySlice<String>)] = []
    while let name = words.popFirst() {
      guard words.popFirst() == "=", let end = words.firstIndex(of: ";") else {
        throw Failure.unreadable(name)
      }
      definitions.append((name, words[..<end]))
      words = words[(end + 1)...]
    }
    names = definitions.map(\.name)
    for definition in definitions {
      var rest = definition.words
      rules.append(try choice(&rest))
      guard rest.isEmpty else { throw Failure.unreadable(definition.name) }
    }
  }

  /// Quoted words keep a `"` in front, descriptions become `?name`.
  private static func words(of text: String) -> [String] {
    var words: [String] = []
    var rest = Substring(text)
    while let first = rest.first {
      if first.isWhitespace {
        rest = rest.dropFirst()
      } else if rest.hasPrefix("(*") {
        rest = rest[rest.range(of: "*)")!.upperBound...]
      } else if first == "\"" {
        let end = rest.dropFirst().firstIndex(of: "\"")!
        words.append(String(rest[..<end]))
        rest = rest[rest.index(after: end)...]
      } else if rest.hasPrefix("? ") {
        words.append("?" + words[words.count - 2])
        rest = rest[rest.range(of: " ? ;")!.upperBound...]
        words.append(";")
      } else if first.isLetter {
        let word = rest.prefix { $0.isLetter || $0 == "_" }
        words.append(String(word))
        rest = rest[word.endIndex...]
      } else {
        words.append(String(first))
        rest = rest.dropFirst()
      }
    }
    return words
  }

  private func choice(_ words: inout ArraySlice<String>) throws -> Rule {
    var alternatives = [try sequence(&words)]
    while words.first == "|" {
      words = words.dropFirst()
      alternatives.append(try sequence(&words))
    }
    return alternatives.count == 1 ? alternatives[0] : .choice(alternatives)
  }

  private func sequence(_ words: inout ArraySlice<String>) throws -> Rule {
    var items: [Rule] = []
    while let word = words.first, !["|", ")", "]", "}"].contains(word) {
      words = words.dropFirst()
      switch word {
      case "(": items.append(try closed(&words, by: ")"))
      case "[": items.append(.optional(try closed(&words, by: "]")))
      case "{": items.append(.repetition(try closed(&words, by: "}")))
      default: items.append(try atom(word))
      }
    }
    return items.count == 1 ? items[0] : .sequence(items)
  }

  private func closed(_ words: inout ArraySlice<String>, by end: String) throws -> Rule {
    let rule = try choice(&words)
    guard words.popFirst() == end else { throw Failure.unreadable(end) }
    return rule
  }

  private func atom(_ word: String) throws -> Rule {
    if word.hasPrefix("\"") { return .literal(String(word.dropFirst())) }
    if word.hasPrefix("?") {
      guard let kind = Self.tokenKinds[String(word.dropFirst())] else {
        throw Failure.unreadable(word)
      }
      return .token(kind)
    }
    guard let index = names.firstIndex(of: word) else { throw Failure.unreadable(word) }
    return .reference(index)
  }
}
