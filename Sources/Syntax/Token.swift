/// A piece of the text with its kind; the tokens of a file, joined, are the file.
package struct Token: Hashable, Sendable {
  package enum Kind: String, Hashable, Sendable {
    // Trivia: kept, but of no meaning to the parser.
    case byteOrderMark, blank, comment, newline
    /// A line break or `;` that ends a statement.
    case terminator
    /// A word that is not reserved.
    case name
    /// A word that can never be a name: `if`, `in`, `yes`, …
    case reserved
    case integer, decimal, size, factor, text
    /// A glob of weight names after `rename` or `ignore`.
    case pattern
    /// `@`, the text of a label, and the braces of an expression inside it.
    case at, labelText, labelOpen, labelClose
    /// `(` directly after a name is `callOpen`, any other is `openParen`.
    case openParen, callOpen, closeParen
    /// `[` directly after a name, `)`, `]` or `>` is `indexOpen`, any other is `openBracket`.
    case openBracket, indexOpen, closeBracket
    /// `<` directly after the name of a stage or block, and its `>`.
    case angleOpen, angleClose
    case openBrace, closeBrace
    case comma, colon, dot, ellipsis, assign, pipe, arrow, backArrow
    case plus, minus, star, slash, percent
    /// `-` directly before a digit and not directly after an operand.
    case prefixMinus
    case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual
    /// Text that is no token; the lexer has reported it.
    case invalid
    /// The end of the file, empty.
    case end

    package var isTrivia: Bool {
      switch self {
      case .byteOrderMark, .blank, .comment, .newline: true
      default: false
      }
    }

    var isNumber: Bool {
      switch self {
      case .integer, .decimal, .size, .factor: true
      default: false
      }
    }

    var opensBracket: Bool {
      switch self {
      case .openParen, .callOpen, .openBracket, .indexOpen, .angleOpen: true
      default: false
      }
    }

    var closesBracket: Bool {
      switch self {
      case .closeParen, .closeBracket, .angleClose: true
      default: false
      }
    }

    /// A line that ends with this token goes on in the next; so does one that ends with a
    /// reserved word of `Token.continuingWords`.
    var continuesLine: Bool {
      switch self {
      case .comma, .assign, .pipe, .plus, .minus, .prefixMinus, .star, .slash, .percent, .equal,
        .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual:
        true
      default: false
      }
    }
  }

  package let kind: Kind
  /// The UTF-8 offsets of its text.
  package let lower: Int
  package let upper: Int

  init(_ kind: Kind, _ lower: Int, _ upper: Int) {
    self.kind = kind
    self.lower = lower
    self.upper = upper
  }

  /// Words that are never names.
  package static let reservedWords: Set<String> = [
    "if", "then", "else", "and", "or", "not", "in", "true", "false", "yes", "no", "each", "repeat",
    "unused",
  ]

  /// Reserved words after which a line goes on.
  static let continuingWords: Set<String> = ["and", "or", "not", "in", "then", "else"]
}
