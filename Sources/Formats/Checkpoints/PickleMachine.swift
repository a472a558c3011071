/// A reader of Python pickles, protocols 2 to 5 (`pickletools` describes them), that builds plain
/// data and executes nothing.
struct PickleMachine {
  private(set) var memory: PickleMemory
  private var reader: ByteReader
  private var stack: [PickleValue] = []
  /// Heights of the stack.
  private var marks: [Int] = []
  private var memo: [PickleValue] = []
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
    (stack, marks, memo) = ([], [], [])
    while true {
      let start = reader.position
      do throws(FormatError) {
        guard let code = reader.next() else { throw Self.breaksOff }
        guard code == UInt8(ascii: ".") else {
          try step(code)
          continue
        }
        guard stack.count == 1, marks.isEmpty, let value = stack.popLast() else {
          throw .malformed("the pickle ends with \(stack.count) values, expected one")
        }
        return value
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
      marks.append(stack.count)
    case UInt8(ascii: "0"):
      if marks.last == stack.count { marks.removeLast() } else { _ = try pop() }
    case UInt8(ascii: "1"): _ = try popMark()
    case UInt8(ascii: "2"):
      let value = try pop()
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
    case UInt8(ascii: "t"): try push(.tuple(memory.collection(popMark())))
    case UInt8(ascii: "l"): try push(.list(memory.collection(popMark())))
    case UInt8(ascii: "d"):
      let content = try popMark()
      guard content.count % 2 == 0 else { throw Self.misplaced }
      try push(.dictionary(memory.collection(content)))
    case 0x85: try pushTuple(1)
    case 0x86: try pushTuple(2)
    case 0x87: try pushTuple(3)
    case 0x91:
      _ = try popMark()
      try push(.other)
    case UInt8(ascii: "a"): try add([pop()], isPairs: false)
    case UInt8(ascii: "e"), 0x90: try add(popMark(), isPairs: false)
    case UInt8(ascii: "s"):
      let value = try pop()
      try add([pop(), value], isPairs: true)
    case UInt8(ascii: "u"): try add(popMark(), isPairs: true)
    case UInt8(ascii: "q"): try remember(number(1))
    case UInt8(ascii: "r"): try remember(number(4))
    case 0x94: try remember(memo.count)
    case UInt8(ascii: "h"): try recall(number(1))
    case UInt8(ascii: "j"): try recall(number(4))
    default: try stepObject(code)
    }
  }

  private mutating func stepObject(_ code: UInt8) throws(FormatError) {
    switch code {
    case UInt8(ascii: "c"): try push(memory.add(global(line(), line())))
    case 0x93:
      guard case .text(let name) = try pop(), case .text(let module) = try pop(),
        let name = memory.string(name), let module = memory.string(module)
      else { throw Self.misplaced }
      try push(memory.add(global(module, name)))
    case UInt8(ascii: "R"), 0x81:
      let arguments = try pop()
      try push(memory.calling(pop(), with: arguments))
    case 0x92:
      _ = try pop()
      let arguments = try pop()
      try push(memory.calling(pop(), with: arguments))
    case UInt8(ascii: "i"):
      let made = try memory.add(global(line(), line()))
      let arguments = PickleValue.tuple(memory.collection(try popMark()))
      try push(memory.calling(made, with: arguments))
    case UInt8(ascii: "o"):
      let content = try popMark()
      guard let made = content.first else { throw Self.misplaced }
      let arguments = PickleValue.tuple(memory.collection(Array(content.dropFirst())))
      try push(memory.calling(made, with: arguments))
    case UInt8(ascii: "b"):
      // The attributes of an object: of a dictionary, notes of the modules' versions.
      _ = try pop()
      try push(pop())
    case UInt8(ascii: "Q"): try push(memory.persistent(pop()))
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

  private static let misplaced = FormatError.malformed("the pickle's values do not fit its opcode")

  private mutating func push(_ value: PickleValue) throws(FormatError) {
    try memory.count()
    stack.append(value)
  }

  /// The last value above the last mark.
  private mutating func pop() throws(FormatError) -> PickleValue {
    guard stack.count > marks.last ?? 0, let value = stack.popLast() else { throw Self.misplaced }
    return value
  }

  /// Everything above the last mark, and the mark.
  private mutating func popMark() throws(FormatError) -> [PickleValue] {
    guard let mark = marks.popLast() else { throw Self.misplaced }
    // A copy of these alone: a slice would hold on to the whole stack.
    let content = Array(stack[mark...])
    stack.removeLast(content.count)
    return content
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
    guard stack.count - (marks.last ?? 0) >= count else { throw Self.misplaced }
    let content = Array(stack.suffix(count))
    stack.removeLast(count)
    try push(.tuple(memory.collection(content)))
  }

  /// Puts items into the collection below them; what is closed swallows them.
  private mutating func add(_ items: [PickleValue], isPairs: Bool) throws(FormatError) {
    let target = try pop()
    switch target {
    case .list(let index) where !isPairs: memory.append(items, to: index)
    case .dictionary(let index) where isPairs && items.count % 2 == 0:
      memory.append(items, to: index)
    case .made, .other, .tensor: break
    default: throw Self.misplaced
    }
    stack.append(target)
  }

  // MARK: - Memo

  private mutating func remember(_ index: Int) throws(FormatError) {
    guard let value = stack.last, stack.count > marks.last ?? 0 else { throw Self.misplaced }
    guard index < PickleMemory.maximumValues else {
      throw .limit("a memo of \(index) values, expected at most \(PickleMemory.maximumValues)")
    }
    while memo.count <= index { memo.append(.none) }
    memo[index] = value
  }

  private mutating func recall(_ index: Int) throws(FormatError) {
    guard index < memo.count else { throw .malformed("value \(index) was not remembered") }
    try push(memo[index])
  }
}
