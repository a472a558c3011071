/// A bounds-checked cursor over bytes; reading past the end is nil, never a trap.
struct ByteReader {
  let bytes: [UInt8]
  private(set) var position: Int
  /// One past the last byte that may be read.
  let end: Int

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    position = 0
    end = bytes.count
  }

  var remaining: Int { end - position }

  func peek() -> UInt8? { position < end ? bytes[position] : nil }

  mutating func next() -> UInt8? {
    guard position < end else { return nil }
    defer { position += 1 }
    return bytes[position]
  }

  /// Moves on by `count` bytes; false, and no move, where fewer are left.
  mutating func skip(_ count: Int) -> Bool {
    guard count >= 0, count <= remaining else { return false }
    position += count
    return true
  }

  /// Moves to an absolute position; false where it lies outside.
  mutating func seek(_ target: Int) -> Bool {
    guard target >= 0, target <= end else { return false }
    position = target
    return true
  }

  mutating func skips(_ expected: some Collection<UInt8>) -> Bool {
    guard expected.count <= remaining, bytes[position..<end].starts(with: expected) else {
      return false
    }
    position += expected.count
    return true
  }

  /// An unsigned integer of `size` (at most 7) bytes.
  mutating func integer(_ size: Int, bigEndian: Bool) -> Int? {
    guard size <= remaining else { return nil }
    let field = bytes[position..<position + size]
    position += size
    var value = 0
    for byte in bigEndian ? Array(field) : field.reversed() { value = value << 8 | Int(byte) }
    return value
  }

  /// An unsigned little-endian integer of `size` (at most 8) bytes.
  mutating func unsigned(_ size: Int) -> UInt64? {
    guard size <= remaining else { return nil }
    var value: UInt64 = 0
    for index in 0..<size { value |= UInt64(bytes[position + index]) << UInt64(8 * index) }
    position += size
    return value
  }

  /// The next `count` bytes.
  mutating func take(_ count: Int) -> [UInt8]? {
    let start = position
    return skip(count) ? Array(bytes[start..<start + count]) : nil
  }
}
