import TestSupport
@testable import Formats

/// Zip files for the tests, true ones and lying ones.
struct ZipWriter {
  struct Entry {
    var name: String
    /// The bytes as they lie in the file.
    var stored: [UInt8]
    var method: UInt64 = 0
    var flags: UInt64 = 0
    var size: UInt64
    var crc: UInt64
    /// What the local header says otherwise.
    var localName: String?
    var localSize: UInt64?
    var localCRC: UInt64?
    var offset: UInt64?

    init(_ name: String, _ bytes: [UInt8]) {
      self.name = name
      stored = bytes
      size = UInt64(bytes.count)
      crc = UInt64(ZipWriter.checksum(bytes))
    }

    /// Bytes deflated elsewhere.
    init(_ name: String, deflated: [UInt8], from bytes: [UInt8]) {
      self.init(name, bytes)
      stored = deflated
      method = 8
    }
  }

  static func checksum(_ bytes: [UInt8]) -> UInt32 {
    var crc = CRC32()
    crc.update(bytes.span)
    return crc.value
  }

  /// Deflate by blocks of bytes as they are (RFC 1951, 3.2.4).
  static func deflated(_ bytes: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    var start = 0
    repeat {
      let end = min(start + 0xFFFF, bytes.count)
      result.append(end == bytes.count ? 1 : 0)
      result += little(UInt64(end - start), 2) + little(~UInt64(end - start), 2)
      result += bytes[start..<end]
      start = end
    } while start < bytes.count
    return result
  }

  static func little(_ value: UInt64, _ size: Int) -> [UInt8] {
    (0..<size).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) }
  }

  static func bytes(_ entries: [Entry], comment: [UInt8] = [], long: Bool = false) -> [UInt8] {
    var file: [UInt8] = []
    var directory: [UInt8] = []
    for entry in entries {
      let offset = entry.offset ?? UInt64(file.count)
      let name = Array(entry.name.utf8)
      let localName = entry.localName.map { Array($0.utf8) } ?? name
      let stored = UInt64(entry.stored.count)
      file += little(0x0403_4B50, 4) + little(20, 2) + little(entry.flags, 2)
      file += little(entry.method, 2) + little(0, 4) + little(entry.localCRC ?? entry.crc, 4)
      file += little(stored, 4) + little(entry.localSize ?? entry.size, 4)
      file += little(UInt64(localName.count), 2) + little(0, 2) + localName + entry.stored
      let extra = long ? little(1, 2) + little(24, 2) : []
      let fields = [entry.size, stored, offset]
      directory += little(0x0201_4B50, 4) + little(20, 2) + little(20, 2) + little(entry.flags, 2)
      directory += little(entry.method, 2) + little(0, 4) + little(entry.crc, 4)
      directory += little(long ? 0xFFFF_FFFF : stored, 4)
      directory += little(long ? 0xFFFF_FFFF : entry.size, 4)
      directory += little(UInt64(name.count), 2) + little(long ? 28 : 0, 2) + little(0, 10)
      directory += little(long ? 0xFFFF_FFFF : offset, 4) + name + extra
      if long { directory += fields.flatMap { little($0, 8) } }
    }
    let (count, start) = (UInt64(entries.count), UInt64(file.count))
    file += directory
    if long {
      let record = UInt64(file.count)
      file += little(0x0606_4B50, 4) + little(44, 8) + little(45, 2) + little(45, 2) + little(0, 8)
      file += little(count, 8) + little(count, 8) + little(UInt64(directory.count), 8)
      file += little(start, 8)
      file += little(0x0706_4B50, 4) + little(0, 4) + little(record, 8) + little(1, 4)
    }
    file += little(0x0605_4B50, 4) + little(0, 4)
    file += little(long ? 0xFFFF : count, 2) + little(long ? 0xFFFF : count, 2)
    file += little(long ? 0xFFFF_FFFF : UInt64(directory.count), 4)
    file += little(long ? 0xFFFF_FFFF : start, 4) + little(UInt64(comment.count), 2) + comment
    return file
  }
}
