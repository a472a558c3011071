/// The one thing netc reads from EXIF: how the camera was held (Exif 2.32, tag 0x0112).
enum EXIF {
  /// 1 to 8 from a TIFF block; 1 where it says nothing that makes sense.
  static func orientation(_ bytes: [UInt8]) -> Int {
    var reader = ByteReader(bytes)
    let isBigEndian: Bool
    if reader.skips("II".utf8) {
      isBigEndian = false
    } else if reader.skips("MM".utf8) {
      isBigEndian = true
    } else {
      return 1
    }
    guard reader.integer(2, bigEndian: isBigEndian) == 42,
      let start = reader.integer(4, bigEndian: isBigEndian), reader.seek(start),
      let count = reader.integer(2, bigEndian: isBigEndian)
    else { return 1 }
    // entry ::= tag type count value, in 2 + 2 + 4 + 4 bytes
    for _ in 0..<count {
      guard let tag = reader.integer(2, bigEndian: isBigEndian),
        let type = reader.integer(2, bigEndian: isBigEndian),
        let number = reader.integer(4, bigEndian: isBigEndian)
      else { return 1 }
      let value = reader.position
      guard reader.skip(4) else { return 1 }
      guard tag == 0x0112 else { continue }
      // BYTE, SHORT and LONG stand at the beginning of the value field.
      guard let size = [1: 1, 3: 2, 4: 4][type], number == 1, reader.seek(value),
        let orientation = reader.integer(size, bigEndian: isBigEndian)
      else { return 1 }
      return (1...8).contains(orientation) ? orientation : 1
    }
    return 1
  }

  /// The same from the first Exif segment before the scans of a JPEG file.
  static func orientation(jpeg bytes: [UInt8]) -> Int {
    var reader = ByteReader(bytes)
    guard reader.skips([0xFF, 0xD8]) else { return 1 }
    // segment ::= 0xFF+ marker length content
    while let lead = reader.next(), lead == 0xFF {
      while reader.peek() == 0xFF { _ = reader.next() }
      guard let marker = reader.next(), marker != 0xDA, marker != 0xD9 else { return 1 }
      // TEM and the restart markers stand alone.
      if marker == 0x01 || (0xD0...0xD7).contains(marker) { continue }
      guard let length = reader.integer(2, bigEndian: true) else { return 1 }
      let content = reader.position
      guard reader.skip(length - 2) else { return 1 }
      let segment = bytes[content..<reader.position]
      if marker == 0xE1, segment.starts(with: Array("Exif\0\0".utf8)) {
        return orientation(Array(segment.dropFirst(6)))
      }
    }
    return 1
  }
}
