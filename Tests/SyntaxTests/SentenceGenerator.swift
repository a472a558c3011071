import Syntax
import TestSupport

/// Random sentences of the grammar, of bounded depth.
struct SentenceGenerator {
  /// A token's text; glued pieces follow the one before without a blank.
  struct Piece {
    let text: String
    let isGlued: Bool
  }

  private let grammar: Grammar
  /// The least depth of references below each rule.
  private let depths: [Int]
  private var dice: RandomNumbers
  private var pieces: [Piece] = []
  private var glueNext = false

  init(_ grammar: Grammar, seed: UInt64) {
    self.grammar = grammar
    dice = RandomNumbers(seed: seed)
    var depths = Array(repeating: 1_000, count: grammar.rules.count)
    for _ in grammar.rules {
      for (index, rule) in grammar.rules.enumerated() {
        depths[index] = min(depths[index], 1 + Self.depth(of: rule, depths))
      }
    }
    self.depths = depths
  }

  private static func depth(of rule: Grammar.Rule, _ depths: [Int]) -> Int {
    switch rule {
    case .literal, .token, .optional, .repetition: 0
    case .reference(let index): depths[index]
    case .sequence(let items): items.map { depth(of: $0, depths) }.max() ?? 0
    case .choice(let alternatives): alternatives.map { depth(of: $0, depths) }.min() ?? 0
    }
  }

  mutating func sentence() -> [Piece] {
    pieces = []
    glueNext = false
    emit(.reference(0), budget: Int.random(in: 10...34, using: &dice))
    return pieces
  }

  private mutating func emit(_ rule: Grammar.Rule, budget: Int) {
    switch rule {
    case .literal(let text): append(text)
    case .token(let kind): append(kind)
    case .reference(let index): emit(grammar.rules[index], budget: budget - 1)
    case .sequence(let items):
      for item in items { emit(item, budget: budget) }
    case .choice(let alternatives):
      let fitting = alternatives.filter { Self.depth(of: $0, depths) <= budget }
      let least = alternatives.min { Self.depth(of: $0, depths) < Self.depth(of: $1, depths) }
      emit((fitting.randomElement(using: &dice) ?? least)!, budget: budget)
    case .optional(let item):
      if fits(item, budget), Int.random(in: 0..<3, using: &dice) == 0 { emit(item, budget: budget) }
    case .repetition(let item):
      let isFile = pieces.count < 60 && budget > 8
      while fits(item, budget), Int.random(in: 0..<5, using: &dice) < (isFile ? 3 : 2) {
        emit(item, budget: budget)
      }
    }
  }

  private func fits(_ rule: Grammar.Rule, _ budget: Int) -> Bool {
    Self.depth(of: rule, depths) <= budget && pieces.count < 300
  }

  private mutating func append(_ text: String, glued: Bool = false) {
    pieces.append(Piece(text: text, isGlued: glued || glueNext))
    glueNext = false
  }

  private mutating func pick(_ texts: String...) -> String { texts.randomElement(using: &dice)! }

  private mutating func append(_ kind: Token.Kind) {
    switch kind {
    case .name:
      append(
        pick(
          "x", "y", "width", "os", "at", "out", "weights", "input", "output", "legend", "expect",
          "error", "with", "as", "from", "netc", "use", "convention", "require", "block", "network",
          "_b", "a1"))
    case .integer: append(pick("0", "7", "256", "1_000"))
    case .decimal: append(pick("0.5", "1e-5", "2.5E3"))
    case .size: append(pick("3x3", "0x0", "513x513"))
    case .factor: append(pick("2x", "0.5x"))
    case .text: append(pick("\"\"", "\"a b\"", "\"\\\"\\\\\\n\""))
    case .pattern: append(pick("a.*.b", "*", "c/d-e.*"))
    case .labelText: append(pick("conv1", "a.b", "l-2", "_", "0"), glued: true)
    case .labelOpen: append("{", glued: true)
    case .labelClose: append("}")
    case .callOpen: append("(", glued: true)
    case .indexOpen: append("[", glued: true)
    case .angleOpen: append("<", glued: true)
    case .angleClose: append(">")
    case .prefixMinus:
      append("-")
      glueNext = true
    case .terminator: append(pick("\n", "\n", "\n  // note\n", ";"))
    default: break
    }
  }

  /// The text of a sentence; line breaks where they mean nothing are left out.
  static func text(_ pieces: [Piece]) -> String {
    var text = ""
    for piece in pieces { text += (piece.isGlued ? "" : " ") + piece.text }
    return text
  }
}
