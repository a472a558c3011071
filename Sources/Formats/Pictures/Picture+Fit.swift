extension Picture {
  /// The shorter side made `side` pixels and the longer one in proportion, cut to a whole number,
  /// as torchvision's `Resize(side)` on a PIL picture.
  package func resized(shorterSide side: Int) throws(FormatError) -> Picture {
    let (short, long) = (min(width, height), max(width, height))
    guard side > 0, side <= Self.maximumSide else {
      throw .limit("the shorter side becomes \(side), expected 1 to \(Self.maximumSide)")
    }
    // Both factors are below 2^16.
    let other = side * long / short
    return width <= height
      ? try resized(width: side, height: other) : try resized(width: other, height: side)
  }

  /// The middle of the picture, with black around it where it is too small, as torchvision's
  /// `CenterCrop((newHeight, newWidth))`.
  package func centerCropped(
    width newWidth: Int, height newHeight: Int
  ) throws(FormatError) -> Picture {
    let count = try Self.sampleCount(width: newWidth, height: newHeight, channels: channels)
    try System.reserve(count, for: "the cropped picture")
    let left = Self.offset(from: width, to: newWidth)
    let top = Self.offset(from: height, to: newHeight)
    let columns = max(left, 0)..<min(left + newWidth, width)
    let before = (columns.lowerBound - left) * channels
    let after = (newWidth - columns.count) * channels - before
    var result: [UInt8] = []
    result.reserveCapacity(count)
    for y in top..<top + newHeight {
      guard y >= 0, y < height else {
        result.append(contentsOf: repeatElement(0, count: newWidth * channels))
        continue
      }
      let row = y * width
      result.append(contentsOf: repeatElement(0, count: before))
      result += bytes[(row + columns.lowerBound) * channels..<(row + columns.upperBound) * channels]
      result.append(contentsOf: repeatElement(0, count: after))
    }
    return Picture(width: newWidth, height: newHeight, channels: channels, bytes: result)
  }

  /// Where a crop of `new` begins in a side of `old`: half the difference, halves to even; where
  /// padding is needed, the smaller half of it lies before.
  private static func offset(from old: Int, to new: Int) -> Int {
    guard new <= old else { return -((new - old) / 2) }
    return Int((Double(old - new) / 2).rounded(.toNearestOrEven))
  }
}
