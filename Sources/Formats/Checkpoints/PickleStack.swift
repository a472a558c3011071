/// The values that a pickle is working on, and those that it remembers by number.
struct PickleStack {
  static let misplaced = FormatError.malformed("the pickle's values do not fit its opcode")

  private var values: [PickleValue] = []
  /// Heights of the stack.
  private var marks: [Int] = []
  private var memo: [PickleValue] = []

  /// How many values lie above the last mark.
  private var count: Int { values.count - (marks.last ?? 0) }

  mutating func push(_ value: PickleValue) { values.append(value) }

  mutating func mark() { marks.append(values.count) }

  /// The last value above the last mark.
  mutating func pop() throws(FormatError) -> PickleValue {
    guard count > 0, let value = values.popLast() else { throw Self.misplaced }
    return value
  }

  /// The last values above the last mark, in order.
  mutating func pop(_ count: Int) throws(FormatError) -> [PickleValue] {
    guard self.count >= count else { throw Self.misplaced }
    let content = Array(values.suffix(count))
    values.removeLast(count)
    return content
  }

  /// Everything above the last mark, and the mark.
  mutating func popMark() throws(FormatError) -> [PickleValue] {
    guard let mark = marks.popLast() else { throw Self.misplaced }
    // A copy of these alone: a slice would hold on to the whole stack.
    let content = Array(values[mark...])
    values.removeLast(content.count)
    return content
  }

  /// Removes the last value, or the mark where that comes last.
  mutating func drop() throws(FormatError) {
    if marks.last == values.count { marks.removeLast() } else { _ = try pop() }
  }

  /// The value that a pickle ends with, alone.
  mutating func only() throws(FormatError) -> PickleValue {
    guard values.count == 1, marks.isEmpty, let value = values.popLast() else {
      throw .malformed("the pickle ends with \(values.count) values, expected one")
    }
    return value
  }

  /// Remembers the last value under the next number.
  mutating func remember() throws(FormatError) { try remember(memo.count) }

  mutating func remember(_ index: Int) throws(FormatError) {
    guard count > 0, let value = values.last else { throw Self.misplaced }
    guard index < PickleMemory.maximumValues else {
      throw .limit("a memo of \(index) values, expected at most \(PickleMemory.maximumValues)")
    }
    while memo.count <= index { memo.append(.none) }
    memo[index] = value
  }

  func recalled(_ index: Int) throws(FormatError) -> PickleValue {
    guard index < memo.count else { throw .malformed("value \(index) was not remembered") }
    return memo[index]
  }
}
