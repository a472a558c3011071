/// The chunks of a PNG file (w3.org/TR/png-3, section 5): its size before anything is decoded, and
/// the file reduced to what decides the samples.
///
/// Ancillary chunks are left out: gamma and colour profiles would change the values, transparency
/// is ignored as in Pillow's `convert("RGB")`, and compressed text is only a burden.
struct PNGChunks {
  static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

  let width: Int
  let height: Int
  let bitDepth: Int
  let colour: Colour
  let isInterlaced: Bool
  /// 1 to 8, from an eXIf chunk.
  let orientation: Int
  /// The signature and the critical chunks.
  let critical: [UInt8]

  enum Colour: Int {
    case gray = 0
    case rgb = 2
    case palette = 3
    case grayAlpha = 4
    case rgbAlpha = 6

    var isGray: Bool { self == .gray || self == .grayAlpha }
    var hasAlpha: Bool { self == .grayAlpha || self == .rgbAlpha }
  }

  init(_ bytes: [UInt8]) throws(FormatError) {
    var reader = ByteReader(bytes)
    guard reader.skips(Self.signature) else { throw .malformed("not a PNG file", byte: 0) }
    var critical = Self.signature
    critical.reserveCapacity(bytes.count)
    var header: (Int, Int, Int, Colour, Bool)?
    var orientation = 1
    while true {
      let start = reader.position
      guard let length = reader.integer(4, bigEndian: true),
        let type = reader.integer(4, bigEndian: true)
      else { throw .malformed("the file ends before its IEND chunk", byte: reader.position) }
      let content = reader.position
      guard reader.skip(length), reader.skip(4) else {
        throw .malformed(
          "a chunk of \(length) bytes, the file has \(bytes.count - content) left", byte: start)
      }
      if header == nil {
        guard type == Self.type("IHDR"), length == 13 else {
          throw .malformed("expected an IHDR chunk of 13 bytes", byte: start)
        }
        header = try Self.header(Array(bytes[content..<content + 13]))
      }
      if type == Self.type("eXIf") {
        orientation = EXIF.orientation(Array(bytes[content..<content + length]))
      }
      // Bit 5 of the first letter is set in the names of ancillary chunks.
      if type >> 24 & 0x20 == 0 { critical += bytes[start..<reader.position] }
      if type == Self.type("IEND") { break }
    }
    guard let header else { throw .malformed("expected an IHDR chunk", byte: 8) }
    (width, height, bitDepth, colour, isInterlaced) = header
    self.orientation = orientation
    self.critical = critical
  }

  /// IHDR ::= width height depth colour compression filter interlace
  private static func header(
    _ bytes: [UInt8]
  ) throws(FormatError) -> (Int, Int, Int, Colour, Bool) {
    var reader = ByteReader(bytes)
    let width = reader.integer(4, bigEndian: true) ?? 0
    let height = reader.integer(4, bigEndian: true) ?? 0
    _ = try Picture.sampleCount(width: width, height: height, channels: 3)
    let bitDepth = reader.integer(1, bigEndian: true) ?? 0
    let type = reader.integer(1, bigEndian: true) ?? 0
    guard let colour = Colour(rawValue: type), [1, 2, 4, 8, 16].contains(bitDepth) else {
      throw .malformed("no such picture as colour type \(type) of \(bitDepth) bits", at: "IHDR")
    }
    return (width, height, bitDepth, colour, bytes[12] != 0)
  }

  private static func type(_ name: StaticString) -> Int {
    var value = 0
    for byte in name.description.utf8 { value = value << 8 | Int(byte) }
    return value
  }
}
