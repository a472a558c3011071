/// Writes 8-bit PNG pictures through libpng.
package enum PNGWriter {
  /// Gray or three colours.
  package static func bytes(_ picture: Picture) throws(FormatError) -> [UInt8] {
    var image = PNGImage(try LibPNG.load())
    return try image.write(
      picture.bytes, format: picture.channels == 1 ? [] : .colour, width: picture.width,
      height: picture.height, map: [])
  }

  /// A palette picture of a one-channel label map; `palette` gives red, green and blue of at most
  /// 256 indices, the others are black.
  package static func bytes(
    indices: Picture, palette: [(UInt8, UInt8, UInt8)]
  ) throws(FormatError) -> [UInt8] {
    precondition(indices.channels == 1 && palette.count <= 256, "one channel, at most 256 colours")
    var map: [UInt8] = []
    for (red, green, blue) in palette { map += [red, green, blue] }
    map += [UInt8](repeating: 0, count: 768 - map.count)
    var image = PNGImage(try LibPNG.load())
    return try image.write(
      indices.bytes, format: [.map, .colour], width: indices.width, height: indices.height,
      map: map)
  }
}
