/// An 8-bit picture, rows from the top, samples of a pixel together.
package struct Picture: Hashable, Sendable {
  package let width: Int
  package let height: Int
  /// 1 (gray) or 3 (red, green, blue).
  package let channels: Int
  /// `height * width * channels` samples.
  package let bytes: [UInt8]

  /// The longest side read or written.
  package static let maximumSide = 65_535
  /// The most pixels read or written (Pillow's limit).
  package static let maximumPixels = 89_478_485

  package init(width: Int, height: Int, channels: Int, bytes: [UInt8]) {
    precondition(channels == 1 || channels == 3, "gray or three colours")
    precondition(
      width > 0 && height > 0 && bytes.count == width * height * channels,
      "as many samples as the sides say")
    self.width = width
    self.height = height
    self.channels = channels
    self.bytes = bytes
  }

  /// The number of samples of a picture with these sides, within the limits.
  static func sampleCount(
    width: Int, height: Int, channels: Int
  ) throws(FormatError) -> Int {
    guard width > 0, height > 0 else {
      throw .malformed("the picture is \(width) x \(height), expected sides of at least 1")
    }
    guard width <= maximumSide, height <= maximumSide else {
      throw .limit(
        "the picture is \(width) x \(height), expected sides of at most \(maximumSide)")
    }
    // Both sides are below 2^16, so the products stay far below 2^63.
    guard width * height <= maximumPixels else {
      throw .limit(
        "the picture is \(width) x \(height), expected at most \(maximumPixels) pixels")
    }
    return width * height * channels
  }
}

extension Picture {
  /// Three equal channels for a gray picture, itself for a coloured one.
  package var rgb: Picture {
    guard channels == 1 else { return self }
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count * 3)
    for value in bytes {
      result.append(value)
      result.append(value)
      result.append(value)
    }
    return Picture(width: width, height: height, channels: 3, bytes: result)
  }

  /// Luma as ITU-R 601-2 in 16-bit fixed point, as Pillow's `convert("L")`.
  package var gray: Picture {
    guard channels == 3 else { return self }
    let source = bytes.span
    var result: [UInt8] = []
    result.reserveCapacity(width * height)
    for pixel in 0..<width * height {
      let red = Int(source[pixel * 3])
      let green = Int(source[pixel * 3 + 1])
      let blue = Int(source[pixel * 3 + 2])
      let luma = red * 19_595 + green * 38_470 + blue * 7_471 + 0x8000
      result.append(UInt8(truncatingIfNeeded: luma >> 16))
    }
    return Picture(width: width, height: height, channels: 1, bytes: result)
  }
}
