/// The end of central directory record, with its 64-bit form where the file has one.
struct ZipEnd {
  let count: Int
  let directory: Range<Int>

  init(_ file: OpenFile) throws(FormatError) {
    // The record has 22 bytes and a comment of at most 65,535 that ends the file.
    let start = max(0, file.size - 22 - 0xFFFF)
    let tail = try file.bytes(start..<file.size)
    guard let offset = Self.find(in: tail) else {
      throw .malformed(
        "no end record: the zip file is cut short or something follows it", byte: file.size)
    }
    var reader = ByteReader(tail)
    guard reader.seek(offset + 4), let disk = reader.unsigned(2), let first = reader.unsigned(2),
      let here = reader.unsigned(2), let all = reader.unsigned(2), let size = reader.unsigned(4),
      let begin = reader.unsigned(4)
    else { throw .malformed("the end record is cut short", byte: start + offset) }
    let fields = [disk, first, here, all, size, begin]
    let long = try Self.long(file, before: start + offset)
    let full = long?.fields ?? fields
    // A field of the short record is that of the long one, or all ones where it does not fit.
    let limits: [UInt64] = [0xFFFF, 0xFFFF, 0xFFFF, 0xFFFF, 0xFFFF_FFFF, 0xFFFF_FFFF]
    let agree = zip(fields.indices, fields).allSatisfy { index, field in
      field == full[index] || (long != nil && field == limits[index])
    }
    let directoryEnd = long?.offset ?? start + offset
    guard agree, full[0] == 0, full[1] == 0, full[2] == full[3],
      let count = Int(exactly: full[3]), let length = Int(exactly: full[4]),
      let lower = Int(exactly: full[5]), lower <= directoryEnd, length == directoryEnd - lower
    else {
      throw .malformed(
        "the end record does not fit the file: a central directory of \(full[4]) bytes at byte "
          + "\(full[5]) should end at byte \(directoryEnd)", byte: start + offset)
    }
    self.count = count
    directory = lower..<directoryEnd
  }

  /// The last signature whose comment ends with the file.
  private static func find(in tail: [UInt8]) -> Int? {
    guard tail.count >= 22 else { return nil }
    for offset in (0...tail.count - 22).reversed() {
      guard tail[offset] == 0x50, tail[offset + 1] == 0x4B, tail[offset + 2] == 5,
        tail[offset + 3] == 6
      else { continue }
      let comment = Int(tail[offset + 20]) | Int(tail[offset + 21]) << 8
      if offset + 22 + comment == tail.count { return offset }
    }
    return nil
  }

  /// The fields of the 64-bit record that a locator before `end` points to, and its place.
  private static func long(
    _ file: OpenFile, before end: Int
  ) throws(FormatError) -> (fields: [UInt64], offset: Int)? {
    guard end >= 20 else { return nil }
    var locator = ByteReader(try file.bytes(end - 20..<end))
    guard locator.unsigned(4) == 0x0706_4B50 else { return nil }
    let fault = FormatError.malformed("the 64-bit end record is damaged", byte: end - 20)
    guard locator.unsigned(4) == 0, let place = locator.unsigned(8),
      let disks = locator.unsigned(4),
      disks <= 1, let offset = Int(exactly: place), offset <= end - 20 - 56
    else { throw fault }
    var record = ByteReader(try file.bytes(offset..<offset + 56))
    guard record.unsigned(4) == 0x0606_4B50, let size = record.unsigned(8),
      size == UInt64(end - 20 - offset - 12), record.skip(4), let disk = record.unsigned(4),
      let first = record.unsigned(4), let here = record.unsigned(8), let all = record.unsigned(8),
      let length = record.unsigned(8), let begin = record.unsigned(8)
    else { throw fault }
    return ([disk, first, here, all, length, begin], offset)
  }
}
