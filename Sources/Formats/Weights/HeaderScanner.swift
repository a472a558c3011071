/// The tokens of a safetensors header: the JSON that the format needs, read strictly.
///
/// Nothing nests deeper than the format does, so nothing here calls itself.
struct HeaderScanner {
  private var reader: ByteReader
  /// The position of the header's first byte in the file, for messages.
  private let origin: Int

  init(_ bytes: [UInt8], origin: Int) {
    reader = ByteReader(bytes)
    self.origin = origin
  }

  func failure(_ message: String) -> FormatError {
    .malformed(message, at: "header, byte \(origin + reader.position)")
  }

  /// Whether only white space is left.
  mutating func isAtEnd() -> Bool {
    skipSpace()
    return reader.remaining == 0
  }

  /// Consumes a punctuation character where it comes next.
  mutating func takes(_ character: Character) -> Bool {
    skipSpace()
    guard let value = character.asciiValue, reader.peek() == value else { return false }
    return reader.skip(1)
  }

  mutating func expect(_ character: Character) throws(FormatError) {
    guard takes(character) else { throw failure("expected \"\(character)\"") }
  }

  /// The members of an object: `member` reads a value after its key.
  mutating func object(
    _ member: (inout HeaderScanner, String) throws(FormatError) -> Void
  ) throws(FormatError) {
    try expect("{")
    if takes("}") { return }
    repeat {
      let key = try string()
      try expect(":")
      try member(&self, key)
    } while takes(",")
    try expect("}")
  }

  /// An array of at most `limit` integers.
  mutating func integers(limit: Int) throws(FormatError) -> [Int] {
    try expect("[")
    var values: [Int] = []
    if takes("]") { return values }
    repeat {
      guard values.count < limit else { throw failure("expected at most \(limit) numbers") }
      values.append(try integer())
    } while takes(",")
    try expect("]")
    return values
  }

  /// integer ::= '0' | ('1'…'9') digit*
  private mutating func integer() throws(FormatError) -> Int {
    skipSpace()
    guard let first = reader.peek(), Self.isDigit(first) else {
      throw failure("expected a whole number of at least 0")
    }
    var value = 0
    var digits = 0
    while let byte = reader.peek(), Self.isDigit(byte) {
      let (tens, high) = value.multipliedReportingOverflow(by: 10)
      let (next, low) = tens.addingReportingOverflow(Int(byte) - 48)
      guard !high, !low else { throw failure("a number passes \(Int.max)") }
      value = next
      digits += 1
      _ = reader.next()
    }
    guard first != 48 || digits == 1 else { throw failure("a number begins with 0") }
    if let byte = reader.peek(), [UInt8](".eE".utf8).contains(byte) {
      throw failure("expected a whole number, without point or exponent")
    }
    return value
  }

  /// string ::= '"' (character | escape)* '"', in UTF-8 without control characters
  mutating func string() throws(FormatError) -> String {
    try expect("\"")
    var bytes: [UInt8] = []
    while let byte = reader.next() {
      switch byte {
      case UInt8(ascii: "\""):
        guard let text = String(validating: bytes, as: UTF8.self) else {
          throw failure("a string is not UTF-8")
        }
        return text
      case UInt8(ascii: "\\"): bytes += Array(String(try escape()).utf8)
      case 0..<0x20: throw failure("a control character in a string")
      default: bytes.append(byte)
      }
    }
    throw failure("a string without end")
  }

  private mutating func escape() throws(FormatError) -> Unicode.Scalar {
    switch reader.next() {
    case UInt8(ascii: "\""): return "\""
    case UInt8(ascii: "\\"): return "\\"
    case UInt8(ascii: "/"): return "/"
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{c}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"):
      let unit = try codeUnit()
      guard (0xD800..<0xDC00).contains(unit) else {
        guard let scalar = Unicode.Scalar(unit) else { throw failure("half a surrogate pair") }
        return scalar
      }
      guard reader.skips("\\u".utf8) else { throw failure("half a surrogate pair") }
      let low = try codeUnit()
      guard (0xDC00..<0xE000).contains(low),
        let scalar = Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00))
      else { throw failure("half a surrogate pair") }
      return scalar
    default: throw failure("an unknown escape in a string")
    }
  }

  /// Four hexadecimal digits.
  private mutating func codeUnit() throws(FormatError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = reader.next(), let digit = Character(Unicode.Scalar(byte)).hexDigitValue
      else { throw failure("expected four hexadecimal digits") }
      value = value << 4 | UInt32(truncatingIfNeeded: digit)
    }
    return value
  }

  private mutating func skipSpace() {
    while let byte = reader.peek(), byte == 32 || byte == 9 || byte == 10 || byte == 13 {
      _ = reader.next()
    }
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
}
