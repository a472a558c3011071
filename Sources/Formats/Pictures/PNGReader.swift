/// Reads PNG pictures of every kind through libpng, without gamma and alpha.
package enum PNGReader {
  static func recognizes(_ bytes: [UInt8]) -> Bool {
    bytes.starts(with: PNGChunks.signature.prefix(4))
  }

  /// One channel for gray files, three for others; turned as an eXIf chunk says.
  package static func read(_ bytes: [UInt8]) throws(FormatError) -> Picture {
    let chunks = try PNGChunks(bytes)
    let picture = Picture(
      width: chunks.width, height: chunks.height, channels: chunks.colour.isGray ? 1 : 3,
      bytes: try samples(chunks))
    return picture.oriented(chunks.orientation)
  }

  /// A label map: the indices of a palette picture, or the values of a gray one, never scaled.
  package static func readIndices(_ bytes: [UInt8]) throws(FormatError) -> Picture {
    let chunks = try PNGChunks(bytes)
    var values: [UInt8]
    switch chunks.colour {
    case .palette: values = try decode(chunks, [.map, .colour], 1)
    case .gray where chunks.bitDepth <= 8:
      // libpng has spread 1, 2 and 4 bits over 0 to 255 in equal steps.
      let step = UInt8(255 / ((1 << chunks.bitDepth) - 1))
      values = try decode(chunks, [], 1)
      if step > 1 { values = values.map { $0 / step } }
    case .gray, .grayAlpha, .rgb, .rgbAlpha:
      throw .unsupported("labels are a palette or gray picture of at most 8 bits", at: "IHDR")
    }
    return Picture(width: chunks.width, height: chunks.height, channels: 1, bytes: values)
  }

  private static func samples(_ chunks: PNGChunks) throws(FormatError) -> [UInt8] {
    let channels = chunks.colour.isGray ? 1 : 3
    let format: PNGImage.Format = chunks.colour.isGray ? [] : .colour
    if chunks.colour.hasAlpha {
      // Releases of libpng write past the buffer when 16-bit interlaced samples become 8-bit ones.
      guard chunks.bitDepth < 16 || !chunks.isInterlaced else {
        throw .unsupported("an interlaced picture of 16 bits with transparency", at: "IHDR")
      }
      let all: [UInt8] = try decode(chunks, format.union(.alpha), channels + 1)
      return withoutAlpha(all, channels: channels)
    }
    guard chunks.bitDepth == 16 else { return try decode(chunks, format, channels) }
    // libpng takes 16-bit samples for linear and leaves them as they are; Pillow keeps the high
    // byte.
    let wide: [UInt16] = try decode(chunks, format.union(.linear), channels)
    return wide.map { UInt8($0 >> 8) }
  }

  private static func decode<Sample: FixedWidthInteger>(
    _ chunks: PNGChunks, _ format: PNGImage.Format, _ channels: Int
  ) throws(FormatError) -> [Sample] {
    let count = try Picture.sampleCount(
      width: chunks.width, height: chunks.height, channels: channels)
    var image = PNGImage(try LibPNG.load())
    return try image.read(
      chunks.critical, format: format, width: chunks.width, height: chunks.height, count: count,
      as: Sample.self)
  }

  private static func withoutAlpha(_ samples: [UInt8], channels: Int) -> [UInt8] {
    let source = samples.span
    var result: [UInt8] = []
    result.reserveCapacity(samples.count / (channels + 1) * channels)
    for pixel in 0..<samples.count / (channels + 1) {
      for channel in 0..<channels { result.append(source[pixel * (channels + 1) + channel]) }
    }
    return result
  }
}
