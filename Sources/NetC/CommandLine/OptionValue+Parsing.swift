import Frontend
import IR
import Source
import Tensors

extension CommandOption {
  /// The value of the option as written on the command line.
  func value(_ text: String, as spelling: String) throws(UsageError) -> OptionValue {
    let shown = DiagnosticText.printable(text)
    switch kind {
    case .flag: return .present
    case .text: return .text(text)
    case .size:
      guard case .size(let size)? = ConstantText.number(text) else {
        throw UsageError(
          "`\(spelling)` cannot be `\(shown)`",
          help: "write height x width, such as `\(spelling) 513x513`")
      }
      guard (1...65_536).contains(size.height), (1...65_536).contains(size.width) else {
        throw UsageError("`\(spelling) \(shown)` is out of range: both sides are 1…65536")
      }
      return .size(height: size.height, width: size.width)
    case .integer(let range):
      guard case .int(let value)? = ConstantText.number(text), range.contains(value) else {
        let bounds =
          range.upperBound == Int.max
          ? "at least \(range.lowerBound)" : "\(range.lowerBound)…\(range.upperBound)"
        throw UsageError(
          "`\(spelling)` cannot be `\(shown)`", help: "it takes an integer, \(bounds)")
      }
      return .integer(value)
    case .bytes:
      guard let bytes = ByteSize.bytes(text) else {
        throw UsageError(
          "`\(spelling)` cannot be `\(shown)`",
          help: "write bytes, such as `\(spelling) 200M` or `\(spelling) 1.5G`")
      }
      return .integer(bytes)
    case .word(let words):
      guard words.contains(text) else {
        let list = words.map { "`\($0)`" }.joined(separator: ", ")
        throw UsageError(
          "`\(spelling)` cannot be `\(shown)`",
          help: nearest(text, among: words).map { "did you mean `\($0)`?" } ?? "it takes \(list)")
      }
      return .text(text)
    case .setting:
      let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, ConstantText.isWord(parts[0]) else {
        throw UsageError(
          "`\(spelling)` cannot be `\(shown)`",
          help: "write `\(spelling) name=value`, such as `\(spelling) classes=19`")
      }
      guard let value = ConstantText.constant(parts[1]) else {
        throw UsageError(
          "`\(spelling) \(shown)`: this is no value",
          help: "a value is a number, yes, no, a size such as 3x3, a word or a list: [1,2,4]")
      }
      return .setting(name: String(parts[0]), value: value)
    }
  }
}

/// Constants of the language as they are written on a command line.
enum ConstantText {
  static func constant(_ text: Substring) -> Constant? {
    if text.first == "[", text.last == "]", text.count >= 2 {
      let inner = text.dropFirst().dropLast()
      if inner.allSatisfy({ $0 == " " }) { return .list([]) }
      let items = inner.split(separator: ",", omittingEmptySubsequences: false).map {
        scalar($0.drop { $0 == " " })
      }
      let found = items.compactMap(\.self)
      return found.count == items.count ? .list(found) : nil
    }
    return scalar(text)
  }

  private static func scalar(_ text: Substring) -> Constant? {
    switch text {
    case "yes": .bool(true)
    case "no": .bool(false)
    default: number(text) ?? (isWord(text) ? .word(String(text)) : nil)
    }
  }

  /// `-3`, `0.5`, `1e-5`, `3x3`
  static func number(_ text: some StringProtocol) -> Constant? {
    let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
    guard let first = digits.utf8.first, isDigit(first), digits.utf8.count <= 64 else { return nil }
    if digits.utf8.allSatisfy(isDigit) { return Int(text).map(Constant.int) }
    if let cross = text.firstIndex(of: "x") {
      let (left, right) = (text[..<cross], text[text.index(after: cross)...])
      guard left.utf8.allSatisfy(isDigit), right.utf8.allSatisfy(isDigit),
        let height = Int(left), let width = Int(right)
      else { return nil }
      return .size(Size2(height, width))
    }
    guard digits.utf8.allSatisfy({ isDigit($0) || ".eE+-".utf8.contains($0) }),
      let value = Double(text), value.isFinite
    else { return nil }
    return .decimal(value)
  }

  static func isWord(_ text: some StringProtocol) -> Bool {
    func isLetter(_ byte: UInt8) -> Bool {
      byte == UInt8(ascii: "_") || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }
    guard let first = text.utf8.first, isLetter(first) else { return false }
    return text.utf8.count <= 256 && text.utf8.allSatisfy { isLetter($0) || isDigit($0) }
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }
}
