extension Picture {
  /// The picture upright, given how EXIF says it is stored: 1 as it is, 2 mirrored, 3 upside down,
  /// 4 flipped, 5 transposed, 6 to be turned right, 7 transposed across, 8 to be turned left.
  func oriented(_ orientation: Int) -> Picture {
    guard (2...8).contains(orientation) else { return self }
    let isTurned = orientation >= 5
    let (newWidth, newHeight) = isTurned ? (height, width) : (width, height)
    let source = bytes.span
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    for y in 0..<newHeight {
      for x in 0..<newWidth {
        let (column, row) =
          switch orientation {
          case 2: (width - 1 - x, y)
          case 3: (width - 1 - x, height - 1 - y)
          case 4: (x, height - 1 - y)
          case 5: (y, x)
          case 6: (y, height - 1 - x)
          case 7: (width - 1 - y, height - 1 - x)
          default: (width - 1 - y, x)
          }
        let first = (row * width + column) * channels
        for channel in 0..<channels { result.append(source[first + channel]) }
      }
    }
    return Picture(width: newWidth, height: newHeight, channels: channels, bytes: result)
  }
}
