/// The value of a number as it is spelled: `256`, `1_000`, `0.5`, `1e-5`, `3x3`, `2x`.
package enum NumberLiteral: Hashable {
  case integer(Int)
  case decimal(Double)
  case size(Int, Int)
  case factor(numerator: Int, denominator: Int)

  package enum Failure: Error, Hashable {
    case malformed
    case leadingZero
    case outOfRange
  }

  package init(_ text: String) throws(Failure) {
    let bytes = Array(text.utf8)
    if let cross = bytes.firstIndex(of: UInt8(ascii: "x")) {
      let left = bytes[..<cross]
      let right = bytes[(cross + 1)...]
      if right.isEmpty {
        self = try Self.factor(left)
      } else {
        self = .size(try Self.integer(left), try Self.integer(right))
      }
    } else if bytes.contains(where: { ".eE".utf8.contains($0) }) {
      self = .decimal(try Self.decimal(bytes[...], text))
    } else {
      self = .integer(try Self.integer(bytes[...]))
    }
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  /// Digits with single `_` between them and no needless zero in front.
  private static func integer(_ bytes: ArraySlice<UInt8>) throws(Failure) -> Int {
    guard let first = bytes.first, let last = bytes.last, isDigit(first), isDigit(last) else {
      throw .malformed
    }
    var value = 0
    var previous = first
    var overflows = false
    for byte in bytes {
      if byte == UInt8(ascii: "_") {
        guard isDigit(previous) else { throw .malformed }
      } else {
        guard isDigit(byte) else { throw .malformed }
        let (product, overflow) = value.multipliedReportingOverflow(by: 10)
        let (sum, carry) = product.addingReportingOverflow(Int(byte - UInt8(ascii: "0")))
        overflows = overflows || overflow || carry
        value = sum
      }
      previous = byte
    }
    if first == UInt8(ascii: "0") && bytes.count > 1 { throw .leadingZero }
    if overflows { throw .outOfRange }
    return value
  }

  /// `digits [ "." digits ] [ ("e" | "E") [ "+" | "-" ] digits ]`, finite, not rounded to zero.
  private static func decimal(
    _ bytes: ArraySlice<UInt8>, _ text: String
  ) throws(Failure) -> Double {
    var rest = bytes
    let whole = rest.prefix(while: isDigit)
    rest = rest.dropFirst(whole.count)
    guard let first = whole.first else { throw .malformed }
    var isZero = whole.allSatisfy { $0 == UInt8(ascii: "0") }
    if rest.first == UInt8(ascii: ".") {
      let fraction = rest.dropFirst().prefix(while: isDigit)
      guard !fraction.isEmpty else { throw .malformed }
      isZero = isZero && fraction.allSatisfy { $0 == UInt8(ascii: "0") }
      rest = rest.dropFirst(1 + fraction.count)
    }
    if let mark = rest.first, mark == UInt8(ascii: "e") || mark == UInt8(ascii: "E") {
      rest = rest.dropFirst()
      if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
        rest = rest.dropFirst()
      }
      let exponent = rest.prefix(while: isDigit)
      guard !exponent.isEmpty else { throw .malformed }
      rest = rest.dropFirst(exponent.count)
    }
    guard rest.isEmpty, let value = Double(text) else { throw .malformed }
    if first == UInt8(ascii: "0") && whole.count > 1 { throw .leadingZero }
    guard value.isFinite, isZero || value != 0 else { throw .outOfRange }
    return value
  }

  /// `digits [ "." digits ]` as a reduced fraction.
  private static func factor(_ bytes: ArraySlice<UInt8>) throws(Failure) -> NumberLiteral {
    guard let point = bytes.firstIndex(of: UInt8(ascii: ".")) else {
      return .factor(numerator: try integer(bytes), denominator: 1)
    }
    let fraction = bytes[(point + 1)...]
    guard !fraction.isEmpty, fraction.allSatisfy(isDigit) else { throw .malformed }
    var numerator = try integer(bytes[..<point])
    var denominator = 1
    for byte in fraction {
      let (tens, overflow) = numerator.multipliedReportingOverflow(by: 10)
      let (sum, carry) = tens.addingReportingOverflow(Int(byte - UInt8(ascii: "0")))
      let (scale, excess) = denominator.multipliedReportingOverflow(by: 10)
      if overflow || carry || excess { throw .outOfRange }
      numerator = sum
      denominator = scale
    }
    var (a, b) = (numerator, denominator)
    while b != 0 { (a, b) = (b, a % b) }
    return .factor(numerator: numerator / a, denominator: denominator / a)
  }
}
