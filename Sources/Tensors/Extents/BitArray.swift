/// Packed bits; those past the end of the last word are zero.
package struct BitArray: Hashable, Sendable {
  private(set) var words: [UInt64] = []
  private(set) var count = 0

  package init() {}

  package init(repeating bit: Bool, count: Int) {
    words = [UInt64](repeating: bit ? .max : 0, count: (count + 63) / 64)
    self.count = count
    clearTail()
  }

  package subscript(index: Int) -> Bool {
    get { words[index >> 6] >> UInt64(index & 63) & 1 == 1 }
    set {
      let mask = UInt64(1) << UInt64(index & 63)
      if newValue { words[index >> 6] |= mask } else { words[index >> 6] &= ~mask }
    }
  }

  package mutating func append(_ bit: Bool) {
    append(word: bit ? 1 : 0, count: 1)
  }

  /// Appends the low `count` bits of the word; the others are zero.
  private mutating func append(word: UInt64, count added: Int) {
    let shift = UInt64(count & 63)
    if shift == 0 {
      words.append(word)
    } else {
      words[words.count - 1] |= word << shift
      if Int(shift) + added > 64 { words.append(word >> (64 - shift)) }
    }
    count += added
  }

  /// Appends the bits at start..<start + count of these bits.
  mutating func appendCopy(from start: Int, count added: Int) {
    var done = 0
    while done < added {
      let step = min(64, added - done)
      append(word: word(at: start + done, count: step), count: step)
      done += step
    }
  }

  /// Up to 64 bits from an index on.
  func word(at index: Int, count: Int) -> UInt64 {
    let (place, shift) = (index >> 6, UInt64(index & 63))
    var word = words[place] >> shift
    if shift != 0, place + 1 < words.count { word |= words[place + 1] << (64 - shift) }
    return count == 64 ? word : word & (1 << UInt64(count) - 1)
  }

  /// Whether the `count` bits from two indices on agree.
  func agree(_ left: Int, _ right: Int, count: Int) -> Bool {
    var done = 0
    while done < count {
      let step = min(64, count - done)
      if word(at: left + done, count: step) != word(at: right + done, count: step) { return false }
      done += step
    }
    return true
  }

  mutating func truncate(to count: Int) {
    self.count = count
    words.removeLast(words.count - (count + 63) / 64)
    clearTail()
  }

  /// Bit by bit with another array of the same length.
  func combined(_ other: BitArray, _ body: (UInt64, UInt64) -> UInt64) -> BitArray {
    var result = self
    for index in words.indices { result.words[index] = body(words[index], other.words[index]) }
    result.clearTail()
    return result
  }

  private mutating func clearTail() {
    if count & 63 != 0 { words[words.count - 1] &= 1 << UInt64(count & 63) - 1 }
  }
}
