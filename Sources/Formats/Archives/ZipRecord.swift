/// One record of a central directory, and the local header that must agree with it.
struct ZipRecord {
  let name: String
  let flags: UInt64
  /// 0 stored, 8 deflated.
  let method: UInt64
  let crc: UInt32
  let stored: Int
  let size: Int
  /// Where the local header begins.
  let offset: Int

  /// Nil where the bytes are no record.
  init?(_ reader: inout ByteReader, at place: Int) throws(FormatError) {
    guard reader.unsigned(4) == 0x0201_4B50, reader.skip(4), let flags = reader.unsigned(2),
      let method = reader.unsigned(2), reader.skip(4), let crc = reader.unsigned(4),
      let stored = reader.unsigned(4), let size = reader.unsigned(4),
      let nameLength = reader.unsigned(2), let extraLength = reader.unsigned(2),
      let commentLength = reader.unsigned(2), let disk = reader.unsigned(2), reader.skip(6),
      let offset = reader.unsigned(4), let nameBytes = reader.take(Int(nameLength)),
      let extra = reader.take(Int(extraLength)), reader.skip(Int(commentLength)), disk == 0,
      let long = Self.long([size, stored, offset], extra),
      let longSize = Int(exactly: long[0]), let longStored = Int(exactly: long[1]),
      let longOffset = Int(exactly: long[2])
    else { return nil }
    name = try Self.name(nameBytes, at: place)
    let entry = "entry \(quoted(name))"
    // Encryption, patches and masked headers.
    guard flags & 0x2061 == 0 else {
      throw .unsupported("it is encrypted", at: entry)
    }
    guard method == 0 || method == 8 else {
      throw .unsupported(
        "compression method \(method), expected stored (0) or deflated (8)", at: entry)
    }
    self.flags = flags
    self.method = method
    self.crc = UInt32(crc)
    self.stored = longStored
    self.size = longSize
    self.offset = longOffset
    let (most, overflow) = longStored.multipliedReportingOverflow(by: ZipArchive.maximumRatio)
    guard method == 0 ? longSize == longStored : overflow || longSize <= most else {
      throw .malformed(
        "\(longStored) bytes cannot hold the \(longSize) that it declares", at: entry)
    }
  }

  /// The range of the data behind the local header; all of it lies before `limit`.
  func locate(_ file: OpenFile, before limit: Int) throws(FormatError) -> Range<Int> {
    let place = "entry \(quoted(name))"
    let fault = FormatError.malformed(
      "the local header at byte \(offset) contradicts the central directory", at: place)
    guard offset <= limit - 30 else { throw fault }
    var header = ByteReader(try file.bytes(offset..<offset + 30))
    guard header.unsigned(4) == 0x0403_4B50, header.skip(2), let flags = header.unsigned(2),
      let method = header.unsigned(2), header.skip(4), let crc = header.unsigned(4),
      let stored = header.unsigned(4), let size = header.unsigned(4),
      let nameLength = header.unsigned(2), let extraLength = header.unsigned(2)
    else { throw fault }
    let start = offset + 30 + Int(nameLength) + Int(extraLength)
    guard start <= limit, self.stored <= limit - start else {
      throw .malformed(
        "its \(self.stored) bytes from byte \(start) on pass the central directory at byte "
          + "\(limit)", at: place)
    }
    var rest = ByteReader(try file.bytes(offset + 30..<start))
    guard let nameBytes = rest.take(Int(nameLength)), nameBytes == Array(name.utf8),
      let extra = rest.take(Int(extraLength)), let long = Self.long([size, stored], extra),
      method == self.method, flags == self.flags
    else { throw fault }
    // With bit 3 the numbers may follow the data; the central directory has them already.
    let later = flags & 8 != 0
    let pairs = [
      (crc, UInt64(self.crc)), (long[0], UInt64(self.size)), (long[1], UInt64(self.stored)),
    ]
    guard pairs.allSatisfy({ $0 == $1 || (later && $0 == 0) }) else { throw fault }
    return start..<start + self.stored
  }

  /// The fields with those of 32 ones taken from the 64-bit extra field, in order; nil where it
  /// lacks them.
  private static func long(_ fields: [UInt64], _ extra: [UInt8]) -> [UInt64]? {
    guard fields.contains(0xFFFF_FFFF) else { return fields }
    var reader = ByteReader(extra)
    while let tag = reader.unsigned(2), let length = reader.unsigned(2),
      let content = reader.take(Int(length))
    {
      guard tag == 1 else { continue }
      var values = ByteReader(content)
      var result: [UInt64] = []
      for field in fields {
        guard let value = field == 0xFFFF_FFFF ? values.unsigned(8) : field else { return nil }
        result.append(value)
      }
      return result
    }
    return nil
  }

  private static func name(_ bytes: [UInt8], at place: Int) throws(FormatError) -> String {
    guard let name = String(validating: bytes, as: UTF8.self), !name.isEmpty,
      !name.utf8.contains(0)
    else { throw .malformed("the name of an entry is not UTF-8", byte: place) }
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    guard !name.hasPrefix("/"), !name.contains("\\"), !parts.contains("..") else {
      throw .malformed("the name \(quoted(name)) leads out of the archive", byte: place)
    }
    return name
  }
}
