/// The checksum of zip (polynomial 0xEDB88320, reflected), eight bytes a step.
struct CRC32 {
  private var state: UInt32 = ~0

  var value: UInt32 { ~state }

  mutating func update(_ bytes: Span<UInt8>) {
    let tables = Self.tables.span
    var state = state
    var index = 0
    while index + 8 <= bytes.count {
      let low = bytes.littleEndian32(at: index) ^ state
      let high = bytes.littleEndian32(at: index + 4)
      state =
        tables[0x700 + Int(low & 0xFF)] ^ tables[0x600 + Int(low >> 8 & 0xFF)]
        ^ tables[0x500 + Int(low >> 16 & 0xFF)] ^ tables[0x400 + Int(low >> 24)]
        ^ tables[0x300 + Int(high & 0xFF)] ^ tables[0x200 + Int(high >> 8 & 0xFF)]
        ^ tables[0x100 + Int(high >> 16 & 0xFF)] ^ tables[Int(high >> 24)]
      index += 8
    }
    while index < bytes.count {
      state = state >> 8 ^ tables[Int((state ^ UInt32(bytes[index])) & 0xFF)]
      index += 1
    }
    self.state = state
  }

  /// Table k, 256 numbers from 256 k on, holds the sums of a byte with k zero bytes after it.
  private static let tables: [UInt32] = {
    var tables = [UInt32](repeating: 0, count: 8 * 256)
    for byte in 0..<256 {
      var sum = UInt32(byte)
      for _ in 0..<8 { sum = sum >> 1 ^ (sum & 1 == 1 ? 0xEDB8_8320 : 0) }
      tables[byte] = sum
    }
    for index in 256..<tables.count {
      let sum = tables[index - 256]
      tables[index] = sum >> 8 ^ tables[Int(sum & 0xFF)]
    }
    return tables
  }()
}
