import Source

extension Lexer {
  /// `//` to the end of the line.
  mutating func comment() {
    let start = position
    while let byte = peek(0), byte != UInt8(ascii: "\n") {
      if byte == UInt8(ascii: "\r") { break }
      character()
    }
    append(.comment, from: start)
  }

  /// A file that is no text gets one error and is not read.
  mutating func checkEncoding() {
    var offset = position
    while offset < bytes.count {
      let byte = bytes[offset]
      if byte != 0, byte < 0x80 {
        offset += 1
      } else if byte != 0, let scalar = scalar(at: offset) {
        offset += UTF8.width(scalar)
      } else {
        let place = span(offset, offset + 1)
        report(byte == 0 ? .controlCharacter("\0", at: place) : .notUTF8(at: place))
        return giveUp()
      }
    }
  }

  /// Takes one character of a comment or text and reports it when no file may hold it.
  mutating func character() {
    let start = position
    guard let scalar = scalar(at: position) else {
      preconditionFailure("the encoding was checked before the first token")
    }
    position += UTF8.width(scalar)
    if Self.isControl(scalar) { report(.controlCharacter(scalar, at: span(start, position))) }
  }

  /// A run of characters that start no token becomes one invalid token and one error.
  mutating func unknown() {
    let start = position
    guard let first = scalar(at: position), !Self.isControl(first) else {
      character()
      append(.invalid, from: start)
      return
    }
    if first == "#" {
      while let byte = peek(0), byte != UInt8(ascii: "\n"), byte != UInt8(ascii: "\r") {
        position += 1
      }
    } else if first == "'", let length = quotedLength {
      position += length
    } else {
      while let next = scalar(at: position), !Self.isControl(next) {
        guard next == first || (!first.isASCII && !next.isASCII) else { break }
        position += UTF8.width(next)
      }
    }
    report(.unknownCharacter(first, at: span(start, position)))
    append(.invalid, from: start)
  }

  /// The length of `'…'` on this line.
  private var quotedLength: Int? {
    var offset = position + 1
    while offset < bytes.count, bytes[offset] != UInt8(ascii: "\n") {
      if bytes[offset] == UInt8(ascii: "'") { return offset + 1 - position }
      offset += 1
    }
    return nil
  }

  /// The character at an offset, `nil` where the bytes are not UTF-8.
  private func scalar(at offset: Int) -> Unicode.Scalar? {
    guard offset < bytes.count else { return nil }
    let lead = bytes[offset]
    if lead < 0x80 { return Unicode.Scalar(lead) }
    let count = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2
    guard lead >= 0xC2, lead <= 0xF4, offset + count <= bytes.count else { return nil }
    var value = UInt32(lead) & (0x7F >> UInt32(count))
    for byte in bytes[(offset + 1)..<(offset + count)] {
      guard byte & 0xC0 == 0x80 else { return nil }
      value = value << 6 | UInt32(byte & 0x3F)
    }
    guard value >= (count == 2 ? 0x80 : count == 3 ? 0x800 : 0x10000) else { return nil }
    return Unicode.Scalar(value)
  }

  /// Characters that hide or reorder text: C0, C1, line and paragraph separators, bidi controls.
  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09: false
    case 0..<0x20, 0x7F...0x9F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF: true
    default: false
    }
  }
}

extension Diagnostic {
  static func notUTF8(at span: Span) -> Diagnostic {
    Diagnostic(
      .notUTF8, "these bytes are not UTF-8 text", at: span, help: "save the file as UTF-8")
  }

  static func controlCharacter(_ scalar: Unicode.Scalar, at span: Span) -> Diagnostic {
    let digits = String(scalar.value, radix: 16, uppercase: true)
    let number = "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    let isReturn = scalar == "\r"
    return Diagnostic(
      .controlCharacter,
      isReturn ? "carriage return without a line feed" : "control character \(number)", at: span,
      help: isReturn ? "end lines with a line feed, or with both" : "delete it")
  }

  static func unknownCharacter(_ character: Unicode.Scalar, at span: Span) -> Diagnostic {
    let help: String
    switch character {
    case "#": help = "comments start with `//`"
    case "'", "‘", "’", "“", "”", "`": help = "texts are written in double quotes: `\"…\"`"
    case "×", "✕": help = "write sizes with the letter x: `3x3`"
    case "&": help = "write `and`"
    case "|": help = "a pipe is `|>`, the logical operator is `or`"
    case "!": help = "write `not`, or `!=` for \"differs from\""
    case "^": help = "write `power 2` as a pipe stage, or multiply"
    case "→", "⇒": help = "write `->`, or `|>` for a pipe"
    case "−", "–", "—": help = "write the minus sign of the keyboard: `-`"
    case "≤": help = "write `<=`"
    case "≥": help = "write `>=`"
    case "≠": help = "write `!=`"
    case "\\": help = "a line goes on after an operator, a comma, or before `|>`"
    default: help = "names are made of letters, digits and `_`"
    }
    return Diagnostic(
      .unknownCharacter, "`\(character)` is not part of the language", at: span, help: help)
  }
}
