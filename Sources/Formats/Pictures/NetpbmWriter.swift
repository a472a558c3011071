/// Writes raw PGM and PPM of maxval 255.
package enum NetpbmWriter {
  /// P5 for a gray picture, P6 for a coloured one.
  package static func bytes(_ picture: Picture) -> [UInt8] {
    let magic = picture.channels == 1 ? "P5" : "P6"
    return Array("\(magic)\n\(picture.width) \(picture.height)\n255\n".utf8) + picture.bytes
  }
}
