import Formats

/// The files a mask can become.
package enum MaskPicture {
  /// The bytes of a mask as PGM (indices), PNG (indices with the palette) or PPM (colours).
  static func bytes(
    _ mask: Mask, _ palette: Palette, as kind: OutputKind
  ) throws(FormatError) -> [UInt8] {
    if kind == .ppm { return NetpbmWriter.bytes(coloured(mask, palette)) }
    guard let indices = mask.indices else {
      throw FormatError(
        .unsupported, "class \(mask.labels.max() ?? 0) does not fit into 8 bits, write .npy")
    }
    return kind == .png
      ? try PNGWriter.bytes(indices: indices, palette: palette.colours.map { ($0.0, $0.1, $0.2) })
      : NetpbmWriter.bytes(indices)
  }

  /// Every pixel in the colour of its class.
  static func coloured(_ mask: Mask, _ palette: Palette) -> Picture {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(mask.labels.count * 3)
    for label in mask.labels {
      let colour = palette.colour(Int(label))
      bytes += [colour.red, colour.green, colour.blue]
    }
    return Picture(width: mask.width, height: mask.height, channels: 3, bytes: bytes)
  }

  /// A picture with its classes drawn over it at one half; background stays as it is.
  static func overlay(_ picture: Picture, _ mask: Mask, _ palette: Palette) -> Picture {
    precondition(picture.width == mask.width && picture.height == mask.height, "a label a pixel")
    var bytes = picture.rgb.bytes
    for (pixel, label) in mask.labels.enumerated() where label != 0 || !palette.hasBackground {
      let colour = palette.colour(Int(label))
      for (channel, value) in [colour.red, colour.green, colour.blue].enumerated() {
        let sum = Int(bytes[3 * pixel + channel]) + Int(value)
        bytes[3 * pixel + channel] = UInt8((sum + 1) / 2)
      }
    }
    return Picture(width: mask.width, height: mask.height, channels: 3, bytes: bytes)
  }
}
