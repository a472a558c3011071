import Source

extension Lexer {
  /// A number is everything that clings to its first digit; its spelling is judged as a whole.
  mutating func number() {
    let start = position
    var isPlain = true
    while let byte = peek(0) {
      if (byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+")) && isPlain {
        guard let last = tokenByte(-1, from: start), last | 0x20 == UInt8(ascii: "e") else { break }
        isPlain = false
      } else if Self.isWordByte(byte) || byte == UInt8(ascii: ".") {
        let isExponent = byte | 0x20 == UInt8(ascii: "e")
        if !Self.isDigit(byte) && byte != UInt8(ascii: ".") && !isExponent { isPlain = false }
      } else {
        break
      }
      position += 1
    }
    let spelling = String(decoding: bytes[start..<position], as: UTF8.self)
    let place = span(start, position)
    do throws(NumberLiteral.Failure) {
      switch try NumberLiteral(spelling) {
      case .integer: append(.integer, from: start)
      case .decimal: append(.decimal, from: start)
      case .size: append(.size, from: start)
      case .factor: append(.factor, from: start)
      }
    } catch {
      report(
        error == .outOfRange
          ? .numberOutOfRange(spelling, at: place) : .malformedNumber(spelling, error, at: place))
      append(.integer, from: start)
    }
  }

  private func tokenByte(_ distance: Int, from start: Int) -> UInt8? {
    position + distance >= start ? peek(distance) : nil
  }

  /// A text in double quotes ends on its line; `\"`, `\\` and `\n` are its escapes.
  mutating func text() {
    let start = position
    position += 1
    while let byte = peek(0), byte != UInt8(ascii: "\n") {
      if byte == UInt8(ascii: "\"") {
        position += 1
        append(.text, from: start)
        return
      }
      if byte == UInt8(ascii: "\\") {
        escape()
      } else if byte == UInt8(ascii: "\r") && peek(1) == UInt8(ascii: "\n") {
        break
      } else {
        character()
      }
    }
    report(.unterminatedText(at: span(start, position)))
    append(.text, from: start)
  }

  private mutating func escape() {
    let start = position
    position += 1
    guard let byte = peek(0) else { return }
    if "\"\\n".utf8.contains(byte) {
      position += 1
    } else if byte >= 0x20 && byte < 0x7F {
      position += 1
      report(.unknownEscape(Character(Unicode.Scalar(byte)), at: span(start, position)))
    }
  }

  /// The value of a text token's spelling; what the lexer has reported is dropped.
  package static func unescape(_ spelling: ArraySlice<UInt8>) -> String {
    var value: [UInt8] = []
    var isEscaped = false
    for byte in spelling.dropFirst() {
      if isEscaped {
        value.append(byte == UInt8(ascii: "n") ? UInt8(ascii: "\n") : byte)
        isEscaped = false
      } else if byte == UInt8(ascii: "\\") {
        isEscaped = true
      } else if byte != UInt8(ascii: "\"") {
        value.append(byte)
      }
    }
    return String(decoding: value, as: UTF8.self)
  }
}

extension Diagnostic {
  static func malformedNumber(
    _ spelling: String, _ failure: NumberLiteral.Failure, at span: Span
  ) -> Diagnostic {
    let help: String
    if failure == .leadingZero {
      help = "write it without the zero in front"
    } else if spelling.contains("..") {
      help = "a number has one point, as in `0.5`; ranges are not part of the language"
    } else if spelling.hasPrefix("0x") {
      help = "`x` stands between the sides of a size, as in `0x0`; there are no hexadecimal numbers"
    } else if spelling.contains("X") || spelling.count(where: { $0 == "x" }) > 1 {
      help = "a size is height and width with a small x, as in `3x3`"
    } else if spelling.hasSuffix(".") {
      help = "write the digits after the point, as in `1.0`"
    } else {
      help = "numbers are written `256`, `0.5`, `1e-5`, sizes `3x3`, factors `2x`"
    }
    return Diagnostic(
      .malformedNumber, "`\(Parser.clipped(spelling))` is not a number", at: span,
      help: help)
  }

  static func numberOutOfRange(_ spelling: String, at span: Span) -> Diagnostic {
    Diagnostic(
      .numberOutOfRange, "the number `\(Parser.clipped(spelling))` is out of range",
      at: span,
      help: "whole numbers go up to \(Int.max), decimals from 5e-324 to 1.7e308")
  }

  static func unterminatedText(at span: Span) -> Diagnostic {
    Diagnostic(
      .unterminatedText, "the text has no closing `\"` on its line", at: span,
      help: "close it with `\"`; a line break inside a text is written `\\n`")
  }

  static func unknownEscape(_ character: Character, at span: Span) -> Diagnostic {
    Diagnostic(
      .unknownEscape, "`\\\(character)` means nothing in a text", at: span,
      help: "the escapes are `\\\"`, `\\\\` and `\\n`; a backslash itself is `\\\\`")
  }
}
