/// The header of a .npy file (numpy.lib.format), its dict literal read strictly.
struct NPYHeader: Equatable {
  static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)
  /// numpy's own limit for a header it does not trust.
  static let maximumLength = 10_000

  /// The element type, for instance `<f4`.
  let elements: String
  let isFortranOrder: Bool
  let dimensions: [Int]
  /// The position of the first element.
  let dataStart: Int

  init(_ bytes: [UInt8]) throws(FormatError) {
    var reader = ByteReader(bytes)
    guard reader.skips(Self.magic) else {
      throw .malformed("expected \\x93NUMPY", byte: 0)
    }
    guard let major = reader.next(), let minor = reader.next() else {
      throw .malformed("the file ends in its header", byte: reader.position)
    }
    guard (1...3).contains(major), minor == 0 else {
      throw .unsupported("version \(major).\(minor), expected 1.0, 2.0 or 3.0", at: "byte 6")
    }
    guard let length = reader.integer(major == 1 ? 2 : 4, bigEndian: false) else {
      throw .malformed("the file ends in its header", byte: reader.position)
    }
    guard length <= Self.maximumLength else {
      throw .limit(
        "is \(length) bytes long, expected at most \(Self.maximumLength)", at: "header")
    }
    let start = reader.position
    guard reader.skip(length) else {
      throw .malformed("is \(length) bytes long, the file has \(reader.remaining)", at: "header")
    }
    dataStart = reader.position
    var literal = NPYLiteral(Array(bytes[start..<start + length]), origin: start)
    (elements, isFortranOrder, dimensions) = try literal.dictionary()
  }
}

/// The Python literal of a header: `{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }`.
private struct NPYLiteral {
  private var reader: ByteReader
  private let origin: Int

  init(_ bytes: [UInt8], origin: Int) {
    reader = ByteReader(bytes)
    self.origin = origin
  }

  /// dictionary ::= '{' (key ':' value (',' key ':' value)* ','?)? '}' white space
  mutating func dictionary() throws(FormatError) -> (String, Bool, [Int]) {
    var elements: String?
    var isFortranOrder: Bool?
    var dimensions: [Int]?
    try expect("{")
    while !takes("}") {
      let key = try string()
      try expect(":")
      switch key {
      case "descr" where elements == nil: elements = try descriptor()
      case "fortran_order" where isFortranOrder == nil: isFortranOrder = try boolean()
      case "shape" where dimensions == nil: dimensions = try tuple()
      case "descr", "fortran_order", "shape": throw failure("\(quoted(key)) is there twice")
      default:
        throw failure("\(quoted(key)) is no key, expected descr, fortran_order and shape")
      }
      if takes(",") { continue }
      try expect("}")
      break
    }
    skipSpace()
    guard reader.remaining == 0 else { throw failure("expected the end of the header") }
    guard let elements, let isFortranOrder, let dimensions else {
      throw failure("expected the keys descr, fortran_order and shape")
    }
    return (elements, isFortranOrder, dimensions)
  }

  private mutating func descriptor() throws(FormatError) -> String {
    guard !takes("[") else {
      throw .unsupported("elements of several fields, expected '<f4'", at: "header")
    }
    return try string()
  }

  private mutating func boolean() throws(FormatError) -> Bool {
    skipSpace()
    if reader.skips("False".utf8) { return false }
    if reader.skips("True".utf8) { return true }
    throw failure("expected True or False")
  }

  /// tuple ::= '(' (integer ',' (integer ',')* integer?)? ')'
  private mutating func tuple() throws(FormatError) -> [Int] {
    try expect("(")
    var values: [Int] = []
    while !takes(")") {
      guard values.count < 32 else { throw failure("more than 32 dimensions") }
      values.append(try integer())
      if takes(",") { continue }
      guard values.count > 1 else { throw failure("expected \",\"") }
      try expect(")")
      break
    }
    return values
  }

  private mutating func integer() throws(FormatError) -> Int {
    skipSpace()
    var digits = ""
    while let byte = reader.peek(), (48...57).contains(byte) {
      digits.unicodeScalars.append(Unicode.Scalar(byte))
      _ = reader.next()
    }
    guard digits == "0" || !digits.hasPrefix("0"), let value = Int(digits) else {
      throw failure("expected a whole number of at least 0, below 2^63")
    }
    return value
  }

  /// string ::= quote printable ASCII* the same quote
  private mutating func string() throws(FormatError) -> String {
    skipSpace()
    guard let quote = reader.next(), quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"")
    else { throw failure("expected a string") }
    var text = ""
    while let byte = reader.next(), (32..<127).contains(byte), byte != UInt8(ascii: "\\") {
      if byte == quote { return text }
      text.unicodeScalars.append(Unicode.Scalar(byte))
    }
    throw failure("expected a string of printable ASCII")
  }

  private mutating func takes(_ character: Character) -> Bool {
    skipSpace()
    guard let value = character.asciiValue, reader.peek() == value else { return false }
    return reader.skip(1)
  }

  private mutating func expect(_ character: Character) throws(FormatError) {
    guard takes(character) else { throw failure("expected \"\(character)\"") }
  }

  private mutating func skipSpace() {
    while let byte = reader.peek(), byte == 32 || byte == 10 { _ = reader.next() }
  }

  private func failure(_ message: String) -> FormatError {
    .malformed(message, at: "header, byte \(origin + reader.position)")
  }
}
