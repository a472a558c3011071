/// Reads JPEG pictures through TurboJPEG, with Pillow's values.
package enum JPEGReader {
  static func recognizes(_ bytes: [UInt8]) -> Bool {
    bytes.starts(with: [0xFF, 0xD8, 0xFF])
  }

  /// One channel for gray files, three for others; turned as EXIF says.
  package static func read(_ bytes: [UInt8]) throws(FormatError) -> Picture {
    guard let decoder = JPEGDecoder(try TurboJPEG.load()) else {
      throw .limit("turbojpeg cannot be set up")
    }
    let header = try decoder.header(bytes)
    // TurboJPEG's pixel formats: RGB 0, gray 6, CMYK 11.
    let (channels, samples): (Int, [UInt8]) =
      switch header.colours {
      case .gray: (1, try decoder.samples(bytes, header, format: 6, channels: 1))
      case .rgb, .ycbcr: (3, try decoder.samples(bytes, header, format: 0, channels: 3))
      case .cmyk, .ycck:
        (3, rgb(inverted: try decoder.samples(bytes, header, format: 11, channels: 4)))
      }
    let picture = Picture(
      width: header.width, height: header.height, channels: channels, bytes: samples)
    return picture.oriented(EXIF.orientation(jpeg: bytes))
  }

  /// Red, green and blue of cyan, magenta, yellow and black stored inverted, as Adobe does; in
  /// Pillow's arithmetic (Convert.c, `cmyk2rgb`).
  private static func rgb(inverted samples: [UInt8]) -> [UInt8] {
    let source = samples.span
    var result: [UInt8] = []
    result.reserveCapacity(samples.count / 4 * 3)
    for pixel in 0..<samples.count / 4 {
      let white = Int(source[pixel * 4 + 3])
      for channel in 0..<3 {
        let product = (255 - Int(source[pixel * 4 + channel])) * white + 128
        result.append(UInt8(clamping: white - ((product >> 8) + product) >> 8))
      }
    }
    return result
  }
}
