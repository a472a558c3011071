/// A reader of Python pickles, protocols 2 to 5 (`pickletools` describes them), that builds plain
/// data and executes nothing.
struct PickleMachine {
  private(set) var memory: PickleMemory
  private var reader: ByteReader
  private var stack = PickleStack()
  /// Before each place in a message.
  private let name: String

  /// `name` goes before the places of messages: "data.pkl, ".
  init(
    _ bytes: [UInt8], name: String, values: Int = PickleMemory.maximumValues
  ) throws(FormatError) {
    guard bytes.count <= PickleMemory.maximumLength else {
      throw .limit("has \(bytes.count) bytes, expected at most \(PickleMemory.maximumLength)")
    }
    memory = PickleMemory(bytes, limit: values)
    reader = ByteReader(bytes)
    self.name = name
  }

  /// Past the last pickle that was read.
  var position: Int { reader.position }

  /// Reads one pickle, up to its end.
  mutating func run() throws(FormatError) -> PickleValue {
    stack = PickleStack()
    while true {
      let start = reader.position
      do throws(FormatError) {
        guard let code = reader.next() else { throw Self.breaksOff }
        guard code == UInt8(ascii: ".") else {
          try step(code)
          continue
        }
        return try stack.only()
      } catch {
        throw FormatError(error.kind, error.message, at: "\(name)byte \(start)")
      }
    }
  }

  private static let breaksOff = FormatError.malformed("the pickle breaks off")

  private mutating func step(_ code: UInt8) throws(FormatError) {
    switch code {
    case 0x80:
      let version = try number(1)
      guard version <= 5 else { throw .unsupported("pickle protocol \(version), expected 2 to 5") }
    case 0x95:
      guard try number(8) <= reader.remaining else { throw Self.breaksOff }
    case UInt8(ascii: "("):
      try memory.count()
      stack.mark()
    case UInt8(ascii: "0"): try stack.drop()
    case UInt8(ascii: "1"): _ = try stack.popMark()
    case UInt8(ascii: "2"):
      let value = try stack.pop()
      try push(value)
      try push(value)
    case UInt8(ascii: "N"): try push(.none)
    case 0x88: try push(.truth(true))
    case 0x89: try push(.truth(false))
    case UInt8(ascii: "K"): try push(.integer(number(1)))
    case UInt8(ascii: "M"): try push(.integer(number(2)))
    case UInt8(ascii: "J"):
      try push(.integer(Int(Int32(truncatingIfNeeded: number(4)))))
    case 0x8A: try pushLong(number(1))
    case 0x8B: try pushLong(number(4))
    case UInt8(ascii: "G"): try pushOther(8)
    case UInt8(ascii: "X"), UInt8(ascii: "T"): try pushText(number(4))
    case 0x8C, UInt8(ascii: "U"): try pushText(number(1))
    case 0x8D: try pushText(number(8))
    case UInt8(ascii: "C"): try pushOther(number(1))
    case UInt8(ascii: "B"): try pushOther(number(4))
    case 0x8E, 0x96: try pushOther(number(8))
    case 0x8F: try push(.other)
    default: try stepCollection(code)
    }
  }

  private mutating func stepCollection(_ code: UInt8) throws(FormatError) {
    switch code {
    case UInt8(ascii: "}"): try push(.dictionary(memory.collection()))
    case UInt8(ascii: "]"): try push(.list(memory.collection()))
    case UInt8(ascii: ")"): try push(.tuple(memory.collection()))
    case UInt8(ascii: "t"): try push(.tuple(memory.collection(stack.popMark())))
    case UInt8(ascii: "l"): try push(.list(memory.collection(stack.popMark())))
    case UInt8(ascii: "d"):
      let content = try stack.popMark()
      guard content.count % 2 == 0 else { throw Self.misplaced }
      try push(.dictionary(memory.collection(content)))
    case 0x85: try pushTuple(1)
    case 0x86: try pushTuple(2)
    case 0x87: try pushTuple(3)
    case 0x91:
      _ = try stack.popMark()
      try push(.other)
    case UInt8(ascii: "a"): try add([stack.pop()], isPairs: false)
    case UInt8(ascii: "e"), 0x90: try add(stack.popMark(), isPairs: false)
    case UInt8(ascii: "s"):
      let value = try stack.pop()
      try add([stack.pop(), value], isPairs: true)
    case UInt8(ascii: "u"): try add(stack.popMark(), isPairs: true)
    case UInt8(ascii: "q"): try stack.remember(number(1))
    case UInt8(ascii: "r"): try stack.remember(number(4))
    case 0x94: try stack.remember()
    case UInt8(ascii: "h"): try push(stack.recalled(number(1)))
    case UInt8(ascii: "j"): try push(stack.recalled(number(4)))
    default: try stepObject(code)
    }
  }

