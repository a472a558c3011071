/// Reads PGM and PPM, plain (P2, P3) and raw (P5, P6), of any maxval (netpbm.sourceforge.net/doc).
package struct NetpbmReader {
  private var reader: ByteReader
  /// Whether maxval becomes 255; label maps keep their values.
  private var isScaled = true

  package static func read(_ bytes: [UInt8]) throws(FormatError) -> Picture {
    var reader = NetpbmReader(reader: ByteReader(bytes))
    return try reader.picture()
  }

  /// The values of a PGM file as they stand, at most 255 whatever its maxval.
  static func readIndices(_ bytes: [UInt8]) throws(FormatError) -> Picture {
    var reader = NetpbmReader(reader: ByteReader(bytes), isScaled: false)
    let picture = try reader.picture()
    guard picture.channels == 1 else {
      throw .unsupported("labels are a gray picture, expected P2 or P5", at: "byte 0")
    }
    return picture
  }

  static func recognizes(_ bytes: [UInt8]) -> Bool {
    bytes.count >= 2 && bytes[0] == UInt8(ascii: "P")
      && (UInt8(ascii: "1")...UInt8(ascii: "7")).contains(bytes[1])
  }

  /// picture ::= magic number number number whitespace raster
  private mutating func picture() throws(FormatError) -> Picture {
    guard Self.recognizes(reader.bytes), reader.skip(1), let digit = reader.next() else {
      throw .malformed("expected P2, P3, P5 or P6", byte: 0)
    }
    let variant = Int(digit) - 48
    guard [2, 3, 5, 6].contains(variant) else {
      throw .unsupported("P\(variant) is not read, expected P2, P3, P5 or P6", at: "byte 0")
    }
    let channels = variant == 2 || variant == 5 ? 1 : 3
    let width = try number("the width")
    let height = try number("the height")
    let count = try Picture.sampleCount(width: width, height: height, channels: channels)
    let maximum = try number("maxval")
    guard (1...65_535).contains(maximum) else {
      throw .malformed("maxval is \(maximum), expected 1 to 65535", byte: reader.position)
    }
    let samples =
      variant < 4
      ? try plain(count: count, maximum: maximum) : try raw(count: count, maximum: maximum)
    return Picture(width: width, height: height, channels: channels, bytes: samples)
  }

  /// plain raster ::= (separator number)*
  private mutating func plain(count: Int, maximum: Int) throws(FormatError) -> [UInt8] {
    // Every sample takes a separator and a digit.
    guard count <= reader.remaining / 2 else { throw short(of: count) }
    try System.reserve(count, for: "the picture")
    var samples: [UInt8] = []
    samples.reserveCapacity(count)
    for _ in 0..<count {
      let value = try number("a sample")
      guard let sample = scaled(value, maximum: maximum) else {
        throw .malformed(
          "a sample is \(value), expected at most \(largest(maximum))", byte: reader.position)
      }
      samples.append(sample)
    }
    return samples
  }

  /// raw raster ::= whitespace byte*, two bytes a sample, high first, where maxval passes 255
  private mutating func raw(count: Int, maximum: Int) throws(FormatError) -> [UInt8] {
    guard let separator = reader.next(), Self.isSpace(separator) else {
      throw .malformed("expected one white space after maxval", byte: reader.position)
    }
    let size = maximum > 255 ? 2 : 1
    guard count <= reader.remaining / size else { throw short(of: count * size) }
    try System.reserve(count, for: "the picture")
    let start = reader.position
    if maximum == 255 { return Array(reader.bytes[start..<start + count]) }
    let source = reader.bytes.span
    var samples: [UInt8] = []
    samples.reserveCapacity(count)
    for index in 0..<count {
      let value =
        size == 1
        ? Int(source[start + index])
        : Int(source[start + 2 * index]) << 8 | Int(source[start + 2 * index + 1])
      guard let sample = scaled(value, maximum: maximum) else {
        throw .malformed(
          "a sample is \(value), expected at most \(largest(maximum))", byte: start + index * size)
      }
      samples.append(sample)
    }
    return samples
  }

  /// A sample as a share of 255, rounded half up; nil above `maximum`, and above 255 where values are kept.
  private func scaled(_ value: Int, maximum: Int) -> UInt8? {
    guard value <= maximum else { return nil }
    guard isScaled else { return UInt8(exactly: value) }
    return UInt8(truncatingIfNeeded: (value * 255 + maximum / 2) / maximum)
  }

  /// number ::= (white space | '#' to the end of the line)+ digit+
  private mutating func number(_ what: String) throws(FormatError) -> Int {
    let start = reader.position
    while let byte = reader.peek(), Self.isSpace(byte) || byte == UInt8(ascii: "#") {
      _ = reader.next()
      guard byte == UInt8(ascii: "#") else { continue }
      while let inside = reader.next(), inside != 10, inside != 13 {}
    }
    guard reader.position > start else {
      throw .malformed("expected white space before \(what)", byte: start)
    }
    let first = reader.position
    var value = 0
    while let byte = reader.peek(), (48...57).contains(byte) {
      guard reader.position - first < 10 else {
        throw .limit("\(what) has more than 10 digits", at: "byte \(first)")
      }
      value = value * 10 + Int(byte) - 48
      _ = reader.next()
    }
    guard reader.position > first else {
      throw .malformed("expected a number for \(what)", byte: first)
    }
    if let byte = reader.peek(), !Self.isSpace(byte), byte != UInt8(ascii: "#") {
      throw .malformed("expected white space after \(what)", byte: reader.position)
    }
    return value
  }

  private func largest(_ maximum: Int) -> String {
    isScaled || maximum < 256 ? "maxval \(maximum)" : "255"
  }

  private func short(of count: Int) -> FormatError {
    .malformed(
      "the raster needs \(count) bytes, the file has \(reader.remaining) left",
      byte: reader.position)
  }

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == 32 || (9...13).contains(byte)
  }
}
