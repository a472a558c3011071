/// Reads pictures; what a file begins with decides its format, not its name.
package enum PictureReader {
  package static func read(_ path: String) throws(FormatError) -> Picture {
    try read(bytes: FileReader.read(path))
  }

  /// One channel for gray pictures, three for others; upright.
  package static func read(bytes: [UInt8]) throws(FormatError) -> Picture {
    if NetpbmReader.recognizes(bytes) { return try NetpbmReader.read(bytes) }
    if PNGReader.recognizes(bytes) { return try PNGReader.read(bytes) }
    if JPEGReader.recognizes(bytes) { return try JPEGReader.read(bytes) }
    throw unknown(bytes)
  }

  /// A label map: the indices of a palette PNG, or the values of a gray PNG or PGM.
  package static func readIndices(_ path: String) throws(FormatError) -> Picture {
    let bytes = try FileReader.read(path)
    if PNGReader.recognizes(bytes) { return try PNGReader.readIndices(bytes) }
    let picture = try NetpbmReader.recognizes(bytes) ? NetpbmReader.readIndices(bytes) : nil
    guard let picture else {
      throw .unsupported("labels are a PNG or PGM picture", at: "byte 0")
    }
    return picture
  }

  private static func unknown(_ bytes: [UInt8]) -> FormatError {
    let expected = "expected PPM, PGM, PNG, JPEG"
    if bytes.isEmpty { return .malformed("the file is empty, \(expected)") }
    let others: [(magic: [UInt8], name: String)] = [
      (Array("GIF8".utf8), "a GIF"), (Array("BM".utf8), "a BMP"), (Array("RIFF".utf8), "a WebP"),
      (Array("II*\0".utf8), "a TIFF"), (Array("MM\0*".utf8), "a TIFF"),
      (NPYHeader.magic, "a NumPy"),
    ]
    for other in others where bytes.starts(with: other.magic) {
      return .unsupported("this seems to be \(other.name) file, \(expected)", at: "byte 0")
    }
    return .unsupported("not a picture that netc knows, \(expected)", at: "byte 0")
  }
}