  private mutating func stepObject(_ code: UInt8) throws(FormatError) {
    switch code {
    case UInt8(ascii: "c"): try push(memory.add(global(line(), line())))
    case 0x93:
      guard case .text(let name) = try stack.pop(), case .text(let module) = try stack.pop(),
        let name = memory.string(name), let module = memory.string(module)
      else { throw Self.misplaced }
      try push(memory.add(global(module, name)))
    case UInt8(ascii: "R"), 0x81:
      let arguments = try stack.pop()
      try push(memory.calling(stack.pop(), with: arguments))
    case 0x92:
      _ = try stack.pop()
      let arguments = try stack.pop()
      try push(memory.calling(stack.pop(), with: arguments))
    case UInt8(ascii: "i"):
      let made = try memory.add(global(line(), line()))
      let arguments = PickleValue.tuple(memory.collection(try stack.popMark()))
      try push(memory.calling(made, with: arguments))
    case UInt8(ascii: "o"):
      let content = try stack.popMark()
      guard let made = content.first else { throw Self.misplaced }
      let arguments = PickleValue.tuple(memory.collection(Array(content.dropFirst())))
      try push(memory.calling(made, with: arguments))
    case UInt8(ascii: "b"):
      // The attributes of an object: of a dictionary, notes of the modules' versions.
      _ = try stack.pop()
      try push(stack.pop())
    case UInt8(ascii: "Q"): try push(memory.persistent(stack.pop()))
    default:
      let digits = String(code, radix: 16)
      throw .unsupported("opcode 0x\(digits), which torch.save does not write")
    }
  }

  // MARK: - Operands

  private mutating func number(_ size: Int) throws(FormatError) -> Int {
    guard let value = reader.unsigned(size) else { throw Self.breaksOff }
    guard let number = Int(exactly: value) else { throw .malformed("a length of \(value)") }
    return number
  }

  private mutating func skip(_ count: Int) throws(FormatError) {
    guard reader.skip(count) else {
      throw .malformed("needs \(count) bytes, \(reader.remaining) are left")
    }
  }

  /// Up to a line feed, in UTF-8.
  private mutating func line() throws(FormatError) -> String {
    var bytes: [UInt8] = []
    while let byte = reader.next() {
      if byte == UInt8(ascii: "\n") {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw Self.misplaced }
        return text
      }
      bytes.append(byte)
      guard bytes.count <= Self.longestName else { break }
    }
    throw .malformed("a name without end")
  }

  private static let longestName = 500

  private func global(_ module: String, _ name: String) throws(FormatError) -> PickleGlobal {
    guard max(module.utf8.count, name.utf8.count) <= Self.longestName else {
      throw .malformed("a name of more than \(Self.longestName) bytes")
    }
    return try PickleGlobal(module, name)
  }

  // MARK: - Stack

  private static let misplaced = PickleStack.misplaced

  private mutating func push(_ value: PickleValue) throws(FormatError) {
    try memory.count()
    stack.push(value)
  }

  private mutating func pushText(_ count: Int) throws(FormatError) {
    let start = reader.position
    try skip(count)
    // Both lie below the pickle's longest length.
    try push(.text(PickleText(start: UInt32(start), count: UInt32(count))))
  }

  private mutating func pushOther(_ count: Int) throws(FormatError) {
    try skip(count)
    try push(.other)
  }

  /// A whole number of `count` bytes, the lowest first, in two's complement.
  private mutating func pushLong(_ count: Int) throws(FormatError) {
    guard (1...8).contains(count) else {
      try skip(count)
      return try push(count == 0 ? .integer(0) : .other)
    }
    guard let bits = reader.unsigned(count) else { throw Self.breaksOff }
    let unused = UInt64(64 - 8 * count)
    try push(.integer(Int(Int64(bitPattern: bits << unused) >> Int64(unused))))
  }

  private mutating func pushTuple(_ count: Int) throws(FormatError) {
    try push(.tuple(memory.collection(stack.pop(count))))
  }

  /// Puts items into the collection below them; what is closed swallows them.
  private mutating func add(_ items: [PickleValue], isPairs: Bool) throws(FormatError) {
    let target = try stack.pop()
    switch target {
    case .list(let index) where !isPairs: memory.append(items, to: index)
    case .dictionary(let index) where isPairs && items.count % 2 == 0:
      memory.append(items, to: index)
    case .made, .other, .tensor: break
    default: throw Self.misplaced
    }
    stack.push(target)
  }
}
